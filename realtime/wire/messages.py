"""Conversations and messages: the commands that read and write them, the events that tell."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from realtime.wire.base import (
    MESSAGE_CHARACTERS,
    CommandSpec,
    Done,
    EventSpec,
    MessageText,
    Moment,
    Shape,
    TopicName,
    Ulid,
)
from realtime.wire.photos import Photo, PhotoIds

PAGE_OF_CONVERSATIONS = 50
PAGE_OF_MESSAGES = 100
MOST_MENTIONS = 10

Reaction = Literal["thumb", "heart", "smile", "wow", "sad", "thanks"]
Mentions = Annotated[
    list[Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{20}$")]],
    Field(max_length=MOST_MENTIONS, description="accounts; who may not read is passed over"),
]


class Author(Shape):
    account: str
    name: str
    level: str


class Quote(Shape):
    """The beginning of another message of the same conversation, as it stands now."""

    id: Ulid
    author: Author
    text: str
    deleted: bool


class Mention(Shape):
    account: str
    name: str


class Message(Shape):
    """`conversation` is the opening message's id (its own, for an opening); null in a flat chat.

    `reactions` counts each; `mine` are my own: given by the answers to my commands, and always
    empty in events, which say the same to all. A silent message rings nowhere. What is `deleted`
    has lost its words, photos, mentions, quote and reactions; without `author.account` it is gone
    for good, and nothing but its number is known.
    """

    id: Ulid
    topic: TopicName
    seq: int
    conversation: Ulid | None
    author: Author
    text: str
    at: Moment
    version: int
    edited_at: Moment | None
    deleted: bool
    quote: Quote | None
    mentions: list[Mention]
    photos: list[Photo]
    reactions: dict[Reaction, int]
    mine: list[Reaction]
    silent: bool


class ConversationsAsked(Shape):
    view: Literal["street", "neighbourhood"]
    before: Annotated[str, StringConstraints(max_length=80)] | None = None
    limit: Annotated[int, Field(ge=1, le=PAGE_OF_CONVERSATIONS)] = 20


class Conversation(Shape):
    """An opening message, how many answers it has and the last two of them.

    Visitors read seven days: an older opening comes to them without its text, `deleted` false.
    """

    message: Message
    replies: int
    last: list[Message]
    last_at: Moment


class ConversationsAck(Shape):
    """By last activity, newest first. `more` is the cursor to send back as `before`."""

    conversations: list[Conversation]
    more: str | None


class HistoryAsked(Shape):
    """Messages in seq order, the newest page first; exactly one of `conversation` and `topic`."""

    conversation: Ulid | None = None
    topic: TopicName | None = None
    before: Ulid | None = None
    limit: Annotated[int, Field(ge=1, le=PAGE_OF_MESSAGES)] = 50

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.conversation is None) == (self.topic is None):
            raise ValueError("give either conversation or topic")
        return self


class HistoryAck(Shape):
    messages: list[Message]
    more: bool


class MessagePost(Shape):
    """`to` opens a conversation or writes in a flat chat; `reply_to` answers.

    `home` is the `me.home` the words were written under: another one is refused with `moved`.
    `quote` is a message of the same conversation or flat chat. Photos may stand without words.
    """

    key: Ulid
    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=MESSAGE_CHARACTERS),
        Field(description="1–4,000 characters of plain text; none are needed beside photos"),
    ]
    to: TopicName | None = None
    reply_to: Ulid | None = None
    home: TopicName | None = None
    quote: Ulid | None = None
    mentions: Mentions = Field(default_factory=list)
    photos: PhotoIds = Field(default_factory=list)
    silent: bool = False

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.to is None) == (self.reply_to is None):
            raise ValueError("give either to or reply_to")
        if self.home is not None and self.to not in ("street", "neighbourhood"):
            raise ValueError("home goes with street or neighbourhood")
        if self.quote is not None and self.to in ("street", "neighbourhood"):
            raise ValueError("an opening has nothing to quote")
        if not self.text and not self.photos:
            raise ValueError("give text or photos")
        return self


class MessageEdit(Shape):
    """The author's, within 24 hours. `mentions` are all that the new words have."""

    id: Ulid
    text: MessageText
    mentions: Mentions = Field(default_factory=list)


class MessageById(Shape):
    id: Ulid


class MessageReact(Shape):
    """`on` gives the reaction, off takes it back; either way it may be said twice."""

    id: Ulid
    reaction: Reaction
    on: bool = True


class MessageAck(Shape):
    message: Message


class MessagePosted(Shape):
    kind: Literal["message.posted"]
    topic: TopicName
    epoch: str
    seq: int
    at: Moment
    message: Message


class MessageEdited(Shape):
    kind: Literal["message.edited"]
    topic: TopicName
    epoch: str
    seq: int
    at: Moment
    message: Message


class MessageDeleted(Shape):
    """What is left of the message. Quotes of it show as much."""

    kind: Literal["message.deleted"]
    topic: TopicName
    epoch: str
    seq: int
    at: Moment
    message: Message


class ReactionChanged(Shape):
    """How often each reaction stands on message `id` now, and which are `by`'s."""

    kind: Literal["reaction.changed"]
    topic: TopicName
    epoch: str
    seq: int
    at: Moment
    id: Ulid
    conversation: Ulid | None
    reactions: dict[Reaction, int]
    by: str
    given: list[Reaction]


COMMANDS = [
    CommandSpec(
        "conversations", ConversationsAsked, ConversationsAck, "Conversations by last activity."
    ),
    CommandSpec("history", HistoryAsked, HistoryAck, "Messages of one conversation or flat chat."),
    CommandSpec(
        "message.post", MessagePost, MessageAck, "Open a conversation, or write inside one."
    ),
    CommandSpec("message.edit", MessageEdit, MessageAck, "Other words, within 24 hours."),
    CommandSpec("message.delete", MessageById, Done, "Take a message back: a tombstone stays."),
    CommandSpec("message.react", MessageReact, MessageAck, "One of six reactions, or not."),
]
EVENTS = [
    EventSpec("message.posted", MessagePosted, "Somebody wrote."),
    EventSpec("message.edited", MessageEdited, "Somebody found other words."),
    EventSpec("message.deleted", MessageDeleted, "A message was taken back."),
    EventSpec("reaction.changed", ReactionChanged, "Somebody reacted, or thought better of it."),
]

"""Conversations and messages: the commands that read and write them, the events that tell."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from realtime.wire.base import (
    CommandSpec,
    EventSpec,
    MessageText,
    Moment,
    Shape,
    TopicName,
    Ulid,
)

PAGE_OF_CONVERSATIONS = 50
PAGE_OF_MESSAGES = 100


class Author(Shape):
    account: str
    name: str
    level: str


class Message(Shape):
    """`conversation` is the opening message's id (its own, for an opening); null in a flat chat."""

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
    """

    key: Ulid
    text: MessageText
    to: TopicName | None = None
    reply_to: Ulid | None = None
    home: TopicName | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.to is None) == (self.reply_to is None):
            raise ValueError("give either to or reply_to")
        if self.home is not None and self.to not in ("street", "neighbourhood"):
            raise ValueError("home goes with street or neighbourhood")
        return self


class MessageAck(Shape):
    message: Message


class MessagePosted(Shape):
    kind: Literal["message.posted"]
    topic: TopicName
    epoch: str
    seq: int
    at: Moment
    message: Message


COMMANDS = [
    CommandSpec(
        "conversations", ConversationsAsked, ConversationsAck, "Conversations by last activity."
    ),
    CommandSpec("history", HistoryAsked, HistoryAck, "Messages of one conversation or flat chat."),
    CommandSpec(
        "message.post", MessagePost, MessageAck, "Open a conversation, or write inside one."
    ),
]
EVENTS = [EventSpec("message.posted", MessagePosted, "Somebody wrote.")]

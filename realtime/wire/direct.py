"""Direct messages, contacts and blocks."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from realtime.wire.base import CommandSpec, Done, EventSpec, Moment, Shape, TopicName, Ulid
from realtime.wire.groups import AccountId
from realtime.wire.messages import Author


class Direct(Shape):
    """A thread of two. `asked`: the other has not answered yet; `request`: I have not.

    `open` makes the two contacts. `alert` is what they were put in touch about.
    """

    topic: TopicName
    other: Author
    state: Literal["asked", "request", "open"]
    alert: Ulid | None
    last_at: Moment


class DirectOpen(Shape):
    """To a neighbour or contact; about an alert to its author, or, from the author, to a witness.

    With both, `account` is the witness. The same two have one thread for ever.
    """

    key: Ulid
    account: AccountId | None = None
    alert: Ulid | None = None

    @model_validator(mode="after")
    def _one_at_least(self) -> Self:
        if self.account is None and self.alert is None:
            raise ValueError("give account or alert")
        return self


class DirectOpenAck(Shape):
    topic: TopicName
    direct: Direct


class DirectByTopic(Shape):
    topic: TopicName


class DirectAck(Shape):
    direct: Direct


class DirectsAsked(Shape):
    """Mine."""


class DirectsAck(Shape):
    """By last activity."""

    directs: list[Direct]


class BlockAsked(Shape):
    account: AccountId


class BlocksAsked(Shape):
    """Mine."""


class BlocksAck(Shape):
    blocked: list[Author]


class DirectChanged(Shape):
    """What became of a thread for this account; null: it is no longer there."""

    kind: Literal["direct.changed"]
    topic: TopicName
    epoch: str
    seq: int
    at: Moment
    about: TopicName
    direct: Direct | None


class BlockChanged(Shape):
    """All whom I block: their words are folded in shared rooms."""

    kind: Literal["block.changed"]
    topic: TopicName
    epoch: str
    seq: int
    at: Moment
    blocked: list[Author]


COMMANDS = [
    CommandSpec("direct.open", DirectOpen, DirectOpenAck, "A thread with one other member."),
    CommandSpec("direct.accept", DirectByTopic, DirectAck, "Accept a request: we are contacts."),
    CommandSpec("direct.decline", DirectByTopic, Done, "Decline a request; nobody is told."),
    CommandSpec("directs", DirectsAsked, DirectsAck, "My threads and requests."),
    CommandSpec("block", BlockAsked, Done, "We meet nowhere alone any more; nobody is told."),
    CommandSpec("unblock", BlockAsked, Done, "The threads are back as they were."),
    CommandSpec("blocks", BlocksAsked, BlocksAck, "Whom I block."),
]
EVENTS = [
    EventSpec("direct.changed", DirectChanged, "A thread came, was accepted, or went."),
    EventSpec("block.changed", BlockChanged, "I blocked or unblocked somebody on a device."),
]

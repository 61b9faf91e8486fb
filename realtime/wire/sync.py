"""Catching up: where I am, what I missed, how far each topic has come."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, RootModel

from realtime.wire.alert_shapes import Alert, Sighting
from realtime.wire.announcements import Announcement
from realtime.wire.base import CommandSpec, Done, EventSpec, Position, Positions, Shape, TopicName
from realtime.wire.direct import Direct
from realtime.wire.groups import Group
from realtime.wire.members import Me
from realtime.wire.messages import Author

View = Literal["street", "neighbourhood", "area", "official", "account", "group", "direct"]


class SyncAsked(Shape):
    """The last event held of each topic. A topic without a position is not replayed."""

    positions: Positions = Field(default_factory=dict)


class TopicState(Shape):
    """`read` is the seq up to which I have read; `unread` counts to 100."""

    topic: TopicName
    view: View
    title: str
    epoch: str
    head: int
    read: int
    unread: Annotated[int, Field(ge=0, le=100)]


class SyncAck(Shape):
    """`events` are whole event objects in seq order per topic; `reload` topics, too far behind
    or further back than a visitor reads, are fetched anew.

    `alerts` are the open ones I hear, whole; `sightings` those that wait for my answer;
    `announcements` what is published where I live; `groups` and `directs` mine, asked for and
    offered ones too; `blocked` whom I block.
    """

    me: Me
    topics: list[TopicState]
    events: list[dict[str, Any]]
    reload: list[TopicName]
    more: bool
    alerts: list[Alert]
    sightings: list[Sighting]
    announcements: list[Announcement]
    groups: list[Group]
    directs: list[Direct]
    blocked: list[Author]


class ReadAsked(Shape):
    positions: Positions


class Moving(Shape):
    """The server is about to stop: come back after `retry_after` seconds."""

    retry_after: float


class Heads(RootModel[dict[TopicName, Position]]):
    """How far topics that moved have come: a lost last event is noticed by it."""


COMMANDS = [
    CommandSpec("sync", SyncAsked, SyncAck, "What I follow, what I missed."),
    CommandSpec("read", ReadAsked, Done, "I have read so far; never moves back."),
]
EVENTS = [
    EventSpec(
        "heads", Heads, "`{topic: [epoch, seq]}` every 20 s for topics that moved.", has_seq=False
    ),
    EventSpec("moving", Moving, "Before a planned stop.", has_seq=False),
]

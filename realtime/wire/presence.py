"""Who is here: nobody by name unless they choose so; rooms in wide numbers only. Who types."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from realtime.wire.base import CommandSpec, Done, EventSpec, Instant, Shape, TopicName


class PresenceSet(Shape):
    """Who may see that I am here; until `away_until` nobody does."""

    visible_to: Literal["nobody", "contacts"]
    away_until: Instant | None = None


Bucket = Annotated[Literal[10, 25, 50, 100] | None, Field(description="at least so many; or few")]


class PresenceChanged(Shape):
    """How many are here, in the street and the neighbourhood that I read.

    `contacts`: the accounts of those of mine who are here and show it.
    """

    street: Bucket
    neighbourhood: Bucket
    contacts: list[str]


class TypingNow(Shape):
    """Sent at most every few seconds while the hand moves; groups and direct threads only."""

    topic: TopicName


class Typing(Shape):
    """Somebody writes there. It holds for some seconds."""

    topic: TopicName
    account: str
    name: str


COMMANDS = [
    CommandSpec("presence.set", PresenceSet, Done, "Who may see that I am here."),
    CommandSpec("typing", TypingNow, Done, "I am writing there."),
]
EVENTS = [
    EventSpec(
        "presence.changed",
        PresenceChanged,
        "How many are here, in buckets; when it changes.",
        has_seq=False,
    ),
    EventSpec("typing", Typing, "Somebody is writing.", has_seq=False),
]

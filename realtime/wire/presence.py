"""Who is here: nobody by name unless they choose so; rooms in wide numbers only."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from realtime.wire.base import CommandSpec, EventSpec, Instant, Shape
from realtime.wire.sync import Done


class PresenceSet(Shape):
    """Who may see that I am here; until `away_until` nobody does."""

    visible_to: Literal["nobody", "contacts"]
    away_until: Instant | None = None


Bucket = Annotated[Literal[10, 25, 50, 100] | None, Field(description="at least so many; or few")]


class PresenceChanged(Shape):
    """How many are here, in the street and the neighbourhood that I read."""

    street: Bucket
    neighbourhood: Bucket


COMMANDS = [CommandSpec("presence.set", PresenceSet, Done, "Who may see that I am here.")]
EVENTS = [
    EventSpec(
        "presence.changed",
        PresenceChanged,
        "How many are here, in buckets; when it changes.",
        has_seq=False,
    ),
]

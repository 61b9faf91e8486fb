"""An open page tells that it showed something, so that its own device need not ring."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from realtime.wire.base import CommandSpec, Done, EventSpec, Shape, Ulid


class PushSeen(Shape):
    """`subjects`: ids of alerts, sightings, announcements, messages that a visible page showed.
    Kept three days."""

    device: Ulid
    subjects: Annotated[list[Ulid], Field(min_length=1, max_length=20)]


COMMANDS = [
    CommandSpec(
        "push.seen",
        PushSeen,
        Done,
        "This device shows it on an open page; sent within 5 s it need not ring.",
    )
]
EVENTS: list[EventSpec] = []

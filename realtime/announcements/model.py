"""What an organisation is and what it publishes. Pure: `now` is an argument."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from realtime.errors import Refused

Level = Literal["info", "important", "urgent"]
State = Literal["scheduled", "published", "expired", "withdrawn"]

# News that outlive a season are a page, not an announcement.
LONGEST = timedelta(days=90)
FARTHEST = timedelta(days=90)
# A clock may be wrong by this much: "now" arrives a little late.
SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class House:
    """An organisation as it speaks. `territory` is GeoJSON, `cells` its covering."""

    id: str
    name: str
    territory: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """`author` is the staff member who wrote it: known to the organisation, never shown."""

    id: str
    organisation: str
    author: str
    level: Level
    title: str
    body: str
    cells: tuple[str, ...]
    publish_at: datetime
    expires_at: datetime
    state: State
    version: int = 1


def first_state(publish_at: datetime, expires_at: datetime, now: datetime) -> State:
    """Scheduled or published at once; Refused where the times make no sense."""
    if not now - SLACK <= publish_at <= now + FARTHEST:
        raise Refused("invalid", field="publish_at")
    if not max(publish_at, now) < expires_at <= publish_at + LONGEST:
        raise Refused("invalid", field="expires_at")
    return "scheduled" if publish_at > now else "published"


def published(announcement: Announcement) -> Announcement:
    return _moved(announcement, "published", ("scheduled",))


def expired(announcement: Announcement) -> Announcement:
    return _moved(announcement, "expired", ("scheduled", "published"))


def withdrawn(announcement: Announcement) -> Announcement:
    return _moved(announcement, "withdrawn", ("scheduled", "published"))


def _moved(announcement: Announcement, after: State, before: tuple[State, ...]) -> Announcement:
    if announcement.state not in before:
        raise Refused("announcement_closed", state=announcement.state)
    return replace(announcement, state=after, version=announcement.version + 1)


def common(one: Iterable[str], other: Iterable[str]) -> tuple[str, ...]:
    """What two coverings share: of two cells one inside the other, the finer."""
    these, those = frozenset(one), frozenset(other)
    return tuple(sorted({c for c in these if _in(c, those)} | {c for c in those if _in(c, these)}))


def _in(cell: str, covering: frozenset[str]) -> bool:
    return any(cell[:end] in covering for end in range(1, len(cell) + 1))

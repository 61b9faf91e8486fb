"""Choices and what follows from them at a moment: what may ring, and when the night is over. Pure.

The household decides which nights are quiet in its own time zone; a day is the one on which the
night begins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Any, Literal
from zoneinfo import ZoneInfo

Way = Literal["push", "badge", "digest", "off"]
Level = Literal["all", "mentions", "nothing"]

WAYS: tuple[Way, ...] = ("push", "badge", "digest", "off")
# The rooms that everybody has by living somewhere.
VIEWS = ("street", "neighbourhood")
RINGS = ("street", "neighbourhood", "farther")
# What rings beside the kinds of alerts. The ring of groups and direct messages is "farther".
CHAT_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "message": "none",
        "mention": "normal",
        "group": "none",
        "direct": "high",
        "announcement": "normal",
        "arrival": "none",
    }
)
WORDS = ("message", "mention", "group", "direct")
_NONE: Mapping[str, Any] = MappingProxyType({})
MINUTES_OF_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Hours in which nothing rings but what passes. Minutes since midnight; days are 1 (Monday)
    to 7. `passes` overrules what a kind's own row says of the night."""

    is_on: bool = True
    begins: int = 22 * 60
    ends: int = 7 * 60
    days: frozenset[int] = frozenset(range(1, 8))
    zone: str = "Europe/Paris"
    passes: Mapping[str, bool] = field(default_factory=dict)

    def until(self, now: datetime) -> datetime | None:
        """When the quiet hours that `now` lies in are over (aware UTC offset of `now`), or None."""
        if not self.is_on or self.begins == self.ends:
            return None
        zone = ZoneInfo(self.zone)
        today = now.astimezone(zone).date()
        for day in (today - timedelta(days=1), today):
            if day.isoweekday() not in self.days:
                continue
            last = day + timedelta(days=1) if self.ends < self.begins else day
            begins = datetime.combine(day, _at(self.begins), zone)
            ends = datetime.combine(last, _at(self.ends), zone)
            # Compared as instants: two moments of one zone would be compared by their wall clocks.
            if begins.timestamp() <= now.timestamp() < ends.timestamp():
                return ends.astimezone(now.tzinfo)
        return None


def _at(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefs:
    """One member's choices. `ways` holds only what was chosen: kind → ring → way."""

    ways: Mapping[str, Mapping[str, Way]] = field(default_factory=dict)
    quiet: Quiet = field(default_factory=Quiet)
    snoozed_until: datetime | None = None
    digest_at: int = 18 * 60

    def way(self, kind: str, ring: str, urgency: str) -> Way:
        """How something of this kind, from this ring, is told; `urgency` is its kind's own."""
        return self.ways.get(kind, _NONE).get(ring) or default_way(kind, ring, urgency)

    def is_snoozed(self, now: datetime) -> bool:
        return self.snoozed_until is not None and now < self.snoozed_until


def default_way(kind: str, ring: str, urgency: str) -> Way:
    """Only what is urgent, near and not idle, or said to me rings unless somebody chose otherwise.

    Words come this far where their room's level let them: they ring wherever that room lies.
    """
    if kind in WORDS or urgency == "high" or (urgency == "normal" and ring != "farther"):
        return "push"
    return "badge" if ring != "farther" else "digest"


@dataclass(frozen=True, slots=True)
class RoomPrefs:
    """One room's or conversation's own. `nothing` mutes: it counts no unread. A snooze only keeps
    it from ringing."""

    level: Level = "mentions"
    snoozed_until: datetime | None = None

    @property
    def is_muted(self) -> bool:
        return self.level == "nothing"

    def is_snoozed(self, now: datetime) -> bool:
        return self.snoozed_until is not None and now < self.snoozed_until

    def rings(self, now: datetime, *, mentioned: bool) -> bool:
        """Whether a message there may ring at all; quiet hours and ways come after."""
        if self.is_snoozed(now):
            return False
        return self.level == "all" or (self.level == "mentions" and mentioned)


def may_ring(
    chosen: Sequence[RoomPrefs], usual: RoomPrefs, now: datetime, *, mentioned: bool
) -> bool:
    """`chosen` for a conversation and for the room it is in: the first gives the level, and what
    snoozes one of them snoozes it."""
    level = chosen[0] if chosen else usual
    return level.rings(now, mentioned=mentioned) and not any(one.is_snoozed(now) for one in chosen)


DEFAULT = Prefs()
# A direct thread is meant for its reader; elsewhere one is called by name.
DEFAULT_LEVELS: Mapping[str, Level] = MappingProxyType({"direct": "all"})


def default_room(room: str) -> RoomPrefs:
    return RoomPrefs(DEFAULT_LEVELS.get(room.partition(":")[0], "mentions"))

"""Quiet hours: by weekday, on the member's own wall clock, across midnight and clock changes. Pure.

A window belongs to the weekday on which it begins: Saturday's 22:00–07:00 ends on Sunday.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Minutes after midnight: begin, end. An end that is not later is the next day's.
Window = tuple[int, int]
USUAL: Window = (22 * 60, 7 * 60)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Monday is 0. A weekday without a window is not quiet."""

    zone: str = "Europe/Paris"
    windows: Mapping[int, Window] = field(
        default_factory=lambda: dict.fromkeys(range(7), USUAL),
    )

    def until(self, now: datetime) -> datetime | None:
        """When quiet ends, if it is quiet now; windows that touch count as one."""
        end = None
        at = now
        # Each weekday's window can carry on once; after a week it is the same one again.
        for _ in range(8):
            later = self._end_of_window(at)
            if later is None:
                return end
            end = at = later
        return end

    def _end_of_window(self, now: datetime) -> datetime | None:
        zone = ZoneInfo(self.zone)
        today = now.astimezone(zone).date()
        for day in (today - _DAY, today):
            window = self.windows.get(day.weekday())
            if window is None:
                continue
            begin, end = window
            begins = _instant(day, begin, zone)
            ends = _instant(day if end > begin else day + _DAY, end, zone)
            if begins <= now < ends:
                return ends
        return None


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """A wall time as an instant. What the clock skips in spring is as late as it would have been;
    of what it shows twice in autumn the first counts."""
    day += timedelta(days=minute // 1440)
    wall = datetime.combine(day, time(minute % 1440 // 60, minute % 60), zone)
    return wall.astimezone(UTC)


def day_begins(now: datetime, zone: str) -> datetime:
    """The last midnight on that wall clock."""
    local = ZoneInfo(zone)
    return _instant(now.astimezone(local).date(), 0, local)


def next_time(now: datetime, minute: int, quiet: Quiet) -> datetime:
    """The next moment of the day's `minute` that is not quiet."""
    zone = ZoneInfo(quiet.zone)
    today = now.astimezone(zone).date()
    at = _instant(today, minute, zone)
    if at <= now:
        at = _instant(today + _DAY, minute, zone)
    return quiet.until(at) or at

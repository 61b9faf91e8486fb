"""Days and digests on the member's own wall clock. Quiet hours themselves are preferences. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from realtime.members.prefs import Quiet

_DAY = timedelta(days=1)


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


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """A wall time as an instant. What the clock skips in spring is as late as it would have been;
    of what it shows twice in autumn the first counts."""
    wall = datetime.combine(day, time(minute % 1440 // 60, minute % 60), zone)
    return wall.astimezone(UTC)

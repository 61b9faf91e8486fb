"""The time, from one place, so that a test can move it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Aware UTC time, shifted by a fixed offset (`PALIER_CLOCK_OFFSET_S`)."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self._offset = offset

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset


def to_millis(at: datetime) -> int:
    """Milliseconds since the epoch: how times are stored."""
    return round(at.timestamp() * 1000)


def from_millis(millis: int) -> datetime:
    return datetime.fromtimestamp(millis / 1000, UTC)


def to_iso(at: datetime) -> str:
    """RFC 3339 with milliseconds and Z: how times cross the wire."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def millis_to_iso(millis: int) -> str:
    return to_iso(from_millis(millis))

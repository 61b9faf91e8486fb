"""Which events go first."""

from __future__ import annotations

from realtime.fanout.rendering import Rendered


def overtakes(event: Rendered) -> bool:
    """What may save a life does not wait behind chat."""
    match event.kind, event.fields:
        case ("alert.raised", _):
            return True
        case ("alert.updated", {"alert": {"severity": "life"}}):
            return True
        case ("announcement.published", {"announcement": {"level": "urgent"}}):
            return True
    return False

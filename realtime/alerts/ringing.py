"""Phones ring from a job written with the alert itself: no kill between the two loses it."""

from __future__ import annotations

from datetime import datetime, timedelta

from realtime.alerts.model import Alert
from realtime.db import Tx
from realtime.outbox import add

# A phone switched on later gets nothing stale.
_SHORT_LIVED = {"danger_now": timedelta(hours=2), "hazard": timedelta(hours=2)}
_LONGEST = timedelta(hours=12)


def ring_phones(tx: Tx, alert: Alert, now: datetime) -> None:
    """The job `push.alert`; nothing for alerts that wake nobody."""
    if alert.urgency == "none":
        return
    longest = _SHORT_LIVED.get(alert.kind, _LONGEST)
    add(
        tx,
        "push.alert",
        {"alert": alert.id, "version": alert.version},
        now,
        expires_at=min(alert.expires_at, now + longest),
    )

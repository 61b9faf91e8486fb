"""Phones ring from a job written with the alert itself: no kill between the two loses it."""

from __future__ import annotations

from datetime import datetime, timedelta

from realtime.alerts.model import Alert
from realtime.db import Tx
from realtime.outbox import add

# A phone switched on later gets nothing stale.
_SHORT_LIVED = {"danger_now": timedelta(hours=2), "hazard": timedelta(hours=2)}
_LONGEST = timedelta(hours=12)
_END_IS_NEWS = timedelta(hours=3)


def ring_phones(tx: Tx, alert: Alert, now: datetime) -> None:
    """The job `push.alert`; nothing for alerts that wake nobody."""
    if alert.urgency != "none":
        about = {"alert": alert.id, "version": alert.version}
        add(tx, "push.alert", about, now, expires_at=_last_ring(alert, now))


def ring_confirmed(tx: Tx, alert: Alert, now: datetime) -> None:
    """The job `push.confirmed`: the same ring goes on with those whom it let sleep."""
    if alert.urgency != "none":
        about = {"alert": alert.id}
        add(tx, "push.confirmed", about, now, expires_at=_last_ring(alert, now))


def ring_off(tx: Tx, alert: Alert, now: datetime) -> None:
    """The job `push.ended`: where a phone rang for it, its end takes that place, silently."""
    if alert.urgency != "none":
        add(tx, "push.ended", {"alert": alert.id}, now, expires_at=now + _END_IS_NEWS)


def _last_ring(alert: Alert, now: datetime) -> datetime:
    return min(alert.expires_at, now + _SHORT_LIVED.get(alert.kind, _LONGEST))

"""What time does to alerts: they end, sightings are shown, the old ones are forgotten.

Each function is one write of a few objects; the worker calls it until it returns nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from realtime.alerts import store
from realtime.alerts.audience import tell
from realtime.alerts.model import ARCHIVED_AFTER, CLOSED, OPEN, archived, expired
from realtime.alerts.sightings import store as voices
from realtime.alerts.sightings.actions import show_due
from realtime.db import Tx
from realtime.geo.cells import BLOCK
from realtime.journal import Changed, Event
from realtime.members.rights import Rights
from realtime.photos import store as photos
from realtime.photos.model import UNUSED_FOR

# A hundred cells an alert: five alerts stay within the 20 ms of a write function.
AT_ONCE = 5
PHOTOS_AT_ONCE = 50


def show_sightings(tx: Tx, rights: Rights, now: datetime) -> Changed[int]:
    """Sightings nobody answered within ten minutes."""
    return show_due(tx, rights, now, AT_ONCE)


def expire(tx: Tx, rights: Rights, now: datetime) -> Changed[int]:
    """Alerts whose time is over: they leave every map."""
    events: list[Event] = []
    due = store.list_due(tx, now, AT_ONCE)
    for alert_id in due:
        alert = store.get_alert_to_change(tx, alert_id)
        if alert.state not in OPEN:
            continue  # somebody was quicker
        alert = expired(alert, now)
        store.save_alert(tx, alert)
        events += tell(tx, alert, "alert.updated", rights, now)
    return Changed(len(due), events)


def archive(tx: Tx, rights: Rights, now: datetime) -> Changed[int]:
    """30 days after their end: the place coarsens, photos go unless the owner keeps them."""
    events: list[Event] = []
    due = store.list_old(tx, CLOSED, now - ARCHIVED_AFTER, AT_ONCE)
    for alert_id in due:
        alert = store.get_alert_to_change(tx, alert_id)
        if alert.state not in CLOSED:
            continue
        old = archived(alert, now)
        voices.coarsen(tx, alert_id, BLOCK)
        photos.forget_used_by(tx, voices.list_ids(tx, alert_id))
        if not alert.keeps_photos:
            photos.forget_used_by(tx, [alert_id])
        store.save_alert(tx, old)
        store.forget_old_cells(tx, alert_id)
        # Where it was heard, for the last time: the journal forgets that in 30 days.
        events += tell(tx, replace(old, reached=alert.reached), "alert.updated", rights, now)
    return Changed(len(due), events)


def forget_photos(tx: Tx, rights: Rights, now: datetime) -> Changed[int]:
    """Photos taken and never used."""
    return Changed(photos.forget_unused(tx, now - UNUSED_FOR, PHOTOS_AT_ONCE))


SCHEDULE = (show_sightings, expire, archive, forget_photos)

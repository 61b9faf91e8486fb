"""Making a poster opens a public page about the alert, and nothing but what the poster shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from realtime.alerts import store
from realtime.alerts.model import OPEN, Alert
from realtime.alerts.poster.words import KINDS
from realtime.db import Tx
from realtime.errors import Refused
from realtime.journal import Changed
from realtime.members.model import Member
from realtime.photos import store as photos

# What became of it is told; what was taken back, taken down or archived is absent.
_TOLD = (*OPEN, "resolved", "expired")


def put_up(
    tx: Tx, member: Member, alert_id: str, now: datetime
) -> Changed[tuple[Alert, str | None]]:
    """The alert and its first photo's id. Its author alone decides that there is a public page."""
    alert = store.get_alert_to_change(tx, alert_id)
    if alert.author != member.account or alert.kind not in KINDS:
        raise Refused("not_found")
    if not alert.is_open(now):
        raise Refused("alert_closed", state=alert.state)
    if alert.poster_at is None:
        alert = replace(alert, poster_at=now)
        store.save_alert(tx, alert)
    photo = first_photo(tx, alert.id)
    return Changed((alert, None if photo is None else photo.id))


def get_public(tx: Tx, alert_id: str) -> Alert:
    """An alert that somebody may read without an account: there is a poster of it."""
    alert = store.get_alert(tx, alert_id)
    if alert.poster_at is None or alert.state not in _TOLD:
        raise Refused("not_found")
    return alert


class Shown(NamedTuple):
    """A photo, and what it shows in its author's words, perhaps none."""

    id: str
    alt: str


def first_photo(tx: Tx, alert_id: str) -> Shown | None:
    shown = photos.list_used_by(tx, [alert_id]).get(alert_id, [])
    return Shown(str(shown[0]["id"]), str(shown[0]["alt"])) if shown else None

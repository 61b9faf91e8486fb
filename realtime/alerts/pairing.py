"""A lost animal and a found one meet when the second of the two alerts is raised, or corrected."""

from __future__ import annotations

from datetime import datetime

from realtime.alerts import store
from realtime.alerts.audience import tell
from realtime.alerts.matching import FOUND, LOST, may_be_same
from realtime.alerts.model import Alert, reaches
from realtime.db import Tx
from realtime.geo.cells import region
from realtime.journal import Event
from realtime.members.rights import Rights
from realtime.outbox import add

# The newest of them, corrections included: more than a handful tells an owner nothing.
MOST = 5


def pair(tx: Tx, alert: Alert, rights: Rights, now: datetime) -> list[Event]:
    """Both owners hear of each other's alert, and hear the rest of it wherever they live."""
    if alert.state != "active" or alert.kind not in (*LOST, FOUND):
        return []
    left = MOST - len(store.list_matches(tx, [alert.id]))
    others = (FOUND,) if alert.kind in LOST else LOST
    events: list[Event] = []
    for other in store.list_near(tx, others, _regions(alert), now):
        if left <= 0:
            break
        lost, found = (alert, other) if alert.kind in LOST else (other, alert)
        if not (_meet(lost, found) and may_be_same(lost, found)):
            continue
        if store.add_match(tx, lost.id, found.id, now):
            events += _told(tx, alert, other, rights, now)
            left -= 1
    return events


def _meet(lost: Alert, found: Alert) -> bool:
    """One of the two was told where the other happened."""
    return reaches(lost.reached, found.cell) or reaches(found.reached, lost.cell)


def _told(tx: Tx, alert: Alert, other: Alert, rights: Rights, now: datetime) -> list[Event]:
    events = tell(tx, other, "alert.updated", rights, now)
    for mine, theirs in ((alert, other), (other, alert)):
        store.listen(tx, theirs.id, mine.author, "match")
        events.append(Event(f"account:{mine.author}", "alert.matched", f"{mine.id}:{theirs.id}"))
        add(
            tx,
            "push.match",
            {"alert": mine.id, "other": theirs.id},
            now,
            expires_at=min(mine.expires_at, theirs.expires_at),
        )
    return events


def _regions(alert: Alert) -> list[str]:
    return sorted({region(cell) for cell in (*alert.reached, alert.cell)})

"""Who hears an alert: one event a cell of every covering it ever had, and one for each of those
who belong to it and live elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from realtime.alerts import store
from realtime.alerts.model import Alert, reaches
from realtime.db import Tx
from realtime.journal import Event
from realtime.members.model import Member
from realtime.members.rights import Act, Rights
from realtime.members.store import list_members

MOST_SHOWN = 200
# A balance of 5 hides whether one neighbour more or less lives there; under 10 nothing is said.
ROUNDED_TO = 5
LEAST_SAID = 10


def hears_area(member: Member, alert: Alert, rights: Rights, now: datetime) -> bool:
    """Whether a member hears the alert on the topics of the home."""
    act = Act.RECEIVE_ALERTS if alert.organisation is None else Act.READ_OFFICIAL
    return rights.may(member, act, now) and reaches(alert.reached, member.home_cell)


def tell(
    tx: Tx,
    alert: Alert,
    kind: str,
    rights: Rights,
    now: datetime,
    *,
    about: str | None = None,
    but_not: Sequence[str] = (),
) -> list[Event]:
    """Events of `kind` to everybody the alert concerns, each once."""
    about = alert.id if about is None else about
    topics = [f"{alert.family}:{cell}" for cell in alert.reached]
    for member in outside(tx, alert, rights, now):
        if member.account not in but_not:
            topics.append(member.account_topic)
    return [Event(topic, kind, about, alert.version) for topic in topics]


def outside(tx: Tx, alert: Alert, rights: Rights, now: datetime) -> Iterable[Member]:
    """Owners, reporters and followers whose home no covering ever held."""
    concerned = {*store.list_listeners(tx, alert.id), *store.list_owners(tx, alert)}
    for member in list_members(tx, concerned):
        if not hears_area(member, alert, rights, now):
            yield member


def rounded(count: int) -> int | None:
    """A number that may be shown: to the nearest 5, and nothing under 10."""
    return None if count < LEAST_SAID else ROUNDED_TO * round(count / ROUNDED_TO)

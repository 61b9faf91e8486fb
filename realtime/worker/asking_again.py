"""Who may still be rung for what was decided a while ago: asked again before a phone rings late."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from realtime.alerts.audience import hears_area
from realtime.alerts.model import Alert, reaches
from realtime.alerts.sightings.store import find_sighting
from realtime.alerts.store import find_alert, list_owners
from realtime.db import Tx
from realtime.members.prefs import list_silenced
from realtime.members.prefs.model import WORDS
from realtime.members.rights import Rights
from realtime.members.store import list_members
from realtime.push.delivering import StillFor
from realtime.push.model import Run
from realtime.worker.calling import still_called
from realtime.worker.occasions import find_announcement, rooms_of


def still_meant(rights: Rights) -> StillFor:
    """Of accounts that were meant, those that are: the same questions as `meant_by`, of few."""

    def ask(tx: Tx, run: Run, accounts: Collection[str], now: datetime) -> set[str]:
        if run.kind in WORDS:
            return still_called(tx, run, accounts, rights, now)
        of_kind = _OF_KIND.get(run.kind)
        return set(accounts) if of_kind is None else of_kind(tx, run, accounts, rights, now)

    return ask


def _alert(tx: Tx, run: Run, accounts: Collection[str], rights: Rights, now: datetime) -> set[str]:
    alert = find_alert(tx, run.subject)
    if alert is None:
        return set()
    members = list_members(tx, accounts)
    hearing = {one.account for one in members if hears_area(one, alert, rights, now)}
    return hearing - list_silenced(tx, rooms_of(alert), accounts, now)


def _own(tx: Tx, run: Run, accounts: Collection[str], rights: Rights, now: datetime) -> set[str]:
    """A sighting or a match, for the owners of an alert."""
    alert = _alert_of(tx, run)
    if alert is None:
        return set()
    owners = set(list_owners(tx, alert)).intersection(accounts)
    return owners - list_silenced(tx, rooms_of(alert), owners, now)


def _alert_of(tx: Tx, run: Run) -> Alert | None:
    if run.kind == "match":
        return find_alert(tx, run.subject.partition(":")[0])
    sighting = find_sighting(tx, run.subject)
    return None if sighting is None else find_alert(tx, sighting.alert)


def _announcement(
    tx: Tx, run: Run, accounts: Collection[str], rights: Rights, now: datetime
) -> set[str]:
    told = find_announcement(tx, run.subject)
    if told is None:
        return set()
    members = list_members(tx, accounts)
    return {one.account for one in members if reaches(told.cells, one.home_cell)}


_Ask = Callable[[Tx, Run, Collection[str], Rights, datetime], set[str]]
_OF_KIND: dict[str, _Ask] = {
    "alert": _alert,
    "sighting": _own,
    "match": _own,
    "announcement": _announcement,
}

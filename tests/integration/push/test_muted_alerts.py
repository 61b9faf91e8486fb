"""An alert that a member silenced rings them no more, whatever it is that happens to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from realtime.alerts import actions as alerts
from realtime.alerts.store import get_alert
from realtime.members.model import Member
from realtime.members.prefs import RoomPrefs, save_room_prefs
from realtime.members.store import get_member
from realtime.push.reach import why
from realtime.wire.alerts import AlertResolve, AlertUpdate, StillMissing
from tests.integration.alerts.asking import HOME, raise_one, report
from tests.support.phones import Line
from tests.support.push_service import PushService
from tests.support.residents import RIGHTS, Town, member


async def worsen(town: Town, alert: str) -> None:
    owner = await owner_of(town, alert)
    asked = AlertUpdate.model_validate({"id": alert, "severity": "life"})
    await town.act(lambda tx, now: alerts.update(tx, owner, RIGHTS, asked, now))


async def still_missing(town: Town, alert: str) -> None:
    owner = await owner_of(town, alert)
    asked = StillMissing(id=alert)
    town.later(hours=24)
    await town.act(lambda tx, now: alerts.still_missing(tx, owner, RIGHTS, asked, now))


async def resolve(town: Town, alert: str) -> None:
    owner = await owner_of(town, alert)
    asked = AlertResolve.model_validate({"id": alert, "outcome": "home"})
    await town.act(lambda tx, now: alerts.resolve(tx, owner, RIGHTS, asked, now))


async def owner_of(town: Town, alert: str) -> Member:
    found = await town.db.read(get_alert, alert)
    return await town.db.read(get_member, found.author)


@pytest.mark.parametrize("muted_by", ["snooze", "nothing"])
@pytest.mark.parametrize(
    ("kind", "happens"),
    [("hazard", worsen), ("lost_cat", still_missing), ("lost_cat", resolve)],
)
async def test_nothing_that_happens_to_a_muted_alert_rings(
    town: Town,
    line: Line,
    google: PushService,
    kind: str,
    happens: Callable[[Town, str], Awaitable[None]],
    muted_by: str,
) -> None:
    ada, bo, cy = member(HOME), member(HOME), member(HOME)
    await town.settle(ada, bo, cy)
    muted, other = await line.subscribe(bo, google), await line.subscribe(cy, google)
    alert = await raise_one(town, ada, kind=kind, title="Près du canal", body="")
    await line.work()
    assert len(google.of(muted)) == 1
    chosen = RoomPrefs("nothing") if muted_by == "nothing" else RoomPrefs(snoozed_until=later(town))
    await town.db.write(save_room_prefs, bo.account, alert, chosen)
    await happens(town, alert)
    await line.work_after(seconds=5)
    assert (len(google.of(muted)), len(google.of(other))) == (1, 2)


def later(town: Town) -> datetime:
    return town.now + timedelta(hours=30)


async def test_why_says_that_it_was_muted(town: Town, line: Line, google: PushService) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    await line.subscribe(bo, google)
    alert = await raise_one(town, ada)
    await town.db.write(save_room_prefs, bo.account, alert, RoomPrefs("nothing"))
    await line.work()
    _, told = await town.db.read(why, alert, bo.account)
    assert (told["action"], told["reason"]) == ("off", "muted")
    assert google.got == []


async def test_an_owner_who_muted_the_own_alert_is_not_rung_for_sightings(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    phone = await line.subscribe(ada, google)
    alert = await raise_one(town, ada)
    snooze = RoomPrefs(snoozed_until=town.now + timedelta(hours=1))
    await town.db.write(save_room_prefs, ada.account, alert, snooze)
    await report(town, bo, alert)
    await line.work()
    assert google.of(phone) == []
    town.later(hours=1)
    await report(town, bo, alert)
    await line.work()
    assert len(google.of(phone)) == 1


async def test_the_thread_of_an_alert_silences_it_too(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    await line.subscribe(bo, google)
    thread = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
    snooze = RoomPrefs(snoozed_until=town.now + timedelta(hours=1))
    await town.db.write(save_room_prefs, bo.account, thread, snooze)
    await raise_one(town, ada, conversation=thread)
    await line.work()
    assert google.got == []


async def test_an_official_alert_is_silenced_like_any(
    town: Town, line: Line, google: PushService
) -> None:
    bo = member(HOME)
    staff = member(HOME, level="organisation")
    await town.settle(staff, bo)
    phone = await line.subscribe(bo, google)
    asked: dict[str, Any] = {"kind": "official", "title": "Coupure d’eau"}
    alert = await raise_one(town, staff, house=("1", "Ville"), **asked)
    await town.db.write(save_room_prefs, bo.account, alert, RoomPrefs("nothing"))
    await line.work_after(seconds=5)
    assert google.of(phone) == []
    await raise_one(town, staff, house=("1", "Ville"), **asked)
    await line.work_after(seconds=5)
    assert len(google.of(phone)) == 1

"""Phones of sign-ins that are over fall silent; what pages showed is forgotten within days."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from realtime.accounts.actions import end_lapsed, touch
from realtime.ids import new_ulid
from realtime.push.deliveries import store as deliveries
from realtime.push.reach import note_page_showed
from realtime.wire.phones import PushSeen
from realtime.worker.push import push_schedules
from tests.integration.alerts.asking import HOME, raise_one
from tests.support.phones import Line
from tests.support.push_service import PushService
from tests.support.residents import RIGHTS, Town, member


async def test_a_phone_unused_for_forty_five_days_is_rung_no_more(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    phone = await line.subscribe(bo, google)
    town.later(days=44)
    assert (await town.act(end_lapsed)).value == 0
    await raise_one(town, ada)
    await line.work_after(seconds=5)
    assert len(google.of(phone)) == 1
    town.later(days=1)
    assert (await town.act(end_lapsed)).value == 1
    assert bo.account_topic in town.topics()
    await raise_one(town, ada)
    await line.work_after(seconds=5)
    assert len(google.of(phone)) == 1


async def test_no_sign_in_stays_beyond_ninety_days(
    town: Town, line: Line, google: PushService
) -> None:
    bo = member(HOME)
    await town.settle(bo)
    await line.subscribe(bo, google)
    session = await town.db.read(lambda tx: tx.value("SELECT id FROM session"))
    for _ in range(4):
        town.later(days=20)
        await town.db.write(touch, session, town.now)
        assert (await town.act(end_lapsed)).value == 0
    town.later(days=10)
    assert (await town.act(end_lapsed)).value == 1


async def test_what_a_page_showed_is_forgotten_after_three_days(town: Town) -> None:
    bo, device, subject = member(HOME), new_ulid(town.now), new_ulid(town.now)
    await town.settle(bo)
    await town.db.write(note_page_showed, bo.account, device, [subject], town.now)
    (sweep,) = (one.act for one in push_schedules(RIGHTS) if one.name == "what pages showed")
    town.later(hours=71)
    assert await town.db.write(sweep, town.now) == 0
    assert await town.db.read(deliveries.list_seen, subject, [device])
    town.later(hours=2)
    assert await town.db.write(sweep, town.now) == 1
    assert not await town.db.read(deliveries.list_seen, subject, [device])


def test_a_page_shows_things_that_have_ids() -> None:
    device = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
    PushSeen.model_validate({"device": device, "subjects": [device]})
    for subject in ("rue", "", device.lower(), f"{device}:{device}"):
        with pytest.raises(ValidationError):
            PushSeen.model_validate({"device": device, "subjects": [subject]})

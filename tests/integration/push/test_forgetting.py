"""What pages showed is believed of ids alone, and forgotten within days."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from realtime.ids import new_ulid
from realtime.push.deliveries import store as deliveries
from realtime.push.reach import note_page_showed
from realtime.wire.phones import PushSeen
from realtime.worker.push import push_schedules
from tests.integration.alerts.asking import HOME
from tests.support.residents import RIGHTS, Town, member


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

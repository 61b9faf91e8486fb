"""An institution publishes; everybody in its territory reads, expired visitors too."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from realtime.accounts.vouching.actions import revoke
from realtime.announcements import actions, store
from realtime.announcements.founding import appoint, found
from realtime.announcements.territory import territory_from
from realtime.clock import to_iso
from realtime.db import Database, Tx
from realtime.errors import Refused
from realtime.geo.cells import centre
from realtime.ids import new_ulid
from realtime.journal import Changed
from realtime.members.model import Member
from realtime.wire.announcements import AnnouncementPublish
from tests.integration.alerts.asking import HOME
from tests.support.residents import RIGHTS, Town, hears, member
from tests.unit.announcements.test_territory import box


class Hall:
    """A house whose territory is round HOME."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.staff = member(HOME, "Mairie", level="organisation")

    async def open(self) -> Hall:
        lon, lat = centre(HOME)
        shape = orjson.dumps(box(lon - 0.05, lat - 0.05, lon + 0.05, lat + 0.05))
        await self.town.settle(self.staff)

        def write(tx: Tx) -> tuple[str, ...]:
            house = found(tx, "Mairie de Rennes", *territory_from(shape), self.town.now)
            appoint(tx, house, self.staff.account)
            return house.cells

        self.cells = await self.town.db.write(write)
        return self

    async def publish(self, by: Member | None = None, **more: Any) -> str:
        now = self.town.now
        plain = {
            "key": new_ulid(now),
            "title": "Eau coupée mardi",
            "body": "De 9 h à 12 h.",
            "level": "important",
            "expires_at": to_iso(now.replace(day=now.day + 3)),
        }
        asked = AnnouncementPublish.model_validate(plain | more)
        committed = await self.town.act(
            lambda tx, now: actions.publish(tx, by or self.staff, RIGHTS, asked, self.cells, now)
        )
        return committed.value


@pytest.fixture
async def hall(database: Database) -> Hall:
    return await Hall(Town(database)).open()


def keep_time(tx: Tx, now: datetime) -> Changed[int]:
    return actions.keep_time(tx, RIGHTS, now)


async def titles(hall: Hall, reader: Member) -> list[object]:
    found = await hall.town.db.read(actions.list_current, reader, hall.town.now)
    return [one["title"] for one in found]


async def test_everybody_in_the_territory_reads(hall: Hall) -> None:
    resident, paris = member(HOME), member("u09tvw0")
    expired = member(HOME, level="none")
    hall.town.later(days=4)
    await hall.publish()
    assert {event.kind for event in hall.town.heard} == {"announcement.published"}
    for reader in (resident, expired, hall.staff):
        assert len(hears(reader, hall.town.topics(), hall.town.now)) == 1
        assert await titles(hall, reader) == ["Eau coupée mardi"]
    assert hears(paris, hall.town.topics(), hall.town.now) == []
    assert await titles(hall, paris) == []


async def test_a_scheduled_one_waits_for_its_hour(hall: Hall) -> None:
    reader = member(HOME)
    at = hall.town.now.replace(hour=18)
    await hall.publish(publish_at=to_iso(at))
    assert not hall.town.heard
    assert await titles(hall, reader) == []
    await hall.town.act(keep_time)
    assert not hall.town.heard
    hall.town.now = at
    await hall.town.act(keep_time)
    assert hall.town.heard
    assert await titles(hall, reader) == ["Eau coupée mardi"]


async def test_a_second_worker_that_saw_it_due_too_does_not_end_it(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = member(HOME)
    at = hall.town.now.replace(hour=18)
    await hall.publish(publish_at=to_iso(at))
    hall.town.now = at
    due = await hall.town.db.read(store.list_due, hall.town.now, 1)
    await hall.town.act(keep_time)
    monkeypatch.setattr(store, "list_due", lambda *asked: due)
    await hall.town.act(keep_time)
    assert not hall.town.heard
    assert await titles(hall, reader) == ["Eau coupée mardi"]


async def test_what_a_fallen_colleague_scheduled_is_taken_back_unheard(hall: Hall) -> None:
    at = hall.town.now.replace(hour=18)
    own = await hall.publish(publish_at=to_iso(at))
    await hall.town.act(lambda tx, now: revoke(tx, hall.staff, timedelta(hours=48), now))
    hall.town.now = at
    await hall.town.act(keep_time)
    assert not hall.town.heard
    assert (await hall.town.db.read(store.get_announcement, own)).state == "withdrawn"


async def test_it_ends_on_time(hall: Hall) -> None:
    reader = member(HOME)
    await hall.publish()
    hall.town.later(days=3)
    assert await titles(hall, reader) == []
    await hall.town.act(keep_time)
    told = hall.town.heard[0].fields["announcement"]
    assert isinstance(told, dict)
    assert told["state"] == "expired"
    await hall.town.act(keep_time)
    assert not hall.town.heard


async def test_taken_back_its_words_are_gone(hall: Hall) -> None:
    own = await hall.publish()
    await hall.town.act(lambda tx, now: actions.withdraw(tx, hall.staff, RIGHTS, own, now))
    assert b"coupe" not in b"".join(event.body for event in hall.town.heard)
    assert await titles(hall, member(HOME)) == []


async def test_only_its_staff_publish(hall: Hall) -> None:
    resident = member(HOME)
    other = member(HOME, level="organisation")
    await hall.town.settle(resident, other)
    for one in (resident, other):
        with pytest.raises(Refused) as refusal:
            await hall.publish(one)
        assert refusal.value.code == "not_allowed"
    assert await hall.town.db.read(store.find_house, resident.account) is None


async def test_phones_ring_by_its_level(hall: Hall) -> None:
    def jobs(tx: Tx) -> int:
        return int(tx.value("SELECT count(*) FROM job WHERE name = 'push.announcement'"))

    await hall.publish(level="info")
    assert await hall.town.db.read(jobs) == 0
    await hall.publish(level="urgent")
    assert await hall.town.db.read(jobs) == 1

"""What rings late is asked again whom it is for: nobody wakes for what is no longer theirs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from realtime.announcements.model import Announcement
from realtime.announcements.store import add_announcement
from realtime.db import Tx
from realtime.geo.cells import cell_at, centre
from realtime.ids import new_ulid
from realtime.journal import Changed
from realtime.members.blocks.actions import block
from realtime.members.model import Member
from realtime.members.prefs import Prefs, RoomPrefs, save_prefs, save_room_prefs
from realtime.members.store import save_member
from realtime.outbox import add
from realtime.rooms.groups.actions import leave_all
from tests.integration.alerts.asking import HOME, raise_one, report
from tests.integration.push.talking import found, say, say_in
from tests.support.phones import Line
from tests.support.push_service import PushService
from tests.support.residents import Town, member

FAR = cell_at(centre(HOME)[0] + 1, centre(HOME)[1])
Happens = Callable[[Town, Member, Member], Awaitable[str | None]]


async def alert(town: Town, ada: Member, bo: Member) -> str:
    return await raise_one(town, ada)


async def words(town: Town, ada: Member, bo: Member) -> str:
    return await say(town, ada.account, bo.account)


async def words_in_a_group(town: Town, ada: Member, bo: Member) -> str:
    return await say_in(town, await found(town, ada, bo), ada.account, bo.account)


async def news(town: Town, ada: Member, bo: Member) -> str:
    told = Announcement(
        id=new_ulid(town.now),
        organisation="1",
        author=ada.account,
        level="important",
        title="Eau coupée mardi",
        body="",
        cells=(HOME[:6],),
        publish_at=town.now,
        expires_at=town.now + timedelta(days=2),
        state="published",
    )

    def write(tx: Tx) -> None:
        add_announcement(tx, told)
        add(tx, "push.announcement", {"announcement": told.id}, town.now)

    await town.db.write(write)
    return told.id


async def nothing(town: Town, ada: Member, bo: Member) -> None:
    """The night passes."""


async def moved(town: Town, ada: Member, bo: Member) -> None:
    await town.db.write(save_member, replace(bo, home_cell=FAR))


async def visit_ended(town: Town, ada: Member, bo: Member) -> None:
    over = replace(bo, level="none", verified_at=None, visitor_until=town.now)
    await town.db.write(save_member, over)


async def blocked(town: Town, ada: Member, bo: Member) -> None:
    await town.act(lambda tx, now: block(tx, bo, ada.account))


async def left(town: Town, ada: Member, bo: Member) -> None:
    def leave(tx: Tx, now: datetime) -> Changed[None]:
        return leave_all(tx, bo.account, now)

    await town.act(leave)


async def silenced(town: Town, ada: Member, bo: Member) -> None:
    about = await town.db.read(lambda tx: tx.value("SELECT subject FROM push_run"))
    await town.db.write(save_room_prefs, bo.account, about, RoomPrefs("nothing"))


@pytest.mark.parametrize(
    ("happens", "then", "rings"),
    [
        (alert, nothing, True),
        (alert, moved, False),
        (alert, visit_ended, False),
        (alert, silenced, False),
        (words, nothing, True),
        (words, moved, False),
        (words, blocked, False),
        (words, visit_ended, False),
        (words_in_a_group, nothing, True),
        (words_in_a_group, left, False),
        (news, nothing, True),
        (news, moved, False),
    ],
)
async def test_what_waited_for_the_morning(
    town: Town, line: Line, google: PushService, happens: Happens, then: Happens, rings: bool
) -> None:
    ada, bo = member(HOME, "Ada Lovelace"), member(HOME)
    await town.settle(ada, bo)
    phone = await line.subscribe(bo, google)
    town.later(hours=10)  # 23:00 in Paris
    await happens(town, ada, bo)
    await line.work_after(seconds=5)
    await then(town, ada, bo)
    town.later(hours=8)  # 07:00
    assert await line.ring_waiting() == 1
    await line.work()
    assert len(google.of(phone)) == rings


async def test_of_two_that_waited_the_one_still_mine_rings_as_itself(
    town: Town, line: Line, google: PushService
) -> None:
    ada, cy, bo = member(HOME, "Ada Lovelace"), member(HOME), member(HOME)
    await town.settle(ada, cy, bo)
    phone = await line.subscribe(bo, google)
    town.later(hours=10)
    await words(town, ada, bo)
    kept = await words(town, cy, bo)
    await line.work_after(seconds=5)
    await blocked(town, ada, bo)
    town.later(hours=8)
    assert await line.ring_waiting() == 2
    await line.work()
    (told,) = google.of(phone)
    assert told.notification["tag"] == f"c-{kept}"


async def test_an_owner_is_not_asked_about_a_sighting_that_is_over(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    await line.subscribe(ada, google)
    await town.db.write(save_prefs, ada.account, Prefs(snoozed_until=town.now + timedelta(hours=1)))
    await report(town, bo, await raise_one(town, ada))
    await line.work()
    town.later(hours=13)
    assert await line.ring_waiting() == 1
    assert await town.db.read(lambda tx: tx.all("SELECT action FROM push_decision")) == [("off",)]


async def test_a_batch_that_waited_for_a_worker(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo, cy = member(HOME), member(HOME), member(HOME)
    await town.settle(ada, bo, cy)
    moving, staying = await line.subscribe(bo, google), await line.subscribe(cy, google)
    await alert(town, ada, bo)
    await line.runner.run_due()
    await moved(town, ada, bo)
    await line.work_after(minutes=30)
    assert (len(google.of(moving)), len(google.of(staying))) == (0, 1)

"""A danger that two households confirmed rings through the night whom it did not ring before."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from realtime.alerts.sightings import actions as sightings
from realtime.db import Tx
from realtime.journal import Changed
from realtime.members.model import Member
from realtime.members.prefs import Prefs, Quiet, save_prefs
from realtime.push.reach import why
from tests.integration.alerts.asking import HOME, raise_one
from tests.support.phones import Line
from tests.support.push_service import PushService
from tests.support.residents import RIGHTS, Town, member


async def test_what_two_households_confirm_rings_those_it_let_sleep_and_nobody_twice(
    town: Town, line: Line, google: PushService
) -> None:
    ada, asleep, snoozing, awake, kept_out, one, other, third = (member(HOME) for _ in range(8))
    await town.settle(ada, asleep, snoozing, awake, kept_out, one, other, third)
    await line.awake(awake)
    town.later(hours=10)  # 23:00 in Paris
    for who, prefs in (
        (snoozing, Prefs(quiet=Quiet(is_on=False), snoozed_until=town.now + timedelta(hours=1))),
        (kept_out, Prefs(quiet=Quiet(passes={"hazard": False}))),
    ):
        await town.db.write(save_prefs, who.account, prefs)
    members = (asleep, snoozing, awake, kept_out)
    phones = [await line.subscribe(who, google) for who in members]

    def rang() -> list[int]:
        return [len(google.of(phone)) for phone in phones]

    alert = await raise_one(town, ada, kind="hazard", title="Odeur de gaz", body="")
    await line.work()
    assert rang() == [0, 0, 1, 0]
    await town.act(partial(_confirm, one, alert))
    await line.work_after(minutes=20)
    assert rang() == [0, 0, 1, 0], "one household may have dreamt it"
    await town.act(partial(_confirm, other, alert))
    await line.work()
    assert rang() == [1, 1, 1, 0]
    _, told = await town.db.read(why, alert, asleep.account)
    assert (told["action"], told["reason"]) == ("push", "urgent")
    await town.act(partial(_confirm, third, alert))
    await line.work_after(hours=1)
    assert await line.ring_waiting() == 0, "nothing of it waits any more"
    await line.work()
    assert rang() == [1, 1, 1, 0]


async def test_confirmed_late_it_rings_as_long_as_it_lasts(
    town: Town, line: Line, google: PushService
) -> None:
    """Its first ring is of no use after two hours; that it is true is news."""
    ada, bo, one, other = (member(HOME) for _ in range(4))
    await town.settle(ada, bo, one, other)
    phone = await line.subscribe(bo, google)
    town.later(hours=10)
    alert = await raise_one(town, ada, kind="hazard", title="Odeur de gaz", body="")
    await line.work()
    town.later(hours=2, minutes=30)
    for by in (one, other):
        await town.act(partial(_confirm, by, alert))
    await line.work()
    (told,) = google.of(phone)
    assert int(told.headers["ttl"]) <= 30 * 60


async def test_confirmed_before_a_worker_came_it_rings_once(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo, one, other = (member(HOME) for _ in range(4))
    await town.settle(ada, bo, one, other)
    phone = await line.subscribe(bo, google)
    town.later(hours=10)
    alert = await raise_one(town, ada, kind="hazard", title="Odeur de gaz", body="")
    for by in (one, other):
        await town.act(partial(_confirm, by, alert))
    await line.work()
    assert len(google.of(phone)) == 1


async def test_no_phone_answers_what_was_confirmed_and_it_goes_by_mail(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo, one, other = (member(HOME) for _ in range(4))
    await town.settle(ada, bo, one, other)
    await town.db.write(
        lambda tx: tx.run("UPDATE account SET email_confirmed_at = 1 WHERE id = :a", a=bo.account)
    )
    town.later(hours=10)
    alert = await raise_one(town, ada, kind="hazard", title="Odeur de gaz", body="")
    await line.work()
    await line.work_after(minutes=30)
    assert line.letters.sent == [], "it sleeps"
    for by in (one, other):
        await town.act(partial(_confirm, by, alert))
    await line.work()
    await line.work_after(minutes=6)
    assert [letter.template for letter in line.letters.sent] == ["alert"]


def _confirm(by: Member, alert: str, tx: Tx, now: datetime) -> Changed[str]:
    return sightings.confirm(tx, by, RIGHTS, alert, now)

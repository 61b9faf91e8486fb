"""An alert rings the phones it is for, once, with the right words, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from realtime import metrics
from realtime.alerts import actions as alerts
from realtime.alerts.store import get_alert
from realtime.announcements.model import Announcement
from realtime.db import Tx
from realtime.geo.cells import cell_at, centre
from realtime.members.prefs import Prefs, Quiet, save_prefs
from realtime.push.deliveries import store as deliveries
from realtime.push.reach import note_page_showed, reach_of, receive, totals, why
from realtime.push.runs.store import list_runs
from realtime.push.trials import about_devices, ring_canary, ring_mine
from realtime.wire.alerts import AlertResolve
from realtime.worker.occasions import phones_for
from realtime.worker.push import canary_schedule, push_schedules
from tests.integration.alerts.asking import HOME, raise_one, report
from tests.support.phones import Line
from tests.support.push_service import PushService
from tests.support.residents import RIGHTS, Town, member

FAR = cell_at(centre(HOME)[0] + 1, centre(HOME)[1])


async def test_an_alert_rings_the_phones_under_its_covering(
    town: Town, line: Line, google: PushService, apple: PushService
) -> None:
    ada, bo, cy, far = member(HOME), member(HOME), member(HOME, language="en"), member(FAR)
    await town.settle(ada, bo, cy, far)
    mine, theirs = await line.subscribe(ada, google), await line.subscribe(bo, google)
    english, away = await line.subscribe(cy, apple), await line.subscribe(far, google)
    alert = await raise_one(town, ada)
    await line.work()

    assert google.of(mine) == [], "its author knows"
    assert google.of(away) == []
    (told,) = google.of(theirs)
    shown = told.notification
    assert told.json["web_push"] == 8030
    assert shown["title"] == "Chat perdu\u00a0: Moustache a disparu"
    assert shown["body"] == "Zone de 500\u00a0m qui couvre votre rue."
    assert shown["navigate"] == f"https://palier.example.org/alertes/{alert}"
    assert shown["lang"] == "fr"
    assert len(told.plain) % 256 == 0
    assert told.headers["urgency"] == "high"
    assert 0 < int(told.headers["ttl"]) <= 6 * 3600
    (there,) = apple.of(english)
    assert there.notification["title"] == "Lost cat: Moustache a disparu"
    assert apple.refused == []
    assert there.headers["topic"] == told.headers["topic"]
    lon, lat = centre(HOME)
    for number in (lon, lat):
        assert f"{number:.3f}".encode() not in told.plain, "never a position"


async def test_at_night_it_waits_for_the_morning_and_comes_as_one(
    town: Town, line: Line, google: PushService
) -> None:
    ada, eve, bo = member(HOME), member(HOME), member(HOME)
    await town.settle(ada, eve, bo)
    phone = await line.subscribe(bo, google)
    town.later(hours=10)  # 23:00 in Paris
    first = await raise_one(town, ada)
    await line.work()
    assert google.of(phone) == []
    found, body = await town.db.read(why, first, bo.account)
    assert (body["action"], body["reason"], body["ring"]) == ("delay", "quiet_hours", "street")
    await line.work_after(seconds=1)
    await raise_one(town, eve, title="Gribouille a disparu")
    await line.work()

    town.later(hours=8)  # 07:00
    assert await line.ring_waiting() == 2
    await line.work()
    (told,) = google.of(phone)
    assert told.notification["tag"] == "digest"
    assert told.notification["body"] == "Moustache a disparu · Gribouille a disparu"
    assert await line.ring_waiting() == 0
    assert found.run.kind == "alert"


async def test_one_thing_held_back_rings_as_itself(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    phone = await line.subscribe(bo, google)
    await town.db.write(save_prefs, bo.account, Prefs(snoozed_until=town.now + timedelta(hours=1)))
    alert = await raise_one(town, ada)
    await line.work()
    town.later(hours=1)
    await line.ring_waiting()
    await line.work()
    assert [one.notification["tag"] for one in google.of(phone)] == [f"a-{alert}"]


async def test_the_fourth_of_a_day_is_left_to_the_digest(
    town: Town, line: Line, google: PushService
) -> None:
    bo, *others = (member(HOME) for _ in range(5))
    await town.settle(bo, *others)
    phone = await line.subscribe(bo, google)
    for other in others:
        await raise_one(town, other)
        await line.work()
    assert len(google.of(phone)) == 3
    town.later(hours=6)
    await line.ring_waiting()
    await line.work()
    assert google.of(phone)[-1].notification["tag"] == "digest"


async def test_a_phone_that_was_off_three_hours_never_sees_a_danger_of_two(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    phone = await line.subscribe(bo, google)
    await raise_one(town, ada, kind="danger_now", title="On force une porte", body="")
    await line.work()
    (told,) = google.of(phone)
    assert int(told.headers["ttl"]) <= 2 * 3600, "the push service itself drops it"
    # And where the worker was off as long, nothing is sent at all.
    await raise_one(town, bo, kind="hazard", title="Fuite de gaz", body="")
    await line.subscribe(ada, google)
    await line.work_after(hours=3)
    assert len(google.got) == 1


async def test_what_an_open_page_showed_does_not_ring_there(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo, cy = member(HOME), member(HOME), member(HOME)
    await town.settle(ada, bo, cy)
    seen, other = "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAW"
    await line.subscribe(cy, google, device=(hers := "01ARZ3NDEKTSV4RRFFQ69G5FAX"))
    here = await line.subscribe(bo, google, device=seen)
    there = await line.subscribe(bo, google, device=other)
    alert = await raise_one(town, ada, kind="road", title="Arbre tombé", body="")
    prefs = Prefs(ways={"road": {"street": "push"}})
    for one in (bo, cy):
        await town.db.write(save_prefs, one.account, prefs)
    await line.work()
    assert google.got == [], "an open page gets five seconds"
    for one, device in ((bo, seen), (cy, hers)):
        await town.db.write(note_page_showed, one.account, device, [alert], town.now)
    await line.work_after(seconds=5)
    assert google.of(here) == []
    assert len(google.of(there)) == 1
    for one, reason in ((bo, "rings"), (cy, "page_showed_it")):
        _, told = await town.db.read(why, alert, one.account)
        assert told["reason"] == reason


async def test_an_alert_that_was_withdrawn_meanwhile_is_not_sent(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    await line.subscribe(bo, google)
    alert = await raise_one(town, ada)
    await town.act(lambda tx, now: alerts.withdraw(tx, ada, RIGHTS, alert, now))
    await line.work()
    assert google.got == []


async def test_its_end_replaces_it_silently_where_it_rang(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo, late = member(HOME), member(HOME), member(HOME)
    await town.settle(ada, bo, late)
    phone = await line.subscribe(bo, google)
    alert = await raise_one(town, ada)
    await line.work()
    quiet = await line.subscribe(late, google)
    asked = AlertResolve.model_validate({"id": alert, "outcome": "home"})
    await town.act(lambda tx, now: alerts.resolve(tx, ada, RIGHTS, asked, now))
    await line.work_after(seconds=5)
    first, end = google.of(phone)
    assert end.notification["tag"] == first.notification["tag"]
    assert end.notification["silent"] is True
    assert end.notification["title"].startswith("Retrouvé")
    assert google.of(quiet) == []


async def test_a_sighting_rings_the_owner(town: Town, line: Line, google: PushService) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    phone = await line.subscribe(ada, google)
    alert = await raise_one(town, ada)
    await report(town, bo, alert)
    await line.work()
    (told,) = google.of(phone)
    assert told.notification["title"] == "On l’a peut-être vu"
    assert told.notification["navigate"].endswith(f"/alertes/{alert}")


async def test_receipts_make_the_latency_true(town: Town, line: Line, google: PushService) -> None:
    neighbours = [member(HOME) for _ in range(12)]
    ada = member(HOME)
    await town.settle(ada, *neighbours)
    for one in neighbours:
        await line.subscribe(one, google)
    alert = await raise_one(town, ada)
    await line.work_after(seconds=1)
    token = google.got[0].notification["data"]["token"]
    town.later(seconds=1)
    await town.db.write(receive, line.keyring, token, "shown", town.now)
    await town.db.write(receive, line.keyring, token, "clicked", town.now)
    await town.db.write(receive, line.keyring, token[:-2] + "xx", "clicked", town.now)
    told = await town.db.read(reach_of, alert, lambda count: count, town.now)
    assert (told["phones"], told["accepted"], told["shown"]) == (12, 12, 1)
    assert told["first_accepted_s"] == 1.0
    assert told["first_shown_s"] == 2.0
    assert told["is_done"] is True
    tallies = {(name, label): n for name, label, n in await town.db.read(deliveries.list_tallies)}
    assert tallies["outcome", "accepted other"] == 12
    assert tallies["decided", "push rings"] == 12
    assert tallies["shown_seconds", "2"] == 1


async def test_a_grave_alert_that_no_phone_answers_goes_by_mail(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo, cy, asleep = (member(HOME) for _ in range(4))
    await town.settle(ada, bo, cy, asleep)
    await town.db.write(lambda tx: tx.run("UPDATE account SET email_confirmed_at = 1"))
    await town.db.write(save_prefs, asleep.account, Prefs(quiet=Quiet(begins=600, ends=900)))
    await line.subscribe(bo, google)
    await line.subscribe(cy, google)
    alert = await raise_one(town, ada, kind="danger_now", title="On force une porte", body="")
    await line.work()
    shown = google.got[0]
    await town.db.write(
        receive, line.keyring, shown.notification["data"]["token"], "shown", town.now
    )
    await line.work_after(minutes=4)
    assert line.letters.sent == []
    await line.work_after(minutes=2)
    (run,) = await town.db.read(list_runs, alert)
    assert run.shown == 1
    letters = line.letters.sent
    assert [letter.template for letter in letters] == ["alert"], "one showed it, one sleeps"
    assert "On force une porte" in letters[0].fields["heading"]


async def test_a_trial_says_what_became_of_it(town: Town, line: Line, google: PushService) -> None:
    ada = member(HOME)
    await town.settle(ada)
    phone = await line.subscribe(ada, google)

    async def test_of() -> object:
        told = await town.db.read(about_devices, ada.account, line.keys, town.now)
        (device,) = told["devices"]  # type: ignore[misc]
        return device["test"]  # type: ignore[has-type]

    assert await test_of() is None
    await town.db.write(ring_mine, ada.account, None, town.now)
    assert await test_of() == "queued"
    await line.work()
    assert await test_of() == "accepted"
    (told,) = google.of(phone)
    token = told.notification["data"]["token"]
    await town.db.write(receive, line.keyring, token, "shown", town.now)
    assert await test_of() == "shown"
    phone.gone = True
    town.later(seconds=1)
    await town.db.write(ring_mine, ada.account, None, town.now)
    await line.work()
    assert await test_of() == "refused"
    google.refused.clear()
    assert await town.db.write(ring_canary, ada.account, town.now) == 0


async def test_announcements_ring_by_their_level(
    town: Town, line: Line, google: PushService
) -> None:
    bo = member(HOME)
    await town.settle(bo)
    phone = await line.subscribe(bo, google)
    town.later(hours=10)  # 23:00
    await town.db.write(_publish, "important", town)
    await line.work_after(seconds=10)
    assert google.of(phone) == []
    await town.db.write(_publish, "urgent", town)
    await line.work_after(seconds=10)
    (told,) = google.of(phone)
    assert told.notification["title"] == "Évacuez"


def _publish(tx: Tx, level: str, town: Town) -> None:
    from realtime.announcements import actions, store
    from realtime.announcements.model import House
    from realtime.ids import new_ulid

    house = House(new_ulid(town.now), "Mairie", "{}", (HOME[:5],))
    store.add_house(tx, house, town.now)
    told = Announcement(
        id=new_ulid(town.now),
        organisation=house.id,
        author="a",
        level=level,  # type: ignore[arg-type]
        title="Évacuez",
        body="",
        cells=(HOME[:5],),
        publish_at=town.now,
        expires_at=town.now + timedelta(hours=24),
        state="published",
    )
    store.add_announcement(tx, told)
    actions._out(tx, told, town.now)


async def test_the_preview_counts_the_phones_that_would_ring_now(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo, asleep, silent, none = (member(HOME) for _ in range(5))
    await town.settle(ada, bo, asleep, silent, none)
    for one in (ada, bo, bo, asleep, silent):
        await line.subscribe(one, google)
    night = Prefs(quiet=Quiet(begins=600, ends=900))
    await town.db.write(save_prefs, asleep.account, night)
    off = Prefs(ways={"lost_cat": {"street": "off"}})
    await town.db.write(save_prefs, silent.account, off)
    alert = await town.db.read(get_alert, await raise_one(town, ada))
    assert await town.db.read(phones_for, alert, 3, town.now) == 2, "both of Bo's"
    quiet = replace(alert, urgency="none")
    assert await town.db.read(phones_for, quiet, 3, town.now) == 0


async def test_in_a_town_the_lowest_accounts_stand_for_all(
    town: Town, line: Line, google: PushService
) -> None:
    ada, low, high = member(HOME), member(HOME, account="3" * 20), member(HOME, account="4" * 20)
    await town.settle(ada, low, high)
    for one in (low, high):
        await line.subscribe(one, google)
    alert = await town.db.read(get_alert, await raise_one(town, ada))
    assert await town.db.read(phones_for, alert, 1_000, town.now) == 2
    assert await town.db.read(phones_for, alert, 3_001, town.now) == 4, "one in four, one of two"


async def test_the_canary_sings_on_the_operators_phone_and_metrics_hear_it(
    town: Town, line: Line, google: PushService
) -> None:
    operator = member(HOME)
    await town.settle(operator)
    mail = f"{operator.account}@example.org"
    await town.db.write(lambda tx: tx.run("UPDATE account SET email_confirmed_at = 1"))
    phone = await line.subscribe(operator, google)
    schedule = canary_schedule(mail)
    assert await town.db.write(schedule.act, town.now) == 1
    await line.work_after(seconds=3)
    (told,) = google.of(phone)
    assert told.notification["silent"] is True
    assert told.headers["urgency"] == "very-low"
    counted, seconds = await town.db.read(totals, town.now)
    assert seconds == 3.0
    metrics.WORKERS.totals, metrics.WORKERS.canary = counted, seconds
    said = metrics.render().decode()
    assert 'palier_push_total{outcome="accepted",service="other"} 1.0' in said
    assert 'palier_push_seconds_total{step="accepted",within="5"} 1.0' in said
    assert "palier_push_canary_seconds 3.0" in said
    assert await town.db.write(canary_schedule("nobody@example.org").act, town.now) == 0


async def test_what_is_old_or_left_behind_is_forgotten(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo, cy = member(HOME), member(HOME), member(HOME)
    await town.settle(ada, bo, cy)
    await line.subscribe(bo, google)
    await line.subscribe(cy, google)
    await raise_one(town, ada)
    await line.work()
    await town.db.write(lambda tx: tx.run("DELETE FROM session WHERE account = :a", a=bo.account))
    sweeps = {one.name: one.act for one in push_schedules(RIGHTS)}
    assert await town.db.write(sweeps["devices left behind"], town.now) == 1
    assert await town.db.write(sweeps["old pushes"], town.now) == 0
    town.later(days=46)
    assert await town.db.write(sweeps["old pushes"], town.now) == 1
    assert await town.db.write(sweeps["idle devices"], town.now) == 1
    await raise_one(town, bo)
    await line.work()
    assert len(google.got) == 2, "an idle device is not rung"
    town.later(days=31)
    assert await town.db.write(sweeps["disabled devices"], town.now) == 1
    assert await town.db.read(lambda tx: tx.value("SELECT count(*) FROM push_subscription")) == 0

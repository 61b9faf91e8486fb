"""An alert's life on both databases: who may, what changes, who is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from realtime.alerts import actions, schedule, store
from realtime.alerts.pets.store import Card, save_card
from realtime.alerts.rendering import render_alert
from realtime.alerts.sightings import actions as sightings
from realtime.alerts.sightings import store as voices
from realtime.clock import to_iso
from realtime.db import Database, Tx
from realtime.errors import Refused
from realtime.geo.cells import ring
from realtime.ids import new_ulid
from realtime.members.model import Member
from realtime.photos import store as photos
from realtime.photos.model import Photo
from realtime.wire.alerts import (
    AlertFollow,
    AlertResolve,
    AlertUpdate,
    SightingAnswer,
    StillMissing,
)
from tests.integration.alerts.asking import HOME, raise_one, report, widen
from tests.support.residents import RIGHTS, Town, hears, member


@pytest.fixture
async def town(database: Database) -> Town:
    return Town(database)


async def alert_of(town: Town, alert: str) -> dict[str, Any]:
    return await town.db.read(render_alert, alert)


async def refused(what: Any) -> Refused:
    with pytest.raises(Refused) as refusal:
        await what
    return refusal.value


async def test_an_alert_is_told_in_every_covering_cell(town: Town) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    alert = await raise_one(town, ada)
    kept = await town.db.read(store.get_alert, alert)
    assert town.topics() == {f"area:{cell}" for cell in kept.cells}
    assert {event.kind for event in town.heard} == {"alert.raised"}
    assert len(hears(bo, town.topics(), town.now)) == 1
    first = town.heard[0].fields["alert"]
    assert first == await alert_of(town, alert)


async def test_a_visitor_raises_a_found_pet_and_nothing_else(town: Town) -> None:
    visitor = member(HOME, level="none")
    await town.settle(visitor)
    assert (await refused(raise_one(town, visitor))).code == "visitor"
    await raise_one(town, visitor, kind="found_pet", details={"species": "chat"})


@pytest.mark.parametrize(
    ("level", "kind", "may"),
    [
        ("location", "road", True),
        ("location", "theft", False),
        ("vouched", "theft", True),
        ("vouched", "danger_now", False),
        ("postcard", "danger_now", True),
        ("postcard", "official", False),
        ("postcard", "missing_person", False),
        ("postcard", "official_feed", False),
    ],
)
async def test_kinds_ask_for_a_level(town: Town, level: str, kind: str, may: bool) -> None:
    ada = member(HOME, level=level)
    await town.settle(ada)
    if may:
        assert (await alert_of(town, await raise_one(town, ada, kind=kind)))["kind"] == kind
    else:
        assert (await refused(raise_one(town, ada, kind=kind))).code == "not_allowed"


async def test_a_place_far_from_home_is_refused(town: Town) -> None:
    ada = member("gbwc9z1")
    await town.settle(ada)
    await raise_one(town, ada, "gbwcd00")  # the next region
    assert (await refused(raise_one(town, ada, "gbwcu00"))).code == "too_far_from_home"


async def test_a_household_raises_two_a_day_and_one_urgent_in_six_hours(town: Town) -> None:
    ada = member(HOME)
    flatmate = member(HOME, household=ada.household)
    other = member(HOME)
    await town.settle(ada, flatmate, other)
    await raise_one(town, ada)
    urgent = await refused(raise_one(town, flatmate))
    assert urgent.code == "quota"
    assert urgent.fields["retry_at"] == to_iso(town.now + timedelta(hours=6))
    begun = town.now
    await raise_one(town, flatmate, kind="road")
    third = await refused(raise_one(town, ada, kind="road"))
    assert (third.fields["raised"], third.fields["hours"]) == (2, 24)
    await raise_one(town, other)
    town.now = begun + timedelta(hours=24)
    await raise_one(town, ada)


async def test_words_that_accuse_are_refused_with_the_words(town: Town) -> None:
    ada = member(HOME)
    await town.settle(ada)
    refusal = await refused(raise_one(town, ada, kind="theft", body="Un homme noir a volé"))
    assert (refusal.code, refusal.fields["words"]) == ("filter", "homme noir")
    alert = await raise_one(town, ada)
    update = AlertUpdate(id=alert, body="06 12 34 56 78")
    refusal = await refused(town.act(lambda tx, now: actions.update(tx, ada, RIGHTS, update, now)))
    assert refusal.code == "filter_phone"


async def test_what_a_photos_words_say_is_judged_too(town: Town) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)

    def taken(tx: Tx, owner: Member, alt: str) -> str:
        photo = Photo(
            id=new_ulid(town.now),
            account=owner.account,
            width=1,
            height=1,
            alt=alt,
            taken_at=town.now,
        )
        photos.add_photo(tx, photo, b"")
        return photo.id

    number = "Rappelez-moi au 06 12 34 56 78"
    refusal = await refused(raise_one(town, ada, photos=[await town.db.write(taken, ada, number)]))
    assert (refusal.code, refusal.fields["field"]) == ("filter_phone", "photos")
    alert = await raise_one(town, ada, photos=[await town.db.write(taken, ada, "Un chat roux")])
    update = AlertUpdate(id=alert, photos=[await town.db.write(taken, ada, number)])
    refusal = await refused(town.act(lambda tx, now: actions.update(tx, ada, RIGHTS, update, now)))
    assert refusal.code == "filter_phone"
    seen = await town.db.write(taken, bo, number)
    refusal = await refused(report(town, bo, alert, photo=seen))
    assert refusal.code == "filter_phone"
    assert [one["alt"] for one in (await alert_of(town, alert))["photos"]] == ["Un chat roux"]


async def test_the_hidden_mark_is_told_to_nobody(town: Town) -> None:
    ada = member(HOME)
    await town.settle(ada)
    alert = await raise_one(town, ada, details={"name": "Moustache", "hidden_mark": "oreille"})
    assert b"oreille" not in b"".join(event.body for event in town.heard)
    assert (await town.db.read(store.get_alert, alert)).hidden_mark == "oreille"


async def test_a_pet_card_fills_the_alert(town: Town) -> None:
    ada = member(HOME)
    await town.settle(ada)
    card = Card(new_ulid(town.now), {"name": "Moustache", "colours": ["roux"]}, None)
    await town.db.write(save_card, ada.account, card, town.now)
    alert = await raise_one(town, ada, details={"card": card.id, "collar": "rouge"})
    details = (await alert_of(town, alert))["details"]
    assert details == {"name": "Moustache", "colours": ["roux"], "collar": "rouge"}


async def test_details_of_another_form_are_refused(town: Town) -> None:
    ada = member(HOME)
    await town.settle(ada)
    refusal = await refused(raise_one(town, ada, kind="road", details={"name": "x"}))
    assert refusal.fields == {"field": "details.name"}


async def test_an_update_is_heard_and_counted(town: Town) -> None:
    ada = member(HOME)
    await town.settle(ada)
    alert = await raise_one(town, ada)
    update = AlertUpdate(id=alert, title="Moustache, chat roux")
    await town.act(lambda tx, now: actions.update(tx, ada, RIGHTS, update, now))
    told = town.heard[0].fields["alert"]
    assert isinstance(told, dict)
    assert (told["title"], told["version"]) == ("Moustache, chat roux", 2)
    assert {event.kind for event in town.heard} == {"alert.updated"}


async def test_nobody_else_changes_an_alert(town: Town) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    alert = await raise_one(town, ada)
    for act in (
        lambda tx, now: actions.update(tx, bo, RIGHTS, AlertUpdate(id=alert), now),
        lambda tx, now: actions.resolve(tx, bo, RIGHTS, AlertResolve(id=alert), now),
        lambda tx, now: actions.withdraw(tx, bo, RIGHTS, alert, now),
        lambda tx, now: actions.still_missing(tx, bo, RIGHTS, StillMissing(id=alert), now),
    ):
        assert (await refused(town.act(act))).code == "not_found"


async def test_widening_tells_old_and_new_and_each_home_once(town: Town) -> None:
    ada = member(HOME)
    await town.settle(ada)
    alert = await raise_one(town, ada, radius_m=300)
    before = await town.db.read(store.get_alert, alert)
    wider = StillMissing(id=alert, radius_m=2_000)
    await town.act(lambda tx, now: widen(tx, ada, wider, now))
    after = await town.db.read(store.get_alert, alert)
    assert len(after.cells) > 1
    assert town.topics() == {f"area:{cell}" for cell in after.reached}
    for cell in before.cells:
        home = (cell + "zzz")[:7]
        assert len(hears(member(home), town.topics(), town.now)) == 1
    too_wide = StillMissing(id=alert, radius_m=5_000)
    refusal = await refused(town.act(lambda tx, now: widen(tx, ada, too_wide, now)))
    assert refusal.code == "area_too_large"


async def test_a_sighting_reaches_the_owner_first_then_all(town: Town) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    alert = await raise_one(town, ada)
    sighting = await report(town, bo, alert)
    assert town.topics() == {ada.account_topic}
    told = town.heard[0].fields["sighting"]
    assert isinstance(told, dict)
    assert told["state"] == "waiting"
    assert (await alert_of(town, alert))["sightings"] == []
    answer = SightingAnswer(sighting=sighting, accept=True)
    await town.act(lambda tx, now: sightings.answer(tx, ada, RIGHTS, answer, now))
    assert any(topic.startswith("area:") for topic in town.topics())
    shown = (await alert_of(town, alert))["sightings"]
    assert [one["id"] for one in shown] == [sighting]


async def test_a_sighting_nobody_answered_is_shown_after_ten_minutes(town: Town) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    alert = await raise_one(town, ada)
    await report(town, bo, alert)
    town.later(minutes=9, seconds=59)
    await town.act(lambda tx, now: schedule.show_sightings(tx, RIGHTS, now))
    assert not town.heard
    town.later(seconds=1)
    await town.act(lambda tx, now: schedule.show_sightings(tx, RIGHTS, now))
    assert len((await alert_of(town, alert))["sightings"]) == 1


async def test_a_declined_sighting_stays_with_the_owner(town: Town) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    alert = await raise_one(town, ada)
    sighting = await report(town, bo, alert)
    answer = SightingAnswer(sighting=sighting, accept=False)
    await town.act(lambda tx, now: sightings.answer(tx, ada, RIGHTS, answer, now))
    assert town.topics() == {ada.account_topic}
    town.later(minutes=11)
    await town.act(lambda tx, now: schedule.show_sightings(tx, RIGHTS, now))
    assert not town.heard
    assert (await alert_of(town, alert))["sightings"] == []


async def dispute(town: Town, by: Member, alert: str) -> None:
    await town.act(lambda tx, now: sightings.dispute(tx, by, RIGHTS, alert, now))


async def test_disputes_of_one_household_count_once(town: Town) -> None:
    ada, bo = member(HOME), member(HOME)
    flatmate, cy, di = member(HOME, household=bo.household), member(HOME), member(HOME)
    await town.settle(ada, bo, flatmate, cy, di)
    alert = await raise_one(town, ada)
    for one, expected in ((bo, 1), (flatmate, 1), (cy, 2)):
        await dispute(town, one, alert)
        told = await alert_of(town, alert)
        assert (told["disputes"], told["state"]) == (expected, "active")
    await town.act(lambda tx, now: sightings.dispute(tx, di, RIGHTS, alert, now))
    assert (await alert_of(town, alert))["state"] == "disputed"
    own = await refused(town.act(lambda tx, now: sightings.dispute(tx, ada, RIGHTS, alert, now)))
    assert own.code == "own_alert"


async def test_a_household_may_change_its_word(town: Town) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    alert = await raise_one(town, ada)
    await town.act(lambda tx, now: sightings.dispute(tx, bo, RIGHTS, alert, now))
    await town.act(lambda tx, now: sightings.confirm(tx, bo, RIGHTS, alert, now))
    now = await alert_of(town, alert)
    assert (now["confirms"], now["disputes"]) == (1, 0)
    assert await town.db.read(voices.find_voice, alert, bo.household) == "confirm"


async def test_resolving_thanks_those_who_saw(town: Town) -> None:
    ada, bo, cy = member(HOME), member(HOME, "Inès Roux"), member(HOME)
    await town.settle(ada, bo, cy)
    alert = await raise_one(town, ada)
    await report(town, bo, alert)
    town.later(hours=1)
    resolve = AlertResolve(id=alert, outcome="home")
    await town.act(lambda tx, now: actions.resolve(tx, ada, RIGHTS, resolve, now))
    now = await alert_of(town, alert)
    assert (now["state"], now["outcome"]) == ("resolved", "home")
    assert [one["name"] for one in now["thanks"]] == ["Inès R."]
    late = await refused(town.act(lambda tx, now: actions.resolve(tx, ada, RIGHTS, resolve, now)))
    assert late.code == "alert_closed"
    assert (await refused(report(town, cy, alert))).code == "alert_closed"


async def test_a_withdrawn_alert_says_so_and_nothing_more(town: Town) -> None:
    ada = member(HOME)
    await town.settle(ada)
    alert = await raise_one(town, ada, details={"name": "Moustache"})
    await town.act(lambda tx, now: actions.withdraw(tx, ada, RIGHTS, alert, now))
    now = await alert_of(town, alert)
    assert (now["state"], now["body"], now["details"]) == ("withdrawn", "", {})


async def test_alerts_end_on_time(town: Town) -> None:
    ada = member(HOME)
    await town.settle(ada)
    alert = await raise_one(town, ada, kind="danger_now")
    assert [a.id for a in await town.db.read(actions.list_open, ada, RIGHTS, town.now)] == [alert]
    town.later(hours=2)
    assert await town.db.read(actions.list_open, ada, RIGHTS, town.now) == []
    await town.act(lambda tx, now: schedule.expire(tx, RIGHTS, now))
    assert (await alert_of(town, alert))["state"] == "expired"
    assert {event.kind for event in town.heard} == {"alert.updated"}
    await town.act(lambda tx, now: schedule.expire(tx, RIGHTS, now))
    assert not town.heard


async def test_after_thirty_days_the_place_coarsens(town: Town) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    alert = await raise_one(town, ada, details={"hidden_mark": "oreille"})
    heard = town.topics()
    sighting = await report(town, bo, alert)
    resolve = AlertResolve(id=alert, outcome="home")
    await town.act(lambda tx, now: actions.resolve(tx, ada, RIGHTS, resolve, now))
    town.later(days=30)
    await town.act(lambda tx, now: schedule.archive(tx, RIGHTS, now))
    kept = await town.db.read(store.get_alert, alert)
    assert (kept.state, kept.cell, kept.hidden_mark) == ("archived", HOME[:6], None)
    assert kept.cells == kept.reached == tuple(ring(HOME[:6]))
    assert len((await town.db.read(voices.get_sighting, sighting)).cell) == 6
    assert town.topics() == heard
    assert "area:" + HOME in heard


async def test_followers_hear_from_anywhere_until_they_stop(town: Town) -> None:
    ada, far = member(HOME), member("gbwcd5p")
    await town.settle(ada, far)
    alert = await raise_one(town, ada)
    assert not hears(far, town.topics(), town.now)
    follow = AlertFollow(id=alert)
    await town.act(lambda tx, now: actions.follow(tx, far, RIGHTS, follow, now))
    assert town.topics() == {far.account_topic}
    update = AlertUpdate(id=alert, body="Aperçu hier")
    await town.act(lambda tx, now: actions.update(tx, ada, RIGHTS, update, now))
    assert hears(far, town.topics(), town.now) == [far.account_topic]
    stop = AlertFollow(id=alert, follow=False)
    await town.act(lambda tx, now: actions.follow(tx, far, RIGHTS, stop, now))
    await town.act(lambda tx, now: actions.update(tx, ada, RIGHTS, update, now))
    assert not hears(far, town.topics(), town.now)


async def test_an_alert_elsewhere_is_absent(town: Town) -> None:
    ada, paris = member(HOME), member("u09tvw0")
    await town.settle(ada, paris)
    alert = await raise_one(town, ada)
    read = town.db.read(actions.get_readable, paris, RIGHTS, alert, town.now)
    assert (await refused(read)).code == "not_found"
    assert (await refused(report(town, paris, alert))).code == "not_found"

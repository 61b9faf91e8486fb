"""A message rings those it names, without its words."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest

from realtime.geo.cells import cell_at, centre, neighbours
from realtime.members.blocks.store import add_block
from realtime.members.prefs import RoomPrefs, save_room_prefs
from tests.integration.alerts.asking import HOME
from tests.integration.push.talking import befriend, found, say, say_in
from tests.support.phones import Line
from tests.support.push_service import PushService
from tests.support.residents import Town, member

FAR = cell_at(centre(HOME)[0] + 1, centre(HOME)[1])


async def test_who_is_named_is_rung_without_the_words(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo, cy = member(HOME, "Ada Lovelace"), member(HOME), member(HOME)
    await town.settle(ada, bo, cy)
    named, other = await line.subscribe(bo, google), await line.subscribe(cy, google)
    conversation = await say(town, ada.account, bo.account)
    await line.work_after(seconds=5)
    assert google.of(other) == []
    (told,) = google.of(named)
    assert told.notification["body"] == "Ada L. vous a cité"
    assert b"secret" not in told.plain
    assert told.notification["navigate"].endswith(f"/rue/{conversation}")


async def test_a_conversation_that_was_muted_does_not_ring(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    await line.subscribe(bo, google)
    conversation = await say(town, ada.account, bo.account)
    await line.work_after(seconds=5)
    mute = RoomPrefs("all", town.now + timedelta(hours=1))
    await town.db.write(save_room_prefs, bo.account, conversation, mute)
    await say(town, ada.account, bo.account, conversation=conversation)
    await line.work_after(seconds=5)
    assert len(google.got) == 1


async def test_a_direct_message_rings_its_reader_and_not_one_kept_apart(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo = member(HOME, "Ada Lovelace"), member(HOME)
    await town.settle(ada, bo)
    theirs, mine = await line.subscribe(bo, google), await line.subscribe(ada, google)
    topic = await befriend(town, ada, bo)
    await say_in(town, topic, ada.account)
    await line.work_after(seconds=5)
    (told,) = google.of(theirs)
    assert told.notification["body"] == "Nouveau message de Ada L."
    assert told.notification["navigate"].endswith(f"/messages/{quote(topic, safe='')}")
    assert b"secret" not in told.plain
    assert google.of(mine) == []
    await town.db.write(add_block, bo.account, ada.account)
    await say_in(town, topic, ada.account)
    await line.work_after(seconds=5)
    assert len(google.of(theirs)) == 1


async def test_a_group_rings_whom_it_names_and_those_who_want_all_of_it(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo, cy, dee = member(HOME, "Ada Lovelace"), member(HOME), member(HOME), member(HOME)
    await town.settle(ada, bo, cy, dee)
    named, eager, calm = [await line.subscribe(one, google) for one in (bo, cy, dee)]
    topic = await found(town, ada, bo, cy, dee)
    await town.db.write(save_room_prefs, cy.account, topic, RoomPrefs("all"))
    await say_in(town, topic, ada.account, bo.account)
    await line.work_after(seconds=5)
    bodies = [[one.notification["body"] for one in google.of(phone)] for phone in (named, eager)]
    assert bodies == [["Ada L. vous a cité"], ["Ada L. a écrit dans un groupe"]]
    assert google.of(calm) == []


async def jobs(town: Town) -> int:
    found = await town.db.read(lambda tx: tx.value("SELECT count(*) FROM job"))
    return int(found)


async def test_where_nobody_asked_for_every_word_the_street_costs_no_job(
    town: Town, line: Line
) -> None:
    ada, bo, far = member(HOME), member(HOME), member(FAR)
    await town.settle(ada, bo, far)
    await town.db.write(save_room_prefs, bo.account, "street", RoomPrefs("mentions"))
    await town.db.write(save_room_prefs, far.account, "street", RoomPrefs("all"))
    await say(town, ada.account)
    assert await jobs(town) == 0


@pytest.mark.parametrize(
    ("view", "alias", "body"),
    [
        ("street", False, "Ada L. a écrit dans la rue"),
        ("neighbourhood", False, "Ada L. a écrit dans le voisinage"),
        ("neighbourhood", True, "Ada L. a écrit dans le voisinage"),
    ],
)
async def test_who_wants_every_word_of_a_room_is_rung_for_it(
    town: Town, line: Line, google: PushService, view: str, *, alias: bool, body: str
) -> None:
    ada, calm = member(HOME, "Ada Lovelace"), member(HOME)
    bo = member(neighbours(HOME)[0], street_is_neighbourhood=alias)
    await town.settle(ada, bo, calm)
    eager, other = await line.subscribe(bo, google), await line.subscribe(calm, google)
    mine = await line.subscribe(ada, google)
    for one in (bo, ada):
        room = "street" if alias else view
        await town.db.write(save_room_prefs, one.account, room, RoomPrefs("all"))
    await say(town, ada.account, view=view)
    await line.work_after(seconds=5)
    assert [one.notification["body"] for one in google.of(eager)] == [body]
    assert google.of(other) == google.of(mine) == []
    await town.db.write(save_room_prefs, bo.account, room, None)
    await town.db.write(save_room_prefs, ada.account, room, None)
    await say(town, ada.account, view=view)
    assert await jobs(town) == 0, "nobody wants it any more"


async def test_every_word_of_one_conversation_may_ring(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    phone = await line.subscribe(bo, google)
    conversation = await say(town, ada.account)
    await town.db.write(save_room_prefs, bo.account, conversation, RoomPrefs("all"))
    await say(town, ada.account, conversation=conversation)
    await say(town, ada.account)
    await line.work_after(seconds=5)
    assert len(google.of(phone)) == 1


async def test_a_street_that_was_muted_does_not_ring_but_for_what_was_chosen_in_it(
    town: Town, line: Line, google: PushService
) -> None:
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    phone = await line.subscribe(bo, google)
    await town.db.write(save_room_prefs, bo.account, "street", RoomPrefs("nothing"))
    conversation = await say(town, ada.account, bo.account)
    await line.work_after(seconds=5)
    assert google.of(phone) == []
    await town.db.write(save_room_prefs, bo.account, conversation, RoomPrefs("mentions"))
    await say(town, ada.account, bo.account, conversation=conversation)
    await line.work_after(seconds=5)
    assert len(google.of(phone)) == 1
    snoozed = RoomPrefs("all", town.now + timedelta(hours=1))
    await town.db.write(save_room_prefs, bo.account, "street", snoozed)
    await say(town, ada.account, bo.account, conversation=conversation)
    await line.work_after(seconds=5)
    assert len(google.of(phone)) == 1

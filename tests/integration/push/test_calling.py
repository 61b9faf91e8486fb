"""A message rings those it names, without its words."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from realtime.members.blocks.store import add_block
from realtime.members.prefs import RoomPrefs, save_room_prefs
from tests.integration.alerts.asking import HOME
from tests.integration.push.talking import befriend, found, say, say_in
from tests.support.phones import Line
from tests.support.push_service import PushService
from tests.support.residents import Town, member


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

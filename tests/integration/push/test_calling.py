"""A message rings those it names, without its words."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from realtime.clock import to_millis
from realtime.db import Tx
from realtime.ids import new_ulid
from realtime.members.blocks.store import add_block
from realtime.members.prefs import RoomPrefs, save_room_prefs
from realtime.rooms.direct.model import Thread
from realtime.rooms.direct.store import add_thread, save_thread
from realtime.rooms.model import Message
from realtime.rooms.ringing import ring_for
from realtime.rooms.store import add_message, open_conversation
from tests.integration.alerts.asking import HOME
from tests.support.phones import Line
from tests.support.push_service import PushService
from tests.support.residents import Town, member


async def say(town: Town, author: str, *named: str, conversation: str | None = None) -> str:
    """In the street; its conversation's id."""
    own_id = new_ulid(town.now)
    topic = f"street:{HOME}"
    message = Message(
        id=own_id,
        topic=topic,
        conversation=conversation or own_id,
        author=author,
        text="Un secret de voisins",
        at=to_millis(town.now),
        mentions=named,
    )

    def write(tx: Tx) -> None:
        if conversation is None:
            open_conversation(tx, own_id, topic, message.at)
        add_message(tx, message)
        ring_for(tx, message, town.now)

    await town.db.write(write)
    return message.conversation or own_id


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
    topic = f"direct:{new_ulid(town.now)}"
    low, high = sorted((ada.account, bo.account))
    at = to_millis(town.now)
    thread = Thread(
        topic=topic,
        low=low,
        high=high,
        opener=ada.account,
        alert=None,
        opened_at=at,
        asked_at=at,
        accepted_at=at,
        declined_at=None,
        last_at=at,
    )

    async def write() -> None:
        said = Message(
            id=new_ulid(town.now),
            topic=topic,
            conversation=None,
            author=ada.account,
            text="Un secret de voisins",
            at=to_millis(town.now),
        )

        def save(tx: Tx) -> None:
            add_message(tx, said)
            ring_for(tx, said, town.now)

        await town.db.write(save)
        await line.work_after(seconds=5)

    await town.db.write(add_thread, thread)
    await town.db.write(save_thread, thread)
    await write()
    (told,) = google.of(theirs)
    assert told.notification["body"] == "Nouveau message de Ada L."
    assert told.notification["navigate"].endswith(f"/messages/{quote(topic, safe='')}")
    assert b"secret" not in told.plain
    assert google.of(mine) == []
    await town.db.write(add_block, bo.account, ada.account)
    await write()
    assert len(google.of(theirs)) == 1

"""A message rings those it names, without its words."""

from __future__ import annotations

from datetime import timedelta

from realtime.clock import to_millis
from realtime.db import Tx
from realtime.ids import new_ulid
from realtime.members.prefs import RoomPrefs, save_room_prefs
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

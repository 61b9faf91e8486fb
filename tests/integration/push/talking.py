"""Neighbours who talk: in the street, between two, in a group."""

from __future__ import annotations

from datetime import datetime

from realtime.clock import to_millis
from realtime.db import Tx
from realtime.ids import new_ulid
from realtime.journal import Changed
from realtime.members.model import Member
from realtime.rooms.direct.model import Thread
from realtime.rooms.direct.store import add_thread, save_thread
from realtime.rooms.groups.actions import create, join
from realtime.rooms.model import Message
from realtime.rooms.ringing import ring_for
from realtime.rooms.store import add_message, open_conversation
from realtime.wire.groups import GroupCreate
from tests.integration.alerts.asking import HOME
from tests.support.residents import RIGHTS, Town


async def say(
    town: Town, author: str, *named: str, conversation: str | None = None, view: str = "street"
) -> str:
    """In a new conversation or a known one; its id."""
    own_id = new_ulid(town.now)
    topic = f"{view}:{HOME if view == 'street' else HOME[:6]}"
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
        add_message(tx, message, 1)
        ring_for(tx, message, town.now)

    await town.db.write(write)
    return message.conversation or own_id


async def befriend(town: Town, ada: Member, bo: Member) -> str:
    """An accepted direct thread; its topic."""
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
    await town.db.write(add_thread, thread)
    await town.db.write(save_thread, thread)
    return topic


async def found(town: Town, keeper: Member, *others: Member) -> str:
    """A group with these inside; its topic."""
    asked = GroupCreate(key=new_ulid(town.now), name="Chats", access="open", category="animaux")
    group = await town.act(lambda tx, now: create(tx, keeper, RIGHTS, asked, now))

    def join_all(tx: Tx, now: datetime) -> Changed[None]:
        events = [join(tx, one, RIGHTS, group.value, now).events for one in others]
        return Changed(None, [event for some in events for event in some])

    await town.act(join_all)
    return group.value


async def say_in(town: Town, topic: str, author: str, *named: str) -> str:
    """In a flat chat; the message's id."""
    said = Message(
        id=new_ulid(town.now),
        topic=topic,
        conversation=None,
        author=author,
        text="Un secret de voisins",
        at=to_millis(town.now),
        mentions=named,
    )

    def save(tx: Tx) -> None:
        add_message(tx, said, 1)
        ring_for(tx, said, town.now)

    await town.db.write(save)
    return said.id

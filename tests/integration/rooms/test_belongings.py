"""What a member hears beside the home: one group, or one thread from either of its sides."""

from __future__ import annotations

from realtime.clock import to_millis
from realtime.db import Database, Tx
from realtime.ids import new_ulid
from realtime.members.model import Member
from realtime.rooms import access
from realtime.rooms.direct.model import Thread, pair
from realtime.rooms.direct.store import add_thread, save_thread
from realtime.rooms.groups.model import Group
from realtime.rooms.groups.store import add_group, set_standing
from tests.support.residents import BEGUN, RIGHTS, Town, member

CELL = "gbwc9z1"


def gather(tx: Tx, founder: Member) -> str:
    """A group with this one member: its topic."""
    group = Group(
        id=new_ulid(BEGUN), name="Chats", about="", category="animaux", access="open",
        reach="neighbourhood", slow_s=0, created_at=to_millis(BEGUN),
    )  # fmt: skip
    add_group(tx, group, ["gbwc9"])
    set_standing(tx, group.id, founder.account, "member", BEGUN)
    return group.topic


def talk(tx: Tx, one: Member, other: Member) -> str:
    """A thread that both have accepted: its topic."""
    at = to_millis(BEGUN)
    low, high = pair(one.account, other.account)
    thread = Thread(
        topic=f"direct:{new_ulid(BEGUN)}", low=low, high=high, opener=one.account, alert=None,
        opened_at=at, asked_at=at, accepted_at=at, declined_at=None, last_at=at,
    )  # fmt: skip
    add_thread(tx, thread)
    save_thread(tx, thread)  # what both said
    return thread.topic


async def test_a_group_alone_and_a_thread_alone_are_heard(database: Database) -> None:
    town = Town(database)
    alone, grouped, low, high = (member(CELL, name) for name in ("Ada", "Bo", "Cléo", "Dan"))
    await town.settle(alone, grouped, low, high)
    group = await database.write(gather, grouped)
    thread = await database.write(talk, low, high)

    async def beside_home(one: Member) -> set[str]:
        heard = await database.read(access.followed, one, RIGHTS, BEGUN)
        return {topic.topic for topic in heard} - {t.topic for t in RIGHTS.followed(one, BEGUN)}

    assert await beside_home(alone) == set()
    assert await beside_home(grouped) == {group}
    assert await beside_home(low) == await beside_home(high) == {thread}

"""Read pointers never go back, and unread is counted as the contract says."""

from __future__ import annotations

from typing import Any

import pytest

from realtime.db import Database, Tx
from realtime.journal import heads
from realtime.members.model import Member
from realtime.rooms import actions
from tests.integration.rooms.test_conversations import MIDDLE, Street
from tests.support.residents import RIGHTS, member

TOPIC = f"street:{MIDDLE}"


class Readers(Street):
    """Ada writes, Bo reads."""

    async def begin(self, messages: int = 5) -> Readers:
        self.ada, self.bo = member(MIDDLE, "Ada"), member(MIDDLE, "Bo")
        await self.settle(self.ada, self.bo)
        for number in range(messages):
            await self.post(self.ada, f"Message {number}")
        found = await self.db.read(heads, [TOPIC])
        self.epoch = found[TOPIC].epoch
        return self

    async def mark(self, seq: int, *, epoch: str = "", topic: str = TOPIC) -> None:
        positions = {topic: (epoch or self.epoch, seq)}

        def act(tx: Tx, now: Any) -> Any:
            return actions.mark_read(tx, self.bo, positions, heads(tx, [TOPIC]))

        await self.act(act)

    async def unread(self, by: Member | None = None) -> tuple[int, int]:
        """(read, unread) of the topic."""
        me = by or self.bo

        def read(tx: Tx) -> dict[str, tuple[int, int]]:
            return actions.unread(tx, me, RIGHTS, heads(tx, [TOPIC]), self.now)

        return (await self.db.read(read))[TOPIC]


@pytest.fixture
async def readers(database: Database) -> Readers:
    return await Readers(database).begin()


async def test_nothing_read_is_everything_of_others_unread(readers: Readers) -> None:
    assert await readers.unread() == (0, 5)
    assert await readers.unread(readers.ada) == (0, 0)


async def test_a_pointer_moves_on_and_never_back(readers: Readers) -> None:
    await readers.mark(3)
    assert await readers.unread() == (3, 2)
    assert readers.topics() == {readers.bo.account_topic}
    for seq in (1, 0, 3):
        await readers.mark(seq)
        assert await readers.unread() == (3, 2)
        assert readers.heard == [], "nothing moved, nothing to tell"
    await readers.mark(5)
    assert await readers.unread() == (5, 0)


async def test_a_pointer_stops_at_the_head(readers: Readers) -> None:
    await readers.mark(2**40)
    assert await readers.unread() == (5, 0)
    await readers.post(readers.ada)
    assert await readers.unread() == (5, 1)


async def test_another_epoch_and_another_topic_are_passed_over(readers: Readers) -> None:
    await readers.mark(3, epoch="other")
    await readers.mark(3, topic="street:u09tvw0")
    assert await readers.unread() == (0, 5)
    assert readers.heard == []


async def test_a_pointer_of_a_former_epoch_begins_again(readers: Readers) -> None:
    await readers.mark(4)
    await readers.db.write(lambda tx: tx.run("UPDATE topic SET epoch = 'anew'"))
    assert await readers.unread() == (0, 5)
    await readers.mark(2, epoch="anew")
    assert await readers.unread() == (2, 3)


async def test_my_own_and_deleted_messages_are_not_unread(readers: Readers) -> None:
    await readers.post(readers.bo, "Le mien")
    assert await readers.unread() == (0, 5)
    await readers.db.write(
        lambda tx: tx.run("UPDATE message SET deleted_at = at WHERE text = 'Message 2'")
    )
    assert await readers.unread() == (0, 4)


async def test_unread_is_counted_to_a_hundred(readers: Readers) -> None:
    for number in range(103):
        await readers.post(readers.ada, str(number))
    assert await readers.unread() == (0, 100)
    await readers.mark(9)
    assert await readers.unread() == (9, 99)


async def test_a_visitors_unread_begins_seven_days_ago(readers: Readers) -> None:
    wide = await readers.post(readers.ada, "Vieux", to="neighbourhood")
    readers.later(days=8)
    await readers.post(readers.ada, "Neuf", to="neighbourhood")
    visitor = member(MIDDLE, level="none", visitor_until=readers.now.replace(year=2030))
    await readers.settle(visitor)

    def read(tx: Tx) -> dict[str, tuple[int, int]]:
        return actions.unread(tx, visitor, RIGHTS, heads(tx, [wide["topic"]]), readers.now)

    assert (await readers.db.read(read))[wide["topic"]] == (0, 1)

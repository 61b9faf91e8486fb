"""New words of one lane at once: few transactions, and each author hears what becomes of theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest

from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.errors import Overloaded, Refused, StorageFailed
from realtime.fanout import lanes
from realtime.fanout.bus import InProcessBus
from realtime.fanout.commit import Committed, Committer
from realtime.fanout.lanes import Lanes
from realtime.fanout.rendering import Rendered, Rendering
from realtime.journal import Changed, Event
from realtime.members.store import find_member
from tests.support.residents import member, settle

STREET = "street:gbwc9z1"
Say = tuple[str, Callable[[Tx], None]]


class Counting:
    """The database, and how many transactions wrote. `failure` fails all but the first."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.writes = 0
        self.failure: Exception | None = None

    async def write(self, fn: Any, /, *args: Any) -> Any:
        self.writes += 1
        if self.writes > 1 and self.failure is not None:
            raise self.failure
        return await self.db.write(fn, *args)


class Lane:
    """Who writes in the street. `told` is what its listeners hear, in order."""

    def __init__(self, database: Database) -> None:
        self.db = Counting(database)
        self.told: list[Rendered] = []
        bus = InProcessBus()
        bus.listen(self.told.extend, lambda canaries: None)
        committer = Committer(self.db, bus, Rendering({}), Clock())  # type: ignore[arg-type]
        self.lanes: Lanes[Say, None, str] = Lanes(committer, lambda *_: None, self._say)

    async def say(
        self, account: str, word: str, act: Callable[[Tx], None] = lambda tx: None
    ) -> Committed[str]:
        return await self.lanes.commit("street", account, (word, act))

    def _say(self, tx: Tx, known: None, asked: Say, now: datetime) -> Changed[str]:
        word, act = asked
        act(tx)
        return Changed(word, [Event(STREET, "message.posted", word)])

    def words(self) -> list[str]:
        assert [event.seq for event in self.told] == list(range(1, len(self.told) + 1))
        return [event.object_id for event in self.told]


@pytest.fixture
def lane(database: Database) -> Lane:
    return Lane(database)


def refuse(tx: Tx) -> None:
    raise Refused("not_found")


async def test_who_comes_while_one_writes_goes_together(lane: Lane) -> None:
    said = await asyncio.gather(*(lane.say(f"a{n:02}", f"m{n}") for n in range(20)))
    assert [one.value for one in said] == [f"m{n}" for n in range(20)]
    for one in said:
        (own,) = [event for event in one.events if event.object_id == one.value]
        assert own in lane.told
    assert len(lane.words()) == 20
    assert lane.db.writes == 2
    await lane.say("a00", "later")
    assert lane.words()[-1] == "later"


async def test_more_than_fit_in_one_transaction_take_the_next(lane: Lane) -> None:
    many = 2 * lanes.TOGETHER + 1
    await asyncio.gather(*(lane.say(f"a{n:03}", f"m{n}") for n in range(many)))
    assert len(lane.words()) == many
    assert lane.db.writes == 3


async def test_the_words_of_one_account_keep_their_order(lane: Lane) -> None:
    said = [(f"a{n % 3}", f"a{n % 3} says {n // 3}") for n in range(12)]
    await asyncio.gather(*(lane.say(account, word) for account, word in said))
    words = lane.words()
    for account in ("a0", "a1", "a2"):
        theirs = [word for word in words if word.startswith(account)]
        assert theirs == [f"{account} says {n}" for n in range(4)]


async def test_a_refusal_takes_nobody_else_along(lane: Lane) -> None:
    first, refused, other = await asyncio.gather(
        lane.say("a", "first"), lane.say("b", "refused", refuse), lane.say("c", "other"),
        return_exceptions=True,
    )  # fmt: skip
    assert isinstance(first, Committed)
    assert isinstance(other, Committed)
    assert isinstance(refused, Refused)
    assert lane.words() == ["first", "other"]
    assert lane.db.writes == 2


async def test_who_is_refused_first_lets_the_others_go(lane: Lane) -> None:
    refused, other = await asyncio.gather(
        lane.say("a", "refused", refuse), lane.say("b", "other"), return_exceptions=True
    )
    assert isinstance(refused, Refused)
    assert isinstance(other, Committed)
    assert lane.words() == ["other"]


async def test_a_refused_write_leaves_nothing(lane: Lane, database: Database) -> None:
    ada, bo = member("gbwc9z1"), member("gbwc9z1")

    def settle_and_refuse(tx: Tx) -> None:
        settle(tx, ada)
        raise Refused("not_found")

    await asyncio.gather(
        lane.say("a", "first"),
        lane.say("b", "refused", settle_and_refuse),
        lane.say("c", "other", lambda tx: settle(tx, bo)),
        return_exceptions=True,
    )
    assert await database.read(find_member, ada.account) is None
    assert await database.read(find_member, bo.account) == bo


async def test_a_fault_of_ours_is_its_author_s_alone(lane: Lane) -> None:
    def stumble(tx: Tx) -> None:
        raise ZeroDivisionError

    said = await asyncio.gather(
        lane.say("a", "first"), lane.say("b", "fault", stumble), lane.say("c", "other"),
        return_exceptions=True,
    )  # fmt: skip
    assert [type(one) for one in said] == [Committed, ZeroDivisionError, Committed]
    assert lane.words() == ["first", "other"]


async def test_what_is_not_kept_is_acked_to_nobody(lane: Lane) -> None:
    lane.db.failure = StorageFailed("the disk is full")
    said = await asyncio.gather(
        *(lane.say(account, account) for account in ("a", "b", "c")), return_exceptions=True
    )
    assert isinstance(said[0], Committed)
    assert [type(one) for one in said[1:]] == [StorageFailed, StorageFailed]
    lane.db.failure = None
    await lane.say("b", "b again")
    assert lane.words() == ["a", "b again"]


async def test_who_hung_up_holds_nobody_back(lane: Lane) -> None:
    talking = [asyncio.create_task(lane.say(account, account)) for account in ("a", "b", "c")]
    await asyncio.sleep(0)
    talking[1].cancel()
    await asyncio.gather(talking[0], talking[2])
    assert {"a", "c"} <= set(lane.words())
    await lane.say("a", "and on")


async def test_a_lane_that_is_full_says_so(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "WAITING", 2)
    said = await asyncio.gather(
        *(lane.say(account, account) for account in "abcd"), return_exceptions=True
    )
    assert [type(one) for one in said] == [Committed, Committed, Committed, Overloaded]
    assert lane.words() == ["a", "b", "c"]


async def test_a_lane_in_which_nobody_writes_is_forgotten(lane: Lane) -> None:
    await asyncio.gather(*(lane.say(account, account) for account in "abc"))
    await lane.lanes.close()
    assert lane.lanes._lanes == {}


async def test_closing_waits_for_those_who_wait(lane: Lane) -> None:
    talking = [asyncio.create_task(lane.say(account, account)) for account in "abc"]
    await talking[0]
    await lane.lanes.close()
    assert lane.words() == ["a", "b", "c"]
    await asyncio.gather(*talking)


async def test_two_nodes_hold_rows_of_accounts_in_the_same_turn(database: Database) -> None:
    """Their writes reach each in opposite order; none is undone by a deadlock and run again."""
    members = [member("gbwc9z1") for _ in range(12)]
    await database.write(settle, *members)
    runs: list[str] = []

    async def rush(lane: Lane, accounts: Sequence[str]) -> None:
        def hold(account: str) -> Callable[[Tx], None]:
            def act(tx: Tx) -> None:
                runs.append(account)
                find_member(tx, account, to_change=True)

            return act

        await asyncio.gather(*(lane.say(one, new_word(one), hold(one)) for one in accounts))

    def new_word(account: str) -> str:
        return f"{account} again" if account in runs else account

    accounts = [one.account for one in members]
    one, other = Lane(database), Lane(database)
    for _ in range(5):
        await asyncio.gather(rush(one, accounts), rush(other, accounts[::-1]))
    assert len(runs) == 2 * 5 * len(accounts)

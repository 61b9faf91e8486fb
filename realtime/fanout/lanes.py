"""Writes that go together: one transaction of a lane at a time, who comes meanwhile in the next.

On PostgreSQL the row of a topic is held from its number until the commit: those who wrote in one
conversation at once would wait for the disk one after the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

from realtime import metrics
from realtime.db import Tx
from realtime.errors import Overloaded, Refused, StorageFailed
from realtime.fanout.commit import Committed, Committer
from realtime.journal import Changed

Asked = TypeVar("Asked")
Known = TypeVar("Known")
T = TypeVar("T")
# What the acts of all need, found in a few statements.
Look: TypeAlias = Callable[[Tx, Sequence[Asked], datetime], Known]
Act: TypeAlias = Callable[[Tx, Known, Asked, datetime], Changed[T]]

# Writes of one transaction: the last of them waits for all, some 0.2 ms each.
TOGETHER = 100
# In one lane. Beyond it, refusing is kinder than queueing.
WAITING = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting(Generic[Asked, T]):
    """What somebody asked for in a lane."""

    account: str
    asked: Asked
    done: asyncio.Future[Committed[T]]


class Lanes(Generic[Asked, Known, T]):
    """Lanes of one kind of write: `look` once for all that go together, then `act` for each.

    Before its topics' rows an act may hold rows of its account, and one that all of the lane hold:
    then two nodes never wait for each other crosswise.
    """

    def __init__(
        self, committer: Committer, look: Look[Asked, Known], act: Act[Known, Asked, T]
    ) -> None:
        self._committer = committer
        self._look = look
        self._act = act
        # Of each lane in which somebody writes: who waits.
        self._lanes: dict[str, list[_Waiting[Asked, T]]] = {}
        self._draining: set[asyncio.Task[None]] = set()

    async def commit(self, lane: str, account: str, asked: Asked) -> Committed[T]:
        """Durable when this returns.

        Refusals are one's own. What the database fails at, it fails for all who went together.
        """
        waiting = self._lanes.get(lane)
        if waiting is None:
            self._lanes[lane] = []
            try:
                return await self._commit_alone(asked)
            finally:
                self._go_on(lane)
        if len(waiting) >= WAITING:
            raise Overloaded("a lane of writers")
        done: asyncio.Future[Committed[T]] = asyncio.get_running_loop().create_future()
        waiting.append(_Waiting(account, asked, done))
        return await done

    async def close(self) -> None:
        """Finish what waits."""
        await asyncio.gather(*self._draining)

    async def _commit_alone(self, asked: Asked) -> Committed[T]:
        return await self._committer.commit(
            lambda tx, now: self._act(tx, self._look(tx, [asked], now), asked, now)
        )

    def _go_on(self, lane: str) -> None:
        """With those who came meanwhile."""
        if not self._lanes[lane]:
            del self._lanes[lane]
            return
        draining = asyncio.create_task(self._drain(lane))
        self._draining.add(draining)
        draining.add_done_callback(self._draining.discard)

    async def _drain(self, lane: str) -> None:
        while waiting := self._lanes[lane]:
            batch, self._lanes[lane] = _one_of_each(waiting)
            metrics.WRITTEN_TOGETHER.observe(len(batch))
            outcomes = await self._outcomes([one.asked for one in batch])
            for one, outcome in zip(batch, outcomes, strict=True):
                if one.done.done():  # who asked has hung up
                    continue
                if isinstance(outcome, Committed):
                    one.done.set_result(outcome)
                else:
                    one.done.set_exception(outcome)
        del self._lanes[lane]

    async def _outcomes(self, all_asked: Sequence[Asked]) -> Sequence[Committed[T] | BaseException]:
        """What becomes of each. A fault of ours in one must not be another's: each tries again."""
        try:
            return await self._committer.commit_many(
                lambda tx, now: self._act_all(tx, all_asked, now)
            )
        except (StorageFailed, Overloaded) as error:
            return [error] * len(all_asked)
        except Exception:
            return await asyncio.gather(*map(self._commit_alone, all_asked), return_exceptions=True)

    def _act_all(
        self, tx: Tx, all_asked: Sequence[Asked], now: datetime
    ) -> Sequence[Changed[T] | Refused]:
        known = self._look(tx, all_asked, now)
        outcomes: list[Changed[T] | Refused] = []
        for asked in all_asked:
            try:
                with tx.attempt():
                    outcomes.append(self._act(tx, known, asked, now))
            except Refused as refusal:
                outcomes.append(refusal)
        return outcomes


def _one_of_each(
    waiting: Sequence[_Waiting[Any, Any]],
) -> tuple[list[_Waiting[Any, Any]], list[_Waiting[Any, Any]]]:
    """The first of each account, and the rest: nobody's second word, nor the same key again, is
    written beside the first. In byte order, not of arrival: two nodes take rows in the same turn.
    """
    first: dict[str, _Waiting[Any, Any]] = {}
    rest = []
    for one in waiting:
        if len(first) == TOGETHER or one.account in first:
            rest.append(one)
        else:
            first[one.account] = one
    return [first[account] for account in sorted(first)], rest

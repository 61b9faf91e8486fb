"""One change: actions, then exactly one append, then the doorbell. No other way writes events.

New words go in lanes: on PostgreSQL the row of a topic is held from its number until the commit, so
those who wrote in one conversation at once would wait for the disk one after the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

from realtime import metrics
from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.errors import Overloaded, Refused, StorageFailed
from realtime.fanout.bus import Bus
from realtime.fanout.rendering import Rendered, Rendering
from realtime.journal import Changed, Event, append

T = TypeVar("T")
Write: TypeAlias = Callable[[Tx, datetime], Changed[T]]

# Writes of one transaction: the last of them waits for all, some 0.3 ms (SQLite) to 1 ms each.
TOGETHER = 50
# In one lane. Beyond it, refusing is kinder than queueing.
WAITING = 1_000


@dataclass(frozen=True, slots=True)
class Committed(Generic[T]):
    """What is durable now: the action's value, and the events of its transaction as others hear
    them: its own, and in a lane also those of the writes that went with it.
    """

    value: T
    events: Sequence[Rendered]


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """A write in a lane, and whose it is."""

    account: str
    write: Write[Any]
    done: asyncio.Future[Committed[Any]]


class Committer:
    """Runs write functions of an edge or a worker."""

    def __init__(self, db: Database, bus: Bus, rendering: Rendering, clock: Clock) -> None:
        self._db = db
        self._bus = bus
        self._rendering = rendering
        self._clock = clock
        # Of each lane in which somebody writes: who waits.
        self._lanes: dict[str, list[_Waiting]] = {}
        self._draining: set[asyncio.Task[None]] = set()

    async def commit(self, write: Write[T]) -> Committed[T]:
        """`write(tx, now)` and the append of its events, durable when this returns."""
        committed = await self._db.write(self._write, write)
        self._bus.publish(committed.events)
        return committed

    async def commit_in(self, lane: str, account: str, write: Write[T]) -> Committed[T]:
        """The same, one transaction of a lane at a time: who comes meanwhile goes in the next, all
        together. Before its topics' rows a write may hold rows of its account, and one that all of
        the lane hold: then two nodes never wait for each other crosswise.

        Refusals are one's own. What the database fails at, it fails for all who went together.
        """
        waiting = self._lanes.get(lane)
        if waiting is None:
            self._lanes[lane] = []
            try:
                return await self.commit(write)
            finally:
                self._go_on(lane)
        if len(waiting) >= WAITING:
            raise Overloaded("a lane of writers")
        one = _Waiting(account, write, asyncio.get_running_loop().create_future())
        waiting.append(one)
        return await one.done

    async def close(self) -> None:
        """Finish what waits in lanes."""
        await asyncio.gather(*self._draining)

    def _write(self, tx: Tx, write: Write[T]) -> Committed[T]:
        now = self._clock.now()
        changed = write(tx, now)
        return Committed(changed.value, self._append(tx, changed.events, now))

    def _write_together(
        self, tx: Tx, writes: Sequence[Write[Any]]
    ) -> list[Committed[Any] | Refused]:
        now = self._clock.now()
        outcomes = [_try(tx, write, now) for write in writes]
        all_changed = [one for one in outcomes if isinstance(one, Changed)]
        rendered = self._append(tx, [e for changed in all_changed for e in changed.events], now)
        return [
            Committed(one.value, rendered) if isinstance(one, Changed) else one for one in outcomes
        ]

    def _append(self, tx: Tx, events: Sequence[Event], now: datetime) -> Sequence[Rendered]:
        return self._rendering.render(tx, append(tx, events, now), now)

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
            for one, outcome in zip(batch, await self._outcomes(batch), strict=True):
                if one.done.done():  # who asked has hung up
                    continue
                if isinstance(outcome, Committed):
                    one.done.set_result(outcome)
                else:
                    one.done.set_exception(outcome)
        del self._lanes[lane]

    async def _outcomes(
        self, batch: Sequence[_Waiting]
    ) -> Sequence[Committed[Any] | BaseException]:
        """What becomes of each. A fault of ours in one must not be another's: each tries again."""
        writes = [one.write for one in batch]
        outcomes: Sequence[Committed[Any] | BaseException]
        try:
            outcomes = await self._db.write(self._write_together, writes)
            rendered = next((one.events for one in outcomes if isinstance(one, Committed)), ())
            self._bus.publish(rendered)
        except (StorageFailed, Overloaded) as error:
            return [error] * len(batch)
        except Exception:
            outcomes = await asyncio.gather(*map(self.commit, writes), return_exceptions=True)
        return outcomes


def _try(tx: Tx, write: Write[Any], now: datetime) -> Changed[Any] | Refused:
    """Its refusal undoes nobody else's write."""
    tx.run("SAVEPOINT one_of_many")
    outcome: Changed[Any] | Refused
    try:
        outcome = write(tx, now)
    except Refused as refusal:
        tx.run("ROLLBACK TO one_of_many")
        outcome = refusal
    tx.run("RELEASE one_of_many")
    return outcome


def _one_of_each(waiting: Sequence[_Waiting]) -> tuple[list[_Waiting], list[_Waiting]]:
    """The first of each account, and the rest: nobody's second word, nor the same key again, is
    written beside the first. In byte order, not of arrival: two nodes take rows in the same turn.
    """
    first: dict[str, _Waiting] = {}
    rest = []
    for one in waiting:
        if len(first) == TOGETHER or one.account in first:
            rest.append(one)
        else:
            first[one.account] = one
    return [first[account] for account in sorted(first)], rest

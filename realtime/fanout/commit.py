"""One change: actions, then exactly one append, then the doorbell. No other way writes events.

New words go in lanes: on PostgreSQL the row of a topic is held from its number until the commit, so
a busy street that wrote one message after the other would wait for the disk at each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.errors import Overloaded, StorageFailed
from realtime.fanout.bus import Bus
from realtime.fanout.rendering import Rendered, Rendering
from realtime.journal import Changed, append

T = TypeVar("T")
Act: TypeAlias = Callable[[Tx, datetime], Changed[T]]

# Messages of one transaction: the last of them waits for all, some 0.3 ms (SQLite) to 1 ms each.
TOGETHER = 32
# In one lane. Beyond it, refusing is kinder than queueing.
WAITING = 1_000


@dataclass(frozen=True, slots=True)
class Committed(Generic[T]):
    """What is durable now: the action's value, and the events of its transaction as others hear
    them: its own, and in a lane also those of the acts that went with it.
    """

    value: T
    events: Sequence[Rendered]


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """An act in a lane, and whose it is."""

    account: str
    act: Act[Any]
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
        self._writing: set[asyncio.Task[None]] = set()

    async def commit(self, act: Act[T]) -> Committed[T]:
        """`act(tx, now)` and the append of its events, durable when this returns."""
        committed = await self._db.write(self._write, act)
        self._bus.publish(committed.events)
        return committed

    async def commit_in(self, lane: str, account: str, act: Act[T]) -> Committed[T]:
        """The same, one transaction of a lane at a time: who comes meanwhile goes in the next, all
        together. For acts that hold no row which others wait for before their topics' are held.
        """
        waiting = self._lanes.get(lane)
        if waiting is None:
            self._lanes[lane] = []
            try:
                return await self.commit(act)
            finally:
                self._go_on(lane)
        if len(waiting) >= WAITING:
            raise Overloaded("a lane of writers")
        one = _Waiting(account, act, asyncio.get_running_loop().create_future())
        waiting.append(one)
        return await one.done

    def _write(self, tx: Tx, act: Act[T]) -> Committed[T]:
        return self._write_together(tx, [act])[0]

    def _write_together(self, tx: Tx, acts: Sequence[Act[T]]) -> list[Committed[T]]:
        now = self._clock.now()
        all_changed = [act(tx, now) for act in acts]
        events = [event for changed in all_changed for event in changed.events]
        rendered = self._rendering.render(tx, append(tx, events, now), now)
        return [Committed(changed.value, rendered) for changed in all_changed]

    def _go_on(self, lane: str) -> None:
        """With those who came meanwhile."""
        if not self._lanes[lane]:
            del self._lanes[lane]
            return
        writing = asyncio.create_task(self._drain(lane))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)

    async def _drain(self, lane: str) -> None:
        try:
            while waiting := self._lanes[lane]:
                batch = _one_of_each(waiting)
                self._lanes[lane] = [one for one in waiting if one not in batch]
                await self._commit_together(batch)
        finally:
            for one in self._lanes.pop(lane):
                _fail(one, StorageFailed("its lane has ended"))

    async def _commit_together(self, batch: Sequence[_Waiting]) -> None:
        """One refusal undoes them all: then each goes alone, as each may again."""
        try:
            committed = await self._db.write(self._write_together, [one.act for one in batch])
        except (StorageFailed, Overloaded) as error:
            for one in batch:
                _fail(one, error)
        except Exception:
            for one in batch:
                await self._commit_alone(one)
        else:
            for one, its in zip(batch, committed, strict=True):
                _settle(one, its)
            self._bus.publish(committed[0].events)

    async def _commit_alone(self, one: _Waiting) -> None:
        try:
            committed = await self.commit(one.act)
        except Exception as error:
            _fail(one, error)
        else:
            _settle(one, committed)


def _one_of_each(waiting: Sequence[_Waiting]) -> list[_Waiting]:
    """The next of each account, so that nobody's second word, or the same key again, is done
    beside the first. In byte order: two nodes take what is the accounts' own in the same turn.
    """
    first: dict[str, _Waiting] = {}
    for one in waiting:
        if len(first) == TOGETHER:
            break
        first.setdefault(one.account, one)
    return [first[account] for account in sorted(first)]


def _settle(one: _Waiting, committed: Committed[Any]) -> None:
    if not one.done.done():  # who asked may have hung up
        one.done.set_result(committed)


def _fail(one: _Waiting, error: Exception) -> None:
    if not one.done.done():
        one.done.set_exception(error)

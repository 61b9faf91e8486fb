"""One change: actions, then exactly one append, then the doorbell. No other way writes events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar

from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.errors import Refused
from realtime.fanout.bus import Bus
from realtime.fanout.rendering import Rendered, Rendering
from realtime.journal import Changed, Event, append

T = TypeVar("T")
Write: TypeAlias = Callable[[Tx, datetime], Changed[T]]
WriteMany: TypeAlias = Callable[[Tx, datetime], Sequence[Changed[T] | Refused]]


@dataclass(frozen=True, slots=True)
class Committed(Generic[T]):
    """What is durable now: the action's value, and the events of its transaction as others hear
    them: its own, and those of the writes that went with it.
    """

    value: T
    events: Sequence[Rendered]


class Committer:
    """Runs write functions of an edge or a worker."""

    def __init__(self, db: Database, bus: Bus, rendering: Rendering, clock: Clock) -> None:
        self._db = db
        self._bus = bus
        self._rendering = rendering
        self._clock = clock

    async def commit(self, write: Write[T]) -> Committed[T]:
        """`write(tx, now)` and the append of its events, durable when this returns."""
        committed = await self._db.write(self._write, write)
        self._bus.publish(committed.events)
        return committed

    async def commit_many(self, write: WriteMany[T]) -> Sequence[Committed[T] | Refused]:
        """The same for the writes of many, whose refusals are their own."""
        outcomes, rendered = await self._db.write(self._write_many, write)
        self._bus.publish(rendered)
        return outcomes

    def _write(self, tx: Tx, write: Write[T]) -> Committed[T]:
        now = self._clock.now()
        changed = write(tx, now)
        return Committed(changed.value, self._append(tx, changed.events, now))

    def _write_many(
        self, tx: Tx, write: WriteMany[T]
    ) -> tuple[Sequence[Committed[T] | Refused], Sequence[Rendered]]:
        now = self._clock.now()
        outcomes = write(tx, now)
        all_changed = [one for one in outcomes if isinstance(one, Changed)]
        rendered = self._append(tx, [e for changed in all_changed for e in changed.events], now)
        return [
            Committed(one.value, rendered) if isinstance(one, Changed) else one for one in outcomes
        ], rendered

    def _append(self, tx: Tx, events: Sequence[Event], now: datetime) -> Sequence[Rendered]:
        return self._rendering.render(tx, append(tx, events, now), now)

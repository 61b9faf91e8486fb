"""One change: actions, then exactly one append, then the doorbell. No other way writes events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.fanout.bus import Bus
from realtime.fanout.rendering import Rendered, Rendering
from realtime.journal import Changed, append

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Committed(Generic[T]):
    """What is durable now: the action's value, and its events as others hear them."""

    value: T
    events: Sequence[Rendered]


class Committer:
    """Runs write functions of an edge or a worker."""

    def __init__(self, db: Database, bus: Bus, rendering: Rendering, clock: Clock) -> None:
        self._db = db
        self._bus = bus
        self._rendering = rendering
        self._clock = clock

    async def commit(self, act: Callable[[Tx, datetime], Changed[T]]) -> Committed[T]:
        """`act(tx, now)` and the append of its events, durable when this returns."""
        committed = await self._db.write(self._write, act)
        self._bus.publish(committed.events)
        return committed

    def _write(self, tx: Tx, act: Callable[[Tx, datetime], Changed[T]]) -> Committed[T]:
        now = self._clock.now()
        changed = act(tx, now)
        numbered = append(tx, changed.events, now)
        return Committed(changed.value, self._rendering.render(tx, numbered, now))

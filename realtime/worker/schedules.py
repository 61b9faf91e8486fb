"""What is done by the clock: expiry and retention, in chunks, by one process at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.errors import Overloaded, StorageFailed
from realtime.fanout.locks import Locks
from realtime.logs import log_for

CHUNK = 500
_LOCKED_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """`act(tx, now)` every so often, again at once while it finds a whole chunk to do."""

    name: str
    every: timedelta
    act: Callable[[Tx, datetime], int]
    chunk: int = CHUNK


class Scheduler:
    """Runs schedules, each in a task of its own."""

    def __init__(
        self, db: Database, clock: Clock, locks: Locks, schedules: Sequence[Schedule]
    ) -> None:
        self._db = db
        self._clock = clock
        self._locks = locks
        self._schedules = schedules

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            for schedule in self._schedules:
                tasks.create_task(self._repeat(schedule))

    async def _repeat(self, schedule: Schedule) -> None:
        while True:
            try:
                await self.run_once(schedule)
            except (StorageFailed, Overloaded) as error:
                log_for("worker").warning("not_swept", schedule=schedule.name, error=str(error))
            except Exception:
                # One bad sweep leaves the others alone.
                log_for("worker").exception("sweep_failed", schedule=schedule.name)
            await asyncio.sleep(schedule.every.total_seconds())

    async def run_once(self, schedule: Schedule) -> int:
        """How many it did; 0 when another process is at it."""
        total = 0
        async with self._locks.try_hold(f"schedule:{schedule.name}", _LOCKED_SECONDS) as held:
            while held is not None:
                count = await self._db.write(schedule.act, self._clock.now())
                total += count
                if count < schedule.chunk or not await held.still_mine():
                    break
        return total

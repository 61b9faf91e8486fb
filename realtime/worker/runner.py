"""Claims jobs and runs them; what fails is tried again later, what expires is dropped.

A function may run twice for one job (its worker died after the work and before the note): each
must be harmless the second time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from realtime import metrics
from realtime.clock import Clock
from realtime.db import Database
from realtime.errors import Overloaded, StorageFailed
from realtime.logs import log_for
from realtime.outbox import Job, claim, done, find_due, next_try, retry

Run = Callable[[Job], Awaitable[None]]

AT_ONCE = 16
# An alert's phones should ring within a second; one look at an index costs 0.05 ms.
IDLE_SECONDS = 0.2
LEASE = timedelta(minutes=2)


class Runner:
    """Runs the jobs whose names it is given, at most `AT_ONCE` together."""

    def __init__(self, db: Database, clock: Clock, jobs: Mapping[str, Run]) -> None:
        self._db = db
        self._clock = clock
        self._jobs = dict(jobs)
        self._names = tuple(jobs)

    async def run(self) -> None:
        """Until cancelled; jobs under way then end with their lease."""
        while True:
            try:
                worked = await self.run_due()
            except (StorageFailed, Overloaded) as error:
                log_for("worker").warning("jobs_unread", error=str(error))
                worked = 0
            if not worked:
                await asyncio.sleep(IDLE_SECONDS)

    async def run_due(self) -> int:
        """Claim and run one round of what is due: how many."""
        if not await self._db.read(find_due, self._names, self._clock.now()):
            return 0
        jobs = await self._db.write(claim, self._names, self._clock.now(), LEASE, AT_ONCE)
        async with asyncio.TaskGroup() as tasks:
            for job in jobs:
                tasks.create_task(self._run_one(job))
        return len(jobs)

    async def _run_one(self, job: Job) -> None:
        outcome = "expired"
        if job.expires_at is None or self._clock.now() < job.expires_at:
            outcome = await self._outcome(job)
        metrics.JOBS.labels(job.name, outcome).inc()
        again = next_try(job, self._clock.now()) if outcome == "failed" else None
        if again is not None:
            await self._db.write(retry, job.id, again)
        else:
            await self._db.write(done, job.id)

    async def _outcome(self, job: Job) -> str:
        try:
            async with asyncio.timeout(LEASE.total_seconds() * 0.8):
                await self._jobs[job.name](job)
        except Exception as error:
            # One bad job leaves the others alone; its words are not for the log.
            log_for("worker").warning(
                "job_failed", job=job.name, attempts=job.attempts, error=type(error).__name__
            )
            return "failed"
        return "done"

"""Claims jobs and runs them; what fails is tried again later, what expires is dropped.

A function may run twice for one job (its worker died after the work and before the note): each
must be harmless the second time. Each name has places of its own: a mail server that hangs holds no
alert back.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.errors import Overloaded, StorageFailed
from realtime.logs import log_for
from realtime.outbox import Job, claim, done, find_due, next_try, retry
from realtime.push.deliveries.store import tally

Run = Callable[[Job], Awaitable[None]]

# Places per name. One claim may exceed them by as much again.
AT_ONCE = 16
# An alert's phones should ring within a second; one look at an index costs 0.05 ms.
IDLE_SECONDS = 0.2
# A job that runs may leave others: deciding who is rung leaves batches.
BUSY_SECONDS = 0.02
# How long a dead worker's jobs wait for another; a job is stopped before.
LEASE = timedelta(seconds=30)
JOB_SECONDS = 25.0


class Runner:
    """Runs the jobs whose names it is given."""

    def __init__(self, db: Database, clock: Clock, jobs: Mapping[str, Run]) -> None:
        self._db = db
        self._clock = clock
        self._jobs = dict(jobs)
        self._running: Counter[str] = Counter()

    async def run(self, stopping: asyncio.Event) -> None:
        """Until `stopping`, then until what is under way is done; or cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while not stopping.is_set():
                jobs = await self._claim_some()
                for job in jobs or ():
                    tasks.create_task(self._run_one(job))
                if not jobs:
                    is_busy = jobs is not None and self._running.total() > 0
                    await asyncio.sleep(BUSY_SECONDS if is_busy else IDLE_SECONDS)

    async def run_due(self) -> int:
        """Claim and run one round of what is due: how many."""
        jobs = await self._claim_some()
        async with asyncio.TaskGroup() as tasks:
            for job in jobs or ():
                tasks.create_task(self._run_one(job))
        return len(jobs or ())

    async def _claim_some(self) -> list[Job] | None:
        """None where the database is away."""
        names = [name for name in self._jobs if self._running[name] < AT_ONCE]
        try:
            if not names or not await self._db.read(find_due, names, self._clock.now()):
                return []
            jobs = await self._db.write(claim, names, self._clock.now(), LEASE, AT_ONCE)
        except (StorageFailed, Overloaded) as error:
            log_for("worker").warning("jobs_unread", error=str(error))
            return None
        self._running.update(job.name for job in jobs)
        return jobs

    async def _run_one(self, job: Job) -> None:
        try:
            outcome = "expired"
            if job.expires_at is None or self._clock.now() < job.expires_at:
                outcome = await self._outcome(job)
            await self._note(job, outcome)
        finally:
            self._running[job.name] -= 1

    async def _outcome(self, job: Job) -> str:
        try:
            async with asyncio.timeout(JOB_SECONDS):
                await self._jobs[job.name](job)
        except Exception as error:
            # One bad job leaves the others alone; its words are not for the log.
            log_for("worker").warning(
                "job_failed", job=job.name, attempts=job.attempts, error=type(error).__name__
            )
            return "failed"
        return "done"

    async def _note(self, job: Job, outcome: str) -> None:
        """Gone, or given back for later; counted. When even this fails, the lease gives it back."""
        again = next_try(job, self._clock.now()) if outcome == "failed" else None
        try:
            await self._db.write(_leave, job, outcome, again)
        except (StorageFailed, Overloaded) as error:
            log_for("worker").warning("job_not_noted", job=job.name, error=str(error))


def _leave(tx: Tx, job: Job, outcome: str, again: datetime | None) -> None:
    if again is not None:
        retry(tx, job.id, again)
    else:
        done(tx, job.id)
    tally(tx, {("job", f"{job.name} {outcome}"): 1})

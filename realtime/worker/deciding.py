"""Decides for everybody meant, nearest first and somewhat ahead of sending."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from realtime.clock import Clock, to_millis
from realtime.db import Database, Tx
from realtime.outbox import Job, add, count_due
from realtime.push.model import Run
from realtime.push.results import BATCH
from realtime.push.ringing import AT_ONCE, begin, ring_some
from realtime.push.runs import store as runs
from realtime.worker.meant import Meant

UNANSWERED_AFTER = timedelta(minutes=5)
# A job is stopped after 25 s and would wait to go on.
LONGEST_SECONDS = 15.0
# A loop that sends is slow to hear of a commit: meanwhile the next few members are decided.
_TOGETHER = 2
# Batches that nobody has begun. More would take the first phones' time.
_AHEAD = 8
_PAUSE_SECONDS = 0.05


def begin_run(tx: Tx, job: Job, meant: Meant, now: datetime) -> Run:
    """The run of this job, or that of the ring it goes on with; a mail is promised with it."""
    run = begin(tx, meant.occasion, now)
    rings_now = to_millis(run.queued_at) == to_millis(now)
    if job.name == "push.confirmed":
        raised_at, expires_at = meant.occasion.raised_at, meant.occasion.notice.expires_at
        rings_now = runs.ring_on(tx, run, raised_at, expires_at)
        run = replace(run, raised_at=raised_at, expires_at=expires_at)
    if meant.by_mail and rings_now:
        about = {"alert": run.subject, "version": run.version, "run": run.id}
        due = meant.occasion.raised_at + UNANSWERED_AFTER
        add(tx, "push.unanswered", about, now, run_at=due, expires_at=run.expires_at)
    return run


async def decide_all_meant(db: Database, clock: Clock, run: Run, meant: Meant) -> bool:
    """False when its time was out before the end: called again, it goes on."""
    ends = time.monotonic() + LONGEST_SECONDS
    passes = meant.occasion.notice.passes
    decided = await db.read(runs.list_all_decided, run.id, but_held=passes)
    accounts = [one for one in meant.accounts if one not in decided]
    places = asyncio.Semaphore(_TOGETHER)
    queued = 0

    async def decide(some: Sequence[str]) -> None:
        nonlocal queued
        try:
            queued += await db.write(ring_some, run, meant.occasion, some, clock.now())
        finally:
            places.release()

    async with asyncio.TaskGroup() as tasks:
        for start in range(0, len(accounts), AT_ONCE):
            if start and time.monotonic() > ends:
                return False
            await places.acquire()
            if queued:
                # Who adds nothing to what waits need not wait for it.
                queued = 0
                await _keep_pace(db, clock, ends)
            tasks.create_task(decide(accounts[start : start + AT_ONCE]))
    return True


async def _keep_pace(db: Database, clock: Clock, ends: float) -> None:
    """Other workers take batches too: only the database knows how many wait."""
    while await db.read(count_due, BATCH, clock.now()) > _AHEAD:
        if time.monotonic() > ends:
            return
        await asyncio.sleep(_PAUSE_SECONDS)

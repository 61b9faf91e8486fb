"""The worker runs what is due, tries again what failed, and leaves one bad job to itself."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from realtime import metrics, outbox
from realtime.clock import Clock
from realtime.fanout.locks import InProcessLocks
from realtime.push.reach import totals
from realtime.worker import runner as runners
from realtime.worker.runner import AT_ONCE, Runner
from realtime.worker.schedules import Schedule, Scheduler


class MovingClock(Clock):
    def __init__(self):
        super().__init__()
        self.passed = timedelta(0)

    def now(self):
        return datetime(2026, 11, 23, 9, 0, tzinfo=UTC) + self.passed


@pytest.fixture
def clock():
    return MovingClock()


async def _promise(database, clock, number, **options):
    await database.write(lambda tx: outbox.add(tx, "ring", {"n": number}, clock.now(), **options))


async def test_every_due_job_runs_once(database, clock):
    ran = []

    async def ring(job):
        ran.append(job.about["n"])

    runner = Runner(database, clock, {"ring": ring})
    for number in range(AT_ONCE + 4):
        await _promise(database, clock, number)

    while await runner.run_due():
        pass

    assert sorted(ran) == list(range(AT_ONCE + 4))


async def test_what_a_job_leaves_begins_while_it_runs(database, clock, monkeypatch):
    monkeypatch.setattr(runners, "IDLE_SECONDS", 60)
    begun = asyncio.Event()

    async def decide(job):
        await database.write(outbox.add, "batch", {}, clock.now())
        await begun.wait()

    async def batch(job):
        begun.set()

    await database.write(outbox.add, "decide", {}, clock.now())
    runner = Runner(database, clock, {"decide": decide, "batch": batch})
    running = asyncio.create_task(runner.run(asyncio.Event()))
    async with asyncio.timeout(10):
        await begun.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_failed_job_comes_back_later_and_holds_nobody_up(database, clock):
    ran = []

    async def ring(job):
        ran.append((job.about["n"], job.attempts))
        if job.about["n"] == 1 and job.attempts < 3:
            raise ConnectionError("the mail server sleeps")

    runner = Runner(database, clock, {"ring": ring})
    await _promise(database, clock, 1)
    await _promise(database, clock, 2)

    await runner.run_due()
    assert await runner.run_due() == 0
    for _ in range(4):
        clock.passed += timedelta(minutes=1)
        await runner.run_due()

    assert sorted(ran) == [(1, 1), (1, 2), (1, 3), (2, 1)]
    assert await database.read(lambda tx: tx.value("SELECT count(*) FROM job")) == 0


async def test_a_job_past_its_time_is_not_run(database, clock):
    ran = []

    async def ring(job):
        ran.append(job)

    await _promise(database, clock, 1, expires_at=clock.now() + timedelta(seconds=1))
    clock.passed = timedelta(seconds=2)
    await Runner(database, clock, {"ring": ring}).run_due()

    assert ran == []
    assert await database.read(lambda tx: tx.value("SELECT count(*) FROM job")) == 0


async def test_any_node_tells_what_became_of_the_jobs(database, clock):
    async def ring(job):
        if job.about["n"] == 1:
            raise ConnectionError("the push service sleeps")

    for number in range(3):
        await _promise(database, clock, number)
    await _promise(database, clock, 3, expires_at=clock.now())
    await Runner(database, clock, {"ring": ring}).run_due()

    node = metrics.WorkersTotals()
    node.totals, _ = await database.read(totals, clock.now())
    said = [
        one for family in node.collect() if family.name == "palier_jobs" for one in family.samples
    ]
    counted = {(one.labels["name"], one.labels["outcome"]): one.value for one in said}
    assert counted == {("ring", "done"): 2, ("ring", "failed"): 1, ("ring", "expired"): 1}


async def test_a_job_that_hangs_holds_no_other_kind_back_and_may_end(database, clock):
    rang, mailed, release, stopping = asyncio.Event(), [], asyncio.Event(), asyncio.Event()

    async def mail(job):
        await release.wait()
        mailed.append(job.id)

    async def ring(job):
        rang.set()

    runner = Runner(database, clock, {"mail": mail, "ring": ring})
    for _ in range(3 * AT_ONCE):
        await database.write(lambda tx: outbox.add(tx, "mail", {}, clock.now()))
    running = asyncio.create_task(runner.run(stopping))
    await _promise(database, clock, 1)

    await asyncio.wait_for(rang.wait(), 10)
    stopping.set()
    release.set()
    await asyncio.wait_for(running, 10)

    # None was claimed and left: each is done, or still there for another worker.
    left = await database.read(lambda tx: tx.all("SELECT claimed_until FROM job"))
    assert AT_ONCE <= len(mailed) <= 2 * AT_ONCE
    assert left == [(None,)] * (3 * AT_ONCE - len(mailed))


async def test_a_schedule_repeats_while_it_finds_whole_chunks(database, clock):
    left = [5]

    def sweep(tx, now):
        took = min(2, left[0])
        left[0] -= took
        return took

    scheduler = Scheduler(database, clock, InProcessLocks(), [])
    assert await scheduler.run_once(Schedule("x", timedelta(hours=1), sweep, chunk=2)) == 5


async def test_two_workers_do_not_sweep_together(database, clock):
    locks = InProcessLocks()
    scheduler = Scheduler(database, clock, locks, [])
    async with locks.try_hold("schedule:x", 10):
        schedule = Schedule("x", timedelta(hours=1), lambda tx, now: 1)
        assert await asyncio.wait_for(scheduler.run_once(schedule), 5) == 0

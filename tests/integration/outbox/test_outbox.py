"""Jobs: promised with their change, claimed by one worker at a time, given back by the dead."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from realtime import outbox
from realtime.outbox import Job, next_try

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=2)


async def _add(database, number=1, **options):
    return await database.write(lambda tx: outbox.add(tx, "ring", {"n": number}, NOW, **options))


async def _claim(database, now=NOW, limit=10):
    return await database.write(outbox.claim, ["ring"], now, LEASE, limit)


async def test_a_job_stands_or_falls_with_its_change(database):
    def change_then_fail(tx):
        outbox.add(tx, "ring", {}, NOW)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.write(change_then_fail)

    assert await _claim(database) == []


async def test_a_claimed_job_is_nobody_elses_until_its_lease_ends(database):
    await _add(database, 7)

    (job,) = await _claim(database)

    assert (job.name, job.about, job.attempts) == ("ring", {"n": 7}, 1)
    assert await _claim(database) == []
    assert not await database.read(outbox.find_due, ["ring"], NOW)
    (again,) = await _claim(database, NOW + LEASE + timedelta(seconds=1))
    assert (again.id, again.attempts) == (job.id, 2)


async def test_jobs_of_other_names_are_left_to_others(database):
    await _add(database)
    assert not await database.read(outbox.find_due, ["print"], NOW)
    assert await database.write(outbox.claim, ["print"], NOW, LEASE, 10) == []


async def test_two_workers_never_get_the_same_job(database):
    for number in range(40):
        await _add(database, number)

    claimed = await asyncio.gather(*(_claim(database, limit=7) for _ in range(8)))

    ids = [job.id for jobs in claimed for job in jobs]
    assert len(ids) == len(set(ids)) == 40


async def test_a_later_job_waits_for_its_time(database):
    await _add(database, run_at=NOW + timedelta(minutes=1))
    assert await _claim(database) == []
    assert len(await _claim(database, NOW + timedelta(minutes=1))) == 1


async def test_a_job_that_is_done_is_gone_and_a_failed_one_comes_back(database):
    await _add(database, 1)
    await _add(database, 2)
    done, failed = await _claim(database)

    await database.write(outbox.done, done.id)
    await database.write(outbox.retry, failed.id, NOW + timedelta(seconds=5))

    assert await _claim(database) == []
    assert [job.id for job in await _claim(database, NOW + timedelta(seconds=5))] == [failed.id]


async def test_what_expired_is_dropped_unless_somebody_is_at_it(database):
    end = NOW + timedelta(minutes=1)
    await _add(database, 1, expires_at=end)
    await _claim(database, NOW)
    await _add(database, 2, expires_at=end)
    await _add(database, 3)

    dropped = await database.write(outbox.drop_expired, end)

    assert dropped == 1


def test_tries_come_ever_later_and_not_after_the_end():
    waits = []
    for attempts in range(1, 30):
        at = next_try(Job("1", "ring", {}, attempts, None), NOW)
        assert at is not None
        waits.append(at - NOW)
    assert timedelta(seconds=2) <= waits[0] <= timedelta(seconds=5)
    assert timedelta(minutes=30) <= waits[-1] <= timedelta(hours=1)
    assert next_try(Job("1", "ring", {}, 5, NOW + timedelta(seconds=1)), NOW) is None

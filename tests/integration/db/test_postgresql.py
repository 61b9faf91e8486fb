"""PostgreSQL alone: what is run again, how often, and locks taken by many at once."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import socket
import time
from collections import Counter
from datetime import UTC, datetime

import psycopg
import pytest

from realtime.db import Database, Tx, open_database
from realtime.db import postgresql as module
from realtime.errors import Overloaded, StorageFailed
from realtime.journal import Event, append
from tests.support.notes import note, notes

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"])


def find_or_add(tx: Tx, name: str, runs: Counter[str]) -> str:
    """As an idempotency key is used: look, act, remember."""
    runs[name] += 1
    if tx.value("SELECT 1 FROM meta WHERE name = :name", name=name):
        return "found"
    tx.run("SELECT pg_sleep(0.05)")
    note(tx, name)
    return "added"


async def test_the_same_row_added_twice_at_once_is_added_by_one_and_found_by_the_rest(
    database: Database,
) -> None:
    runs: Counter[str] = Counter()
    outcomes = await asyncio.gather(*(database.write(find_or_add, "a", runs) for _ in range(8)))
    assert Counter(outcomes) == {"added": 1, "found": 7}
    assert await database.read(notes) == ["a"]


async def test_a_function_runs_three_times_at_most(database: Database) -> None:
    runs = itertools.count(1)
    last = 0

    def always_deadlocks(tx: Tx) -> None:
        nonlocal last
        last = next(runs)
        raise psycopg.errors.DeadlockDetected("again")

    with pytest.raises(StorageFailed, match="3 times"):
        await database.write(always_deadlocks)
    assert last == 3


async def test_a_function_that_succeeds_the_third_time_is_kept_once(database: Database) -> None:
    runs = itertools.count(1)

    def third_time(tx: Tx) -> int:
        attempt = next(runs)
        note(tx, f"attempt {attempt}")
        if attempt < 3:
            raise psycopg.errors.SerializationFailure("again")
        return attempt

    assert await database.write(third_time) == 3
    assert await database.read(notes) == ["attempt 3"]


async def test_an_ack_waits_for_the_disk_whatever_the_role_says(
    database: Database, database_url: str
) -> None:
    def careless(tx: Tx) -> None:
        tx.run("ALTER ROLE palier SET synchronous_commit = off")

    def careful_again(tx: Tx) -> None:
        tx.run("ALTER ROLE palier RESET synchronous_commit")

    await database.write(careless)
    try:
        fresh = await asyncio.to_thread(open_database, database_url)
        found = await fresh.write(lambda tx: tx.value("SHOW synchronous_commit"))
        await fresh.close()
    finally:
        await database.write(careful_again)
    assert found == "on"


async def test_a_lost_connection_is_a_storage_failure_and_the_next_write_works(
    database: Database,
) -> None:
    def die(tx: Tx) -> None:
        note(tx, "lost")
        tx.run("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(StorageFailed):
        await database.write(die)
    for number in range(16):
        await database.write(note, f"n{number:02}")
    assert await database.read(notes) == [f"n{number:02}" for number in range(16)]


async def test_a_statement_that_hangs_is_ended_by_its_timeout(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(tx: Tx) -> None:
        tx.run("SET LOCAL statement_timeout = 50")
        tx.run("SELECT pg_sleep(30)")

    with pytest.raises(StorageFailed, match="timeout"):
        await database.write(hang)
    assert await database.write(note, "a") == "a"


async def test_too_many_waiting_writes_are_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAITING", 5)
    writing = [asyncio.create_task(database.write(note, f"n{n}")) for n in range(5)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await database.write(note, "one too many")
    await asyncio.gather(*writing)
    assert await database.write(note, "later") == "later"


@pytest.mark.parametrize(
    "seconds", [2, pytest.param(10, marks=pytest.mark.long)], ids=["2s", "10s"]
)
async def test_writers_of_overlapping_topics_never_deadlock_and_leave_no_gap(
    database: Database, seconds: int
) -> None:
    """Eight threads, a hundred topics, up to eight of them in one transaction, in any order."""
    dice = random.Random(20_261_123)
    topics = [f"street:gbwc9{number:02x}" for number in range(100)]
    numbers: dict[str, list[int]] = {topic: [] for topic in topics}
    runs = 0
    deadline = time.monotonic() + seconds

    def write(tx: Tx, chosen: list[str]) -> list[tuple[str, int]]:
        nonlocal runs
        runs += 1
        events = [Event(topic, "message.posted", "x") for topic in chosen]
        numbered = append(tx, events, datetime.now(UTC))
        return [(one.topic, one.seq) for one in numbered]

    async def keep_writing() -> int:
        written = 0
        while time.monotonic() < deadline:
            chosen = dice.choices(topics, k=dice.randint(1, 8))
            for topic, seq in await database.write(write, chosen):
                numbers[topic].append(seq)
            written += 1
        return written

    written = sum(await asyncio.gather(*(keep_writing() for _ in range(24))))
    events = sum(map(len, numbers.values()))
    print(f"{written} transactions, {events} events in {seconds} s; run again: {runs - written}")
    for topic in topics:
        assert sorted(numbers[topic]) == list(range(1, len(numbers[topic]) + 1)), topic
    assert written > 50
    assert runs == written, "a transaction was run again: a deadlock"


async def test_a_database_host_that_is_lost_is_given_up_by_the_kernel(database: Database) -> None:
    assert isinstance(database, module.PostgresDatabase)
    await database.read(lambda tx: tx.value("SELECT 1"))
    for held in database._opened:
        with socket.socket(fileno=os.dup(held.fileno())) as line:
            assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 5
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 8_000

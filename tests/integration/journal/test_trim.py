"""What the journal forgets: 30 days, 10,000 a topic, a little at a time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from realtime.db import Database, Tx
from realtime.journal import Event, append, heads, read_after, store, trim

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOPIC, OTHER = "street:gbwc9z1", "street:gbwc9z3"


def write(tx: Tx, topic: str, count: int, at: datetime) -> None:
    append(tx, [Event(topic, "message.posted", f"m{n}") for n in range(count)], at)


def kept(tx: Tx, topic: str = TOPIC) -> list[int]:
    rows = tx.all("SELECT seq FROM event WHERE topic = :topic ORDER BY seq", topic=topic)
    return [seq for (seq,) in rows]


async def trim_all(database: Database, now: datetime, limit: int) -> list[int]:
    """What each call forgot, until one forgot less than it might."""
    calls = [limit]
    while calls[-1] == limit:
        calls.append(await database.write(trim, now, limit=limit))
    return calls[1:]


async def test_events_are_forgotten_after_thirty_days(database: Database) -> None:
    await database.write(write, TOPIC, 3, NOW - timedelta(days=30, seconds=1))
    await database.write(write, TOPIC, 2, NOW - timedelta(days=30))
    await database.write(write, OTHER, 2, NOW)

    assert await database.write(trim, NOW) == 3
    assert await database.read(kept) == [4, 5]
    assert await database.read(kept, OTHER) == [1, 2]
    assert await database.write(trim, NOW) == 0


async def test_a_busy_topic_keeps_its_newest_events(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "KEPT_PER_TOPIC", 100)
    await database.write(write, TOPIC, 260, NOW)
    await database.write(write, OTHER, 100, NOW)

    assert await trim_all(database, NOW, 50) == [50, 50, 50, 10]
    assert await database.read(kept) == list(range(161, 261))
    assert len(await database.read(kept, OTHER)) == 100

    await database.write(write, TOPIC, 1, NOW)
    assert await trim_all(database, NOW, 50) == [1]
    assert await database.read(kept) == list(range(162, 262))


async def test_one_call_forgets_no_more_than_its_limit_in_all(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "KEPT_PER_TOPIC", 10)
    await database.write(write, TOPIC, 8, NOW - timedelta(days=40))
    for topic in (TOPIC, OTHER, "street:gbwc9z4"):
        await database.write(write, topic, 30, NOW)
    assert await trim_all(database, NOW, 20) == [20, 20, 20, 8]


async def test_the_head_stays_when_every_event_is_forgotten(database: Database) -> None:
    await database.write(write, TOPIC, 5, NOW - timedelta(days=31))
    await database.write(trim, NOW)
    found = await database.read(heads, [TOPIC])
    assert found[TOPIC].seq == 5
    await database.write(write, TOPIC, 1, NOW)
    assert await database.read(kept) == [6]


async def test_a_reader_behind_what_was_forgotten_reloads(database: Database) -> None:
    await database.write(write, TOPIC, 3, NOW - timedelta(days=31))
    await database.write(write, TOPIC, 3, NOW)
    await database.write(trim, NOW)

    def after(tx: Tx, seq: int) -> tuple[list[int], frozenset[str]]:
        tops = heads(tx, [TOPIC])
        found = read_after(tx, {TOPIC: (tops[TOPIC].epoch, seq)}, tops)
        return [event.seq for event in found.events], found.reload

    assert await database.read(after, 3) == ([4, 5, 6], frozenset())
    assert await database.read(after, 2) == ([], frozenset({TOPIC}))


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_trimming_beside_writers_never_deadlocks(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "KEPT_PER_TOPIC", 5)
    topics = [f"street:gbwc9{number:02x}" for number in range(40)]
    runs = 0

    def write_all(tx: Tx) -> None:
        nonlocal runs
        runs += 1
        append(tx, [Event(topic, "message.posted", "m") for topic in reversed(topics)], NOW)

    def trim_some(tx: Tx) -> None:
        nonlocal runs
        runs += 1
        trim(tx, NOW)

    rounds = 40
    for _ in range(rounds):
        await asyncio.gather(database.write(write_all), database.write(trim_some))
    assert runs == 2 * rounds, "a transaction was run again: a deadlock"

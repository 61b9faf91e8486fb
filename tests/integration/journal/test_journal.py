"""Numbers without a gap, heads, and reading after a position."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from realtime.db import Database, Tx
from realtime.journal import (
    Event,
    Head,
    Numbered,
    append,
    create_topic,
    heads,
    heads_of_regions,
    read_after,
)
from realtime.journal.model import PAGE

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
STREET, QUARTER = "street:gbwc9z1", "neighbourhood:gbwc9z"


def posted(topic: str, number: int = 0) -> Event:
    return Event(topic, "message.posted", f"m{number}")


def append_some(tx: Tx, topic: str, count: int) -> list[Numbered]:
    return append(tx, [posted(topic, number) for number in range(count)], NOW)


def replay(tx: Tx, epoch: str, seq: int) -> tuple[list[int], frozenset[str]]:
    """The seqs after a position in STREET, and what must be reloaded."""
    found = read_after(tx, {STREET: (epoch, seq)}, heads(tx, [STREET]))
    return [event.seq for event in found.events], found.reload


async def epoch_of(database: Database) -> str:
    found = await database.read(heads, [STREET])
    return found[STREET].epoch


async def test_each_topic_counts_for_itself_from_one(database: Database) -> None:
    events = [posted(STREET), posted(QUARTER), posted(STREET), posted("area:gbwc9")]
    numbered = await database.write(append, events, NOW)
    assert [(one.topic, one.seq) for one in numbered] == [
        ("area:gbwc9", 1),
        (QUARTER, 1),
        (STREET, 1),
        (STREET, 2),
    ]
    later = await database.write(append, [posted(STREET)], NOW)
    assert [one.seq for one in later] == [3]


async def test_within_a_topic_events_keep_the_order_they_were_given_in(database: Database) -> None:
    given = [Event(STREET, kind, kind) for kind in ("message.posted", "alert.raised", "a", "z")]
    numbered = await database.write(append, given, NOW)
    assert [one.object for one in numbered] == [event.object for event in given]
    kept = await database.read(
        lambda tx: read_after(tx, {STREET: (numbered[0].epoch, 0)}, heads(tx, [STREET])).events
    )
    assert kept == [one._replace(region="") for one in numbered]


async def test_a_domain_keeps_the_number_on_its_row(database: Database) -> None:
    seen: list[tuple[str, int]] = []

    def keep(tx: Tx, own_id: str, seq: int) -> None:
        seen.append((own_id, seq))

    events = [Event(STREET, "message.posted", f"m{n}", on_numbered=keep) for n in range(3)]
    await database.write(append, events, NOW)
    assert seen == [("m0", 1), ("m1", 2), ("m2", 3)]


async def test_a_refused_change_leaves_no_number_behind(database: Database) -> None:
    def fail(tx: Tx) -> None:
        append_some(tx, STREET, 5)
        raise ValueError("after the append")

    outcomes = await asyncio.gather(
        *(database.write(append_some, STREET, 1) for _ in range(10)),
        database.write(fail),
        *(database.write(append_some, STREET, 2) for _ in range(10)),
        return_exceptions=True,
    )
    numbers = [one.seq for o in outcomes if isinstance(o, list) for one in o]
    assert sorted(numbers) == list(range(1, 31))


async def test_nothing_to_say_costs_no_statement(database: Database) -> None:
    class Silent:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError(f"{name} was asked")

    assert append(Silent(), [], NOW) == []  # type: ignore[arg-type]


async def test_a_topic_without_events_stands_at_zero_in_the_databases_epoch(
    database: Database,
) -> None:
    await database.write(append_some, STREET, 3)
    found = await database.read(heads, [STREET, QUARTER])
    epoch = found[STREET].epoch
    assert len(epoch) == 8
    assert found == {STREET: Head(STREET, epoch, 3), QUARTER: Head(QUARTER, epoch, 0)}
    assert await database.read(heads, []) == {}


async def test_a_reader_is_given_what_came_after_its_position(database: Database) -> None:
    await database.write(append_some, STREET, 5)
    epoch = await epoch_of(database)
    assert await database.read(replay, epoch, 2) == ([3, 4, 5], frozenset())
    assert await database.read(replay, epoch, 5) == ([], frozenset())
    assert await database.read(replay, epoch, 0) == ([1, 2, 3, 4, 5], frozenset())


@pytest.mark.parametrize(
    ("epoch", "seq"),
    [("", 6), ("", -1), ("other", 2), ("other", 0)],
    ids=["ahead of head", "negative", "another epoch", "another epoch at the start"],
)
async def test_a_position_that_cannot_be_ours_is_a_reload(
    database: Database, epoch: str, seq: int
) -> None:
    await database.write(append_some, STREET, 5)
    position = (epoch or await epoch_of(database), seq)
    assert await database.read(replay, *position) == ([], frozenset({STREET}))


async def test_two_hundred_events_are_replayed_and_one_more_is_a_reload(
    database: Database,
) -> None:
    await database.write(append_some, STREET, PAGE + 1)
    epoch = await epoch_of(database)
    seqs, reload = await database.read(replay, epoch, 1)
    assert (len(seqs), reload) == (PAGE, frozenset())
    assert await database.read(replay, epoch, 0) == ([], frozenset({STREET}))


async def test_topics_for_which_there_is_no_room_are_left_whole(database: Database) -> None:
    topics = {STREET: 2, QUARTER: 2, "area:gbwc9": 1, "official:gbwc9": 0}
    for topic, events in topics.items():
        await database.write(append_some, topic, events)
    epoch = await epoch_of(database)

    def read(tx: Tx, most: int | None) -> tuple[set[str], frozenset[str]]:
        missed = read_after(tx, dict.fromkeys(topics, (epoch, 0)), heads(tx, [*topics]), most)
        assert not missed.reload
        return {event.topic for event in missed.events}, missed.left

    moved = {STREET, QUARTER, "area:gbwc9"}
    assert await database.read(read, None) == (moved, frozenset())
    assert await database.read(read, 5) == (moved, frozenset())
    assert await database.read(read, 4) == ({STREET, QUARTER}, frozenset({"area:gbwc9"}))
    assert await database.read(read, 1) == ({STREET}, frozenset({QUARTER, "area:gbwc9"}))


async def test_a_topic_that_begins_again_in_another_epoch_is_a_reload(database: Database) -> None:
    """As after a restored backup: the operator's command gives the database a new epoch."""
    old = await epoch_of(database)
    await database.write(append_some, STREET, 3)
    await database.write(lambda tx: tx.run("UPDATE topic SET epoch = 'anew'"))
    assert await database.read(replay, old, 2) == ([], frozenset({STREET}))
    assert await database.read(replay, "anew", 2) == ([3], frozenset())


async def test_a_group_belongs_to_the_region_it_was_created_in(database: Database) -> None:
    def create(tx: Tx) -> None:
        create_topic(tx, "group:01J", "gbwc9", NOW)
        create_topic(tx, "group:01J", "u09tv", NOW)
        append(tx, [posted("group:01J")], NOW)

    await database.write(create)
    moved = await database.read(heads_of_regions, ["gbwc9"], NOW, 5)
    assert [(head.topic, head.seq) for head in moved] == [("group:01J", 1)]


async def test_a_group_nobody_created_is_a_fault(database: Database) -> None:
    with pytest.raises(LookupError, match="create_topic"):
        await database.write(append, [posted("group:nowhere")], NOW)


async def test_only_topics_of_the_regions_asked_for_that_moved_lately_are_told(
    database: Database,
) -> None:
    await database.write(append, [posted(STREET), posted("street:u09tvw0")], NOW)
    epoch = await epoch_of(database)
    assert await database.read(heads_of_regions, ["gbwc9"], NOW, 5) == [Head(STREET, epoch, 1)]
    assert await database.read(heads_of_regions, [], NOW, 5) == []
    both = await database.read(heads_of_regions, ["gbwc9", "u09tv"], NOW, 5)
    assert {head.topic for head in both} == {STREET, "street:u09tvw0"}

    def age(tx: Tx) -> None:
        tx.run("UPDATE topic SET moved_at = moved_at - 6000 WHERE name = :name", name=STREET)

    await database.write(age)
    assert await database.read(heads_of_regions, ["gbwc9"], NOW, 5) == []
    assert await database.read(heads_of_regions, ["gbwc9"], NOW, 60) == [Head(STREET, epoch, 1)]


async def test_what_moved_lately_is_found_by_the_index(database: Database) -> None:
    """A region of 5,000 quiet topics is not read through each second."""

    def plan(tx: Tx) -> str:
        for number in range(5_000):
            tx.run(
                """INSERT INTO topic (name, region, epoch, head, moved_at)
                   VALUES (:name, 'gbwc9', 'e', 1, :at)""",
                name=f"street:gbwc9{number:05}",
                at=number,
            )
        if tx.dialect == "postgresql":
            tx.run("ANALYZE topic")
        explained = Explained(tx)
        heads_of_regions(explained, ["gbwc9", "u09tv"], NOW + timedelta(days=1), 5)  # type: ignore[arg-type]
        return explained.text

    text = await database.write(plan)
    if database.dialect == "sqlite":
        assert "USING INDEX topic_by_region (region=? AND moved_at>?)" in text
    else:
        assert "Index Cond" in text
        condition = next(line for line in text.splitlines() if "Index Cond" in line)
        assert "region" in condition
        assert "moved_at" in condition


class Explained:
    """A transaction that explains what it is asked instead of doing it."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self.dialect = tx.dialect
        self.text = ""

    def all(self, sql: str, **params: Any) -> list[Any]:
        explain = "EXPLAIN QUERY PLAN " if self.dialect == "sqlite" else "EXPLAIN "
        rows = self._tx.all(explain + sql, **params)
        self.text = "\n".join(str(row[-1]) for row in rows)
        return []

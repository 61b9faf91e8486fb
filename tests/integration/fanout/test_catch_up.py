"""Two nodes over one journal: what the bus does not tell, the journal does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, cast

import orjson
import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.engine import Frame, Socket
from realtime.errors import Overloaded, StorageFailed
from realtime.fanout import catch_up as module
from realtime.fanout.bus import Bus, InProcessBus
from realtime.fanout.catch_up import CatchUp
from realtime.fanout.commit import Committer
from realtime.fanout.local import key_of_ring
from realtime.fanout.redis_bus import RedisBus
from realtime.fanout.rendering import Rendering
from realtime.journal import Changed, Event, create_topic, heads

STREET = "street:gbwc9z1"
DIRECT = "direct:01J"


class Ear:
    """A socket that remembers what it was sent."""

    def __init__(self) -> None:
        self.seqs: list[int] = []
        self.heads: list[dict[str, list[Any]]] = []

    def send(self, frame: Frame) -> None:
        for packet in frame.packets:
            name, body = orjson.loads(packet[2:])
            if name == "heads":
                self.heads.append(body)
            else:
                self.seqs.append(body["seq"])

    _transport = _protocol = None  # everything goes through `send`


class Node:
    """The fan-out half of a `serve` process."""

    def __init__(self, db: Database, bus: Bus, clock: Clock | None = None) -> None:
        clock = clock or Clock()
        rendering = Rendering({})
        self.db = db
        self.bus = bus
        self.catch_up = CatchUp(db, bus, rendering, clock)
        self.committer = Committer(db, bus, rendering, clock)
        self.ear = Ear()

    async def follow(self, topic: str) -> None:
        head = (await self.db.read(heads, [topic]))[topic]
        socket = cast(Socket, self.ear)
        family, _, cell = topic.partition(":")
        key = key_of_ring(family, cell) if family == "street" else topic
        self.catch_up.local.follow(socket, [key], {topic: (head.epoch, head.seq)})

    async def say(self, topic: str, times: int = 1) -> None:
        events = [Event(topic, "message.posted", f"m{n}") for n in range(times)]
        await self.committer.commit(lambda tx, now: Changed(None, events))


@asynccontextmanager
async def running(*nodes: Node) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(loop()) for n in nodes for loop in (n.bus.run, n.catch_up.run)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        _, still_running = await asyncio.wait(tasks, timeout=10)
        assert not still_running


async def until(happened: Callable[[], bool], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not happened():
            await asyncio.sleep(0.005)


def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the bus: no heads are asked for during the test."""
    monkeypatch.setattr(module, "POLL_SECONDS", 60)


async def test_without_a_bus_another_node_hears_within_a_second_and_a_half(
    database: Database,
) -> None:
    one, two = Node(database, InProcessBus()), Node(database, InProcessBus())
    async with running(one, two):
        await two.follow(STREET)
        await one.say(STREET, 3)
        await until(lambda: two.ear.seqs == [1, 2, 3], 1.5)


async def test_without_a_bus_the_journal_is_asked_twice_a_second(database: Database) -> None:
    """Who lost a room is told so by their account's topic: two more reads, and it is 2 s at most.

    What is said right after a poll waits for the next.
    """
    one, two = Node(database, InProcessBus()), Node(database, InProcessBus())
    waited = []
    async with running(one, two):
        await two.follow(STREET)
        for count in range(1, 5):
            begun = time.monotonic()
            await one.say(STREET)
            await until(lambda: len(two.ear.seqs) == count)  # noqa: B023
            waited.append(time.monotonic() - begun)
    assert min(waited[1:]) < 0.8


class Absent:
    """A database that a node cannot reach for a while."""

    def __init__(self, db: Database, error: Exception) -> None:
        self._db = db
        self._error = error
        self.is_away = False

    async def read(self, fn: Callable[..., Any], *args: Any) -> Any:
        if self.is_away:
            raise self._error
        return await self._db.read(fn, *args)


@pytest.mark.parametrize(
    "error", [StorageFailed("away"), Overloaded("the readers"), ValueError("a bad row")]
)
async def test_a_node_that_was_away_for_long_hears_what_moved_meanwhile(
    database: Database, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(module, "MOVED_WITHIN_SECONDS", 0)
    monkeypatch.setattr(module, "POLL_SECONDS", 0.05)
    absent = Absent(database, error)
    one, two = Node(database, InProcessBus()), Node(database, InProcessBus())
    two.catch_up._db = cast(Database, absent)
    with capture_logs():
        async with running(one, two):
            await two.follow(STREET)
            absent.is_away = True
            await one.say(STREET)
            # Longer than the polls look back, and nothing is written afterwards.
            await asyncio.sleep(2.2)
            assert two.ear.seqs == []
            absent.is_away = False
            await until(lambda: two.ear.seqs == [1])


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_clock_set_forward_hides_nothing(database: Database) -> None:
    clock = Clock()
    one, two = Node(database, InProcessBus(), clock), Node(database, InProcessBus(), clock)
    async with running(one, two):
        await two.follow(STREET)
        await one.say(STREET)
        clock._offset = timedelta(hours=1)
        await until(lambda: two.ear.seqs == [1])


def restore(tx: Tx, topic: str, seq: int) -> None:
    """As after a restore: an older head, and the operator's new epoch."""
    tx.run("DELETE FROM event WHERE topic = :topic AND seq > :seq", topic=topic, seq=seq)
    tx.run("UPDATE topic SET head = :seq WHERE name = :topic", topic=topic, seq=seq)
    tx.run("UPDATE meta SET value = 'restored' WHERE name = 'epoch'")
    tx.run("UPDATE topic SET epoch = 'restored'")


async def test_after_a_restore_clients_are_told_to_reload_and_hear_what_follows(
    database: Database,
) -> None:
    one, two = Node(database, InProcessBus()), Node(database, InProcessBus())
    async with running(one, two):
        await two.follow(STREET)
        await one.say(STREET, 5)
        await until(lambda: len(two.ear.seqs) == 5)
        await database.write(restore, STREET, 2)
        await one.say(STREET)
        await until(lambda: bool(two.ear.heads))
        assert two.ear.heads[-1] == {STREET: ["restored", 3]}
        await one.say(STREET)
        await until(lambda: two.ear.seqs == [1, 2, 3, 4, 5, 4])


async def test_two_neighbours_in_two_regions_share_a_direct_thread_on_two_nodes(
    database: Database, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A group's region is its creator's: both nodes listen there, whoever follows it."""
    quiet(monkeypatch)
    await database.write(lambda tx: create_topic(tx, DIRECT, "gbwc9", Clock().now()))
    one, two = Node(database, RedisBus(redis_url)), Node(database, RedisBus(redis_url))
    async with running(one, two):
        await until(lambda: one.bus.is_well() and two.bus.is_well())
        await one.follow("street:u09tvw0")
        await two.follow(DIRECT)
        two.catch_up._regions.place({DIRECT: "gbwc9"})
        await subscribed(redis_url, "palier:region:gbwc9")
        await one.say(DIRECT)
        await until(lambda: two.ear.seqs == [1], 0.5)


async def test_what_was_said_before_a_line_came_back_is_heard_at_once(
    database: Database, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Node one rings nobody, as while Redis is away: no ring tells node two, and no poll is due."""
    quiet(monkeypatch)
    one, two = Node(database, InProcessBus()), Node(database, RedisBus(redis_url))
    await two.follow(STREET)
    async with running(one, two):
        await until(two.bus.is_well)
        await subscribed(redis_url, "palier:region:gbwc9")
        await one.say(STREET)
        client = Redis.from_url(redis_url)
        await client.client_kill_filter(_type="pubsub")
        await client.aclose()
        await until(lambda: two.ear.seqs == [1], 3)


async def subscribed(redis_url: str, channel: str) -> None:
    client = Redis.from_url(redis_url)
    async with asyncio.timeout(5):
        while not dict(cast(Sequence[Any], await client.pubsub_numsub(channel)))[channel.encode()]:
            await asyncio.sleep(0.01)
    await client.aclose()


async def test_the_region_of_a_group_is_asked_of_the_database(database: Database) -> None:
    await database.write(lambda tx: create_topic(tx, DIRECT, "gbwc9", Clock().now()))
    one, two = Node(database, InProcessBus()), Node(database, InProcessBus())
    async with running(one, two):
        await two.follow(DIRECT)
        await one.say(DIRECT)
        await until(lambda: two.ear.seqs == [1], 2.5)
        assert two.catch_up._regions.all() == ["gbwc9"]

"""The doorbell: what one node publishes, the others are told to look at."""

from __future__ import annotations

import asyncio
import gc
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import msgpack
import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from realtime.fanout.bus import Bus, InProcessBus
from realtime.fanout.redis_bus import PREFIX, RedisBus
from realtime.fanout.rendering import Rendered

TOPIC = "street:gbwc9z1"


def event(seq: int, topic: str = TOPIC) -> Rendered:
    return Rendered(topic, "e1", seq, "message.posted", f"m{seq}", b"{}", {})


class Node:
    """One node's ears."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.heard: list[int] = []
        self.rung: list[dict[str, int]] = []
        bus.listen(lambda events: self.heard.extend(e.seq for e in events), self.rung.append)


@asynccontextmanager
async def running(node: Node) -> AsyncIterator[Node]:
    node.bus.follow(["gbwc9"])
    task = asyncio.create_task(node.bus.run())
    try:
        await until(node.bus.is_well)
        yield node
    finally:
        await end(task)


async def end(task: asyncio.Task[None]) -> None:
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=5)
    assert done, "told to end, the bus went on"


async def until(happened: Callable[[], bool], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not happened():
            await asyncio.sleep(0.01)


@pytest.fixture(params=["in process", "redis"])
def bus(request: pytest.FixtureRequest) -> Bus:
    if request.param == "in process":
        return InProcessBus()
    return RedisBus(request.getfixturevalue("redis_url"))


async def test_a_node_hears_its_own_events_at_once(bus: Bus) -> None:
    node = Node(bus)
    bus.publish([event(1), event(2)])
    assert node.heard == [1, 2]


async def test_another_node_is_told_which_topic_moved(redis_url: str) -> None:
    async with running(Node(RedisBus(redis_url))) as one, running(Node(RedisBus(redis_url))) as two:
        one.bus.publish([event(1), event(2)])
        await until(lambda: bool(two.rung))
        assert two.rung == [{TOPIC: 2}]
        assert (one.rung, two.heard) == ([], [])


async def test_a_node_without_followers_in_the_region_hears_nothing(redis_url: str) -> None:
    async with running(Node(RedisBus(redis_url))) as one, running(Node(RedisBus(redis_url))) as two:
        one.bus.publish([event(1, "street:u09tvw0")])
        one.bus.publish([event(1)])
        await until(lambda: bool(two.rung))
        assert two.rung == [{TOPIC: 1}]


async def test_publishing_without_redis_neither_waits_nor_raises() -> None:
    node = Node(RedisBus("redis://127.0.0.1:1"))
    task = asyncio.create_task(node.bus.run())
    for seq in range(1, 1_001):
        node.bus.publish([event(seq)])
    await asyncio.sleep(0)
    assert len(node.heard) == 1_000
    assert not node.bus.is_well()
    await end(task)


# redis-py leaves a connection that is cut off in its handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_bus_that_is_told_to_end_ends_whatever_it_is_writing(redis_url: str) -> None:
    """redis-py may swallow a cancellation: a node would then never stop."""
    for number in range(60):
        node = Node(RedisBus(redis_url))
        task = asyncio.create_task(node.bus.run())
        if number % 4:
            await until(node.bus.is_well)
        for seq in range(number % 50):
            node.bus.publish([event(seq)])
            await asyncio.sleep(0)
        await end(task)
    gc.collect()


async def test_a_killed_listener_comes_back_within_two_seconds(redis_url: str) -> None:
    client = Redis.from_url(redis_url)
    async with running(Node(RedisBus(redis_url))) as one, running(Node(RedisBus(redis_url))) as two:
        await client.client_kill_filter(_type="pubsub")

        def told() -> bool:
            one.bus.publish([event(1)])
            return bool(two.rung)

        await until(told, 2)
    await client.aclose()


@pytest.mark.parametrize(
    "noise",
    [
        b"",
        b"\xc1",
        b"hello",
        b"\x92" * 500,
        msgpack.packb([1]),
        msgpack.packb({"a": 1, "b": 2}),
        msgpack.packb(["x", {"a": "b"}]),
        msgpack.packb(["x", {"a": math.inf}]),
        msgpack.packb(["x", {"a": math.nan}]),
        msgpack.packb(["x", {"a": None}]),
        msgpack.packb(["x", {"a": "9" * 9_000}]),
        msgpack.packb(["x", ["a", "b", "c"]]),
        msgpack.packb(["x", b"\xff"]),
        msgpack.packb([["x"], [[], []]]),
        msgpack.packb(["x", msgpack.ExtType(5, b"")]),
    ],
)
async def test_noise_on_the_bus_changes_nothing(redis_url: str, noise: bytes) -> None:
    client = Redis.from_url(redis_url)
    async with running(Node(RedisBus(redis_url))) as one, running(Node(RedisBus(redis_url))) as two:
        with capture_logs() as said:
            await client.publish(PREFIX + "gbwc9", noise)
            one.bus.publish([event(1)])
            await until(lambda: bool(two.rung))
        assert two.rung == [{TOPIC: 1}]
        assert two.heard == []
        # The line itself held: nobody took the noise for a Redis that went away.
        assert said == []
    await client.aclose()

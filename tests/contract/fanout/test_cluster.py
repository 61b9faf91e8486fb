"""The doorbell on a real Redis Cluster: three primaries, sharded channels, one killed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
import redis

from realtime.engine.limits import Limits, Rate
from realtime.fanout.locks import RedisLocks
from realtime.fanout.redis_bus import PREFIX, RedisBus
from realtime.fanout.rendering import Rendered
from realtime.presence.model import Here
from realtime.presence.store import RedisElsewhere
from tests.support.processes import scratch
from tests.support.redis_cluster import RedisCluster

# By CRC16 these land on the first, the second and the third third of the slots.
REGIONS = ("gbwc9", "gbwcc", "gbwb3", "u09tv", "u05kq", "spgz6", "gbwbb", "u0d4x")


@pytest.fixture(scope="module")
def cluster() -> Iterator[RedisCluster]:
    with scratch() as directory:
        running = RedisCluster(directory)
        try:
            yield running
        finally:
            running.stop()


class Node:
    def __init__(self, url: str) -> None:
        self.bus = RedisBus(url)
        self.rung: dict[str, int] = {}
        self.bus.listen(lambda events: None, self.rung.update)
        self.bus.follow(REGIONS)

    def ring(self, seq: int) -> None:
        self.bus.publish([event(region, seq) for region in REGIONS])


def event(region: str, seq: int) -> Rendered:
    return Rendered(f"street:{region}z1", "e", seq, "message.posted", f"m{seq}", b"{}", {}, region)


async def rung(one: Node, two: Node, topics: set[str], within: float = 20) -> int:
    """Ring until the other node heard of all of these; how often that took."""
    two.rung.clear()
    async with asyncio.timeout(within):
        for times in range(1, 10_000):
            one.ring(times)
            await asyncio.sleep(0.05)
            if topics <= two.rung.keys():
                return times
    raise AssertionError(f"heard of {sorted(two.rung)} only")


async def test_what_nodes_share_they_share_on_a_cluster_too(cluster: RedisCluster) -> None:
    """Presence, rates and locks: each key lives on one of the three."""
    mine = {region: {Here("ada", f"{region}z1", f"{region}z")} for region in REGIONS}
    theirs = {region: {Here("bo", f"{region}z1", f"{region}z")} for region in REGIONS}
    one, two = RedisElsewhere(cluster.url), RedisElsewhere(cluster.url)
    await one.exchange(mine)
    assert await two.exchange(theirs) == {here for some in mine.values() for here in some}

    rates = {"message": Rate(2, 10)}
    here, there = (Limits(redis_url=cluster.url, rates=rates) for _ in range(2))
    for member in ("ada", "bo", "cy", "dan"):
        answers = [await limits.hit("message", member) for limits in [here, there] * 6]
        # Each alone would have allowed all twelve; one that waits too long for Redis allows some.
        assert 10 <= answers.count(None) < 12

    first, second = RedisLocks(cluster.url), RedisLocks(cluster.url)
    for name in ("expiry", "digest", "journal", "visitors"):
        async with first.try_hold(name, 5) as held, second.try_hold(name, 5) as other:
            assert held is not None
            assert await held.still_mine()
            assert other is None
    for held_open in (one, two, here, there):
        await held_open.close()
    for locks in (first, second):
        assert locks._connection._client is not None
        await locks._connection._client.aclose()


@pytest.mark.timeout(100)
async def test_rings_cross_nodes_by_sharded_channels_and_a_killed_primary_takes_only_its_own(
    cluster: RedisCluster,
) -> None:
    everything = {f"street:{region}z1" for region in REGIONS}
    by_home = {region: cluster.home_of(PREFIX + region) for region in REGIONS}
    assert set(by_home.values()) == {0, 1, 2}
    one, two = Node(cluster.url), Node(cluster.url)
    tasks = [asyncio.create_task(node.bus.run()) for node in (one, two)]
    try:
        await rung(one, two, everything)
        with redis.Redis(port=cluster.ports[1]) as client:
            assert client.pubsub_numpat() == 0
            assert client.execute_command("PUBSUB", "CHANNELS") == []
            assert client.execute_command("PUBSUB", "SHARDCHANNELS") != []

        cluster.kill9(2)
        left = {f"street:{region}z1" for region in REGIONS if by_home[region] != 2}
        await rung(one, two, left)

        cluster.revive(2)
        await rung(one, two, everything)
    finally:
        for task in tasks:
            task.cancel()
        _, running = await asyncio.wait(tasks, timeout=10)
        assert not running, "told to end, a node went on"


@pytest.mark.timeout(100)
async def test_a_cluster_that_is_wholly_away_ends_nothing_and_is_found_again() -> None:
    with scratch() as directory:
        cluster = RedisCluster(directory)
        one, two = Node(cluster.url), Node(cluster.url)
        there = RedisElsewhere(cluster.url)
        tasks = [asyncio.create_task(node.bus.run()) for node in (one, two)]
        try:
            await rung(one, two, {"street:gbwc9z1"})
            await there.exchange({"gbwc9": set()})
            for number in range(3):
                cluster.kill9(number)
            one.ring(1)
            assert await there.exchange({"gbwc9": set()}) == set()
            await asyncio.sleep(1.5)
            assert not any(task.done() for task in tasks)
            for number in range(3):
                await asyncio.to_thread(cluster.revive, number)
            await rung(one, two, {f"street:{region}z1" for region in REGIONS}, within=30)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=10)
            await there.close()
            cluster.stop()

"""Two nodes on a Redis Cluster, and the primary that rings for their street killed under load."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from realtime.fanout.redis_bus import PREFIX
from tests.acceptance.test_nodes import CELL, percentile
from tests.support.clients import Client
from tests.support.nodes import nodes
from tests.support.processes import scratch
from tests.support.redis_cluster import RedisCluster
from tests.support.redis_ear import searched_redis

MEMBERS = 6
MESSAGES = 25


@pytest.fixture
def home() -> Iterator[Path]:
    with scratch() as directory:
        yield directory


@pytest.fixture
def cluster() -> Iterator[RedisCluster]:
    with scratch() as directory:
        running = RedisCluster(directory)
        with contextlib.ExitStack() as ears:
            for port in running.ports:
                ears.enter_context(searched_redis(f"redis://127.0.0.1:{port}"))
            yield running
        running.stop()


class Load:
    """Members who answer in one conversation, each as fast as they are acked."""

    def __init__(self, clients: list[Client], conversation: str) -> None:
        self.clients = clients
        self.conversation = conversation
        self.acked: list[str] = []
        self.acks: list[float] = []

    async def run(self) -> None:
        await asyncio.gather(*(self._write(at, client) for at, client in enumerate(self.clients)))

    async def _write(self, at: int, client: Client) -> None:
        for number in range(MESSAGES):
            begun = time.monotonic()
            message = await client.reply(self.conversation, f"{at}.{number}")
            self.acks.append(time.monotonic() - begun)
            self.acked.append(message["text"])

    async def reach(self, count: int) -> None:
        async with asyncio.timeout(60):
            while len(self.acked) < count:
                await asyncio.sleep(0.005)


def has_all(client: Client, topic: str, texts: list[str]) -> bool:
    return set(texts) <= set(client.texts(topic))


@pytest.mark.faults
@pytest.mark.timeout(120)
@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_a_primary_killed_under_load_loses_nothing_and_leaves_no_gap(
    home: Path, database_url: str, cluster: RedisCluster
) -> None:
    channel = PREFIX + CELL[:5]
    carries = cluster.home_of(channel)
    with nodes(home, 2, database_url=database_url, redis_url=cluster.url) as (one, two):
        members = one.demo(MEMBERS, cell=CELL)
        origins = (one.origin, two.origin)
        clients = [Client(origins[at % 2], member.token) for at, member in enumerate(members)]
        await asyncio.gather(*(client.connect() for client in clients))
        opening = await clients[0].post("street", "Bonjour")
        topic = opening["topic"]
        load = Load(clients, opening["id"])
        writing = asyncio.create_task(load.run())
        await load.reach(MEMBERS * MESSAGES // 4)
        assert cluster.listeners(channel) == 2
        cluster.kill9(carries)
        assert not writing.done(), "killed too late: nobody was writing any more"
        await writing

        wanted = sorted(["Bonjour", *load.acked])
        for client in clients:
            await client.wait_until(partial(has_all, client, topic, wanted), "all that was acked")
            assert sorted(client.texts(topic)) == wanted
            assert client.texts(topic) == clients[0].texts(topic)
            assert (client.gaps, client.repeats) == (0, 0)
            client.assert_no_gap()
        acks = load.acks
        print(f"acks p50 {percentile(acks, 0.5):.3f} p99 {percentile(acks, 0.99):.3f}")

        await asyncio.to_thread(cluster.revive, carries)
        async with asyncio.timeout(30):
            while await asyncio.to_thread(cluster.listeners, channel) < 2:
                await asyncio.sleep(0.05)
        await asyncio.gather(*(client.close() for client in clients))
        assert one.faults() + two.faults() == []

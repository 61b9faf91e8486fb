"""Several nodes are one neighbourhood: with Redis, without it, and when one of them dies."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clients import Client
from tests.support.nodes import Roamer, nodes
from tests.support.processes import scratch
from tests.support.servers import RedisServer

CELL = "gbwc9z1"
pytestmark = pytest.mark.timeout(120)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[max(0, math.ceil(len(values) * share) - 1)]


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    with scratch() as directory:
        server = RedisServer(directory)
        yield server
        server.stop()


@pytest.fixture
def home() -> Iterator[Path]:
    with scratch() as directory:
        yield directory


async def delays(writer: Client, reader: Client, count: int, pause: float) -> list[float]:
    """Seconds from sending on one node to hearing on the other, message by message."""
    conversation = (await writer.post("street", "Bonjour"))["id"]
    await reader.wait_for("message.posted", id=conversation)
    found = []
    for number in range(count):
        begun = time.monotonic()
        text = f"{number}.{begun}"
        await writer.reply(conversation, text)
        await reader.wait_for("message.posted", text=text, within=5)
        found.append(time.monotonic() - begun)
        await asyncio.sleep(pause)
    return found


async def test_without_redis_a_message_takes_a_second_and_a_half_at_most(
    home: Path, database_url: str, own_redis: RedisServer
) -> None:
    with nodes(home, 2, database_url=database_url, redis_url=own_redis.url) as (one, two):
        ada, bo = one.demo(2, cell=CELL)
        async with Client(one.origin, ada.token) as a, Client(two.origin, bo.token) as b:
            await delays(a, b, 5, 0.01)
            own_redis.kill9()
            found = await delays(a, b, 6, 0.1)
            print("without Redis:", [round(one, 3) for one in found])
            assert max(found) < 1.5
            own_redis.start()
            back = time.monotonic()
            while (await delays(a, b, 1, 0))[0] > 0.2:
                assert time.monotonic() - back < 3
            print("back after", round(time.monotonic() - back, 2))
            b.assert_no_gap()


@pytest.mark.faults
@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_members_of_a_killed_node_are_current_again_within_seconds(
    home: Path, database_url: str, redis_url: str
) -> None:
    with nodes(home, 3, database_url=database_url, redis_url=redis_url) as cluster:
        origins = [node.origin for node in cluster]
        members = cluster[0].demo(46, cell=CELL)
        writer = await Client(origins[0], members[0].token).connect()
        roamers = [
            Roamer(origins, member, at=number % 3) for number, member in enumerate(members[1:])
        ]
        try:
            await asyncio.gather(*(roamer.live() for roamer in roamers))
            conversation = (await writer.post("street", "Bonjour"))["id"]
            moved = [roamer for roamer in roamers if roamer.origin == origins[1]]
            cluster[1].kill9()
            killed = time.monotonic()
            await writer.reply(conversation, "après")

            async def current(roamer: Roamer) -> float:
                async with asyncio.timeout(20):
                    while not any("après" in roamer.texts(topic) for topic in list(roamer.log)):
                        await asyncio.sleep(0.01)
                return time.monotonic() - killed

            found = await asyncio.gather(*(current(roamer) for roamer in moved))
            print(f"p50 {percentile(found, 0.5):.2f} p99 {percentile(found, 0.99):.2f}")
            assert percentile(found, 0.5) <= 2
            assert percentile(found, 0.99) <= 5
        finally:
            await asyncio.gather(*(roamer.rest() for roamer in roamers), writer.close())


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_stopping_node_sends_its_members_elsewhere(
    home: Path, database_url: str, redis_url: str
) -> None:
    with nodes(home, 2, database_url=database_url, redis_url=redis_url) as (one, two):
        ada, bo = one.demo(2, cell=CELL)
        async with Client(two.origin, bo.token) as b:
            a = await Roamer([one.origin, two.origin], ada).live()
            begun = time.monotonic()
            stopped = asyncio.create_task(asyncio.to_thread(one.stop))
            moving = await a.wait_for("moving")
            assert moving["body"] == {"retry_after": 2.0}
            acked = [(await b.post("street", f"pendant {n}"))["text"] for n in range(5)]
            assert await stopped == 0
            assert time.monotonic() - begun < 10
            async with asyncio.timeout(10):
                while not set(acked) <= {t for topic in list(a.log) for t in a.texts(topic)}:
                    await asyncio.sleep(0.05)
            await a.rest()
        assert one.faults() + two.faults() == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_rooms_show_how_many_are_here_on_all_nodes_in_buckets(
    home: Path, database_url: str, redis_url: str
) -> None:
    with nodes(home, 2, database_url=database_url, redis_url=redis_url) as (one, two):
        members = one.demo(10, cell=CELL)
        origins = [one.origin, two.origin]
        clients = [Client(origins[n % 2], m.token) for n, m in enumerate(members)]
        first, *others = clients
        await first.connect()
        assert (await first.ask("presence.set", visible_to="contacts"))["ok"]
        await asyncio.gather(*(client.connect() for client in others[:-1]))
        await others[-1].connect()
        told = await first.wait_for("presence.changed")
        assert told["body"] == {"street": 10, "neighbourhood": 10, "contacts": []}
        assert [e["kind"] for e in first.events].count("presence.changed") == 1
        await asyncio.gather(*(client.close() for client in clients))

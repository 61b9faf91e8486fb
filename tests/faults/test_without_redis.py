"""Ten minutes without Redis: no ack notices, words cross by the journal, and it comes back."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clients import Client
from tests.support.nodes import nodes
from tests.support.processes import scratch
from tests.support.servers import RedisServer

CELL = "gbwc9z1"
PAUSE = 0.1
WITH_SECONDS = 60.0
WITHOUT_SECONDS = 600.0
# Two figures this small differ by chance.
NOISE_SECONDS = 0.03

pytestmark = [pytest.mark.faults, pytest.mark.long, pytest.mark.timeout(1_200)]


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


class Talk:
    """One member writes on one node, another reads on the other."""

    def __init__(self, writer: Client, reader: Client, conversation: str) -> None:
        self._writer = writer
        self._reader = reader
        self._conversation = conversation
        self._said = 0

    async def go_on(self, seconds: float) -> tuple[list[float], list[float]]:
        """How long each ack took, and each way to the other node."""
        acks: list[float] = []
        ways: list[float] = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._said += 1
            text, begun = f"mot {self._said}", time.monotonic()
            await self._writer.reply(self._conversation, text)
            acks.append(time.monotonic() - begun)
            await self._reader.wait_for("message.posted", text=text, within=5)
            ways.append(time.monotonic() - begun)
            self._reader.events.clear()
            self._writer.events.clear()
            await asyncio.sleep(PAUSE)
        return acks, ways


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_ten_minutes_without_redis_cost_no_ack_and_nothing_is_late(
    home: Path, database_url: str, own_redis: RedisServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with nodes(home, 2, database_url=database_url, redis_url=own_redis.url) as (one, two):
        ada, bo = one.demo(2, cell=CELL)
        async with Client(one.origin, ada.token) as a, Client(two.origin, bo.token) as b:
            talk = Talk(a, b, (await a.post("street", "Bonjour"))["id"])
            acks_with, ways_with = await talk.go_on(WITH_SECONDS)
            own_redis.kill9()
            acks_without, ways_without = await talk.go_on(WITHOUT_SECONDS)
            own_redis.start()
            back = time.monotonic()
            while (await talk.go_on(0.01))[1][0] > 0.2:
                assert time.monotonic() - back < 5
            back = time.monotonic() - back
            b.assert_no_gap()
    with capsys.disabled():
        for name, acks, ways in (
            ("with Redis", acks_with, ways_with),
            ("without", acks_without, ways_without),
        ):
            print(
                f"\n{name}: {len(acks)} acked, ack p50 {percentile(acks, 0.5):.4f}"
                f" p99 {percentile(acks, 0.99):.4f}; to the other node p50"
                f" {percentile(ways, 0.5):.3f} p99 {percentile(ways, 0.99):.3f}"
                f" max {max(ways):.3f} s"
            )
        print(f"back by the bus after {back:.2f} s")
    assert percentile(acks_without, 0.99) <= 2 * percentile(acks_with, 0.99) + NOISE_SECONDS
    assert percentile(ways_without, 0.99) <= 1.5
    assert back <= 2

"""The doorbell over TLS, as between machines: to a Redis that proves who it is, and to no other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from realtime.fanout.redis_bus import RedisBus
from tests.contract.fanout.test_bus import TOPIC, Node, end, event, running, until
from tests.support.processes import scratch
from tests.support.servers import RedisServer
from tests.support.tls import certificate


@pytest.fixture
def behind_tls() -> Iterator[str]:
    with scratch() as directory:
        certificate(directory)
        server = RedisServer(directory, tls=directory)
        assert server.url.startswith("rediss://")
        yield server.url
        server.stop()


async def test_rings_cross_by_tls(behind_tls: str) -> None:
    async with (
        running(Node(RedisBus(behind_tls))) as one,
        running(Node(RedisBus(behind_tls))) as two,
    ):
        one.bus.publish([event(1), event(2)])
        await until(lambda: bool(two.rung))
        assert two.rung == [{TOPIC: 2}]


async def test_a_redis_that_cannot_prove_who_it_is_is_told_nothing(behind_tls: str) -> None:
    node = Node(RedisBus(behind_tls.partition("?")[0]))
    node.bus.follow(["gbwc9"])
    with capture_logs() as said:
        task = asyncio.create_task(node.bus.run())
        await until(lambda: bool(said))
        await end(task)
    assert "CERTIFICATE_VERIFY_FAILED" in said[0]["error"]
    assert not node.bus.is_well()

"""The account of docs/deploy/README.md is enough for a node, and for nothing else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

import pytest
import redis
from redis.exceptions import NoPermissionError

from realtime.engine.limits import Limits
from realtime.fanout.locks import RedisLocks
from realtime.fanout.redis_bus import RedisBus
from realtime.fanout.redis_client import open_redis
from realtime.presence.model import Here
from realtime.presence.store import RedisElsewhere
from tests.support.app import ROOT
from tests.support.processes import scratch
from tests.support.servers import RedisServer


@pytest.fixture
def account() -> Iterator[str]:
    """A Redis with the documented account; its URL."""
    line = re.search(
        r"^    (ACL SETUSER .+)$", (ROOT / "docs/deploy/README.md").read_text("utf-8"), re.MULTILINE
    )
    assert line is not None
    with scratch() as directory:
        server = RedisServer(directory)
        with redis.Redis.from_url(server.url) as client:
            client.execute_command(*line[1].split())
        yield server.url.replace("redis://", "redis://palier:PASSWORD@")
        server.stop()


async def test_the_documented_account_is_enough(account: str) -> None:
    bus = RedisBus(account)
    running = asyncio.create_task(bus.run())
    try:
        async with asyncio.timeout(10):
            while not bus.is_well():
                await asyncio.sleep(0.01)
    finally:
        running.cancel()
        await asyncio.wait([running], timeout=5)

    client = open_redis(account)
    async with (
        RedisLocks(client).try_hold("expiry", 5) as one,
        RedisLocks(client).try_hold("expiry", 5) as other,
    ):
        assert one is not None
        assert await one.still_mine()
        assert other is None

    mine = Here("ada", "gbwc9z1", "gbwc9z")
    first, second = RedisElsewhere(account), RedisElsewhere(account)
    await first.exchange({"gbwc9": {mine}})
    assert await second.exchange({"gbwc9": {mine._replace(account="bo")}}) == {mine}
    await first.close()
    await second.close()

    one_node, other_node = Limits(redis_url=account), Limits(redis_url=account)
    waits = [await node.hit("alert", "ada") for node in (one_node, other_node) * 6]
    assert waits[:10] == [None] * 10
    assert None not in waits[10:]
    await one_node.close()
    await other_node.close()

    with pytest.raises(NoPermissionError):
        await client.set("something else", 1)
    with pytest.raises(NoPermissionError):
        await client.flushall()
    await client.aclose()

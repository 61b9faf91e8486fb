"""A region goes on being heard for a while after its last follower went, and then no longer."""

from __future__ import annotations

import asyncio
import time

import pytest
from redis.asyncio import Redis

from realtime.fanout import redis_bus as module
from realtime.fanout.redis_bus import PREFIX, RedisBus


async def test_a_region_lingers_and_is_let_go(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LINGER_SECONDS", 1.0)
    bus = RedisBus(redis_url)
    running = asyncio.create_task(bus.run())
    async with Redis.from_url(redis_url, decode_responses=True) as client:

        async def heard() -> set[str]:
            return set(map(str, await client.pubsub_channels(PREFIX + "*")))

        async def until(channels: set[str]) -> None:
            async with asyncio.timeout(10):
                while await heard() != channels:
                    await asyncio.sleep(0.02)

        try:
            bus.follow(["gbwc", "u09t"])
            await until({PREFIX + "gbwc", PREFIX + "u09t"})
            begun = time.monotonic()
            while time.monotonic() < begun + 1.5:
                bus.follow(["gbwc"])  # as each poll says of every region that somebody follows
                await asyncio.sleep(0.1)
            await until({PREFIX + "gbwc"})
            followed_last = time.monotonic()
            await until(set())
            assert time.monotonic() - followed_last > 0.5
        finally:
            running.cancel()
            await asyncio.wait([running], timeout=5)

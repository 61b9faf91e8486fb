"""Rates shared by two nodes through a real Redis, and what is left when it goes away."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from realtime.engine.limits import Limits, Rate
from tests.support.processes import free_port, scratch
from tests.support.servers import RedisServer

RATES = {"message": Rate(2, 10)}


async def test_two_nodes_share_one_rate(redis_url: str):
    here, there = (Limits(redis_url=redis_url, rates=RATES) for _ in range(2))
    answers = [await limits.hit("message", "anna") for limits in [here, there] * 6]
    assert answers.count(None) == 10
    waits = [wait for wait in answers if wait is not None]
    assert all(0 < wait <= 5 for wait in waits)
    assert await there.hit("message", "ben") is None
    await here.close()
    await there.close()


async def test_what_one_node_gives_back_another_may_take(redis_url: str):
    here, there = (Limits(redis_url=redis_url, rates={"x": Rate(0.1, 2)}) for _ in range(2))
    assert [await here.hit("x", "anna") for _ in range(2)] == [None, None]
    await here.give_back("x", "anna")
    assert await there.hit("x", "anna") is None
    assert await there.hit("x", "anna") is not None
    await here.close()
    await there.close()


async def test_without_redis_a_node_goes_on_alone_at_half_the_rate():
    limits = Limits(redis_url=f"redis://127.0.0.1:{free_port()}", rates=RATES)
    with capture_logs() as logs:
        answers = [await limits.hit("message", "anna") for _ in range(12)]
    assert answers.count(None) == 5
    assert [line["event"] for line in logs] == ["redis_away"]
    await limits.close()


async def test_redis_that_comes_back_is_used_again():
    rates = {"x": Rate(0.1, 1)}
    with scratch() as directory:
        redis = RedisServer(directory)
        here, there = (Limits(redis_url=redis.url, rates=rates) for _ in range(2))
        redis.stop()
        assert await here.hit("x", "anna") is None
        redis.start()

        async def is_shared() -> bool:
            taken = await here.hit("x", "ben")
            return taken is None and await there.hit("x", "ben") is not None

        deadline = asyncio.get_running_loop().time() + 10
        while not await is_shared():
            assert asyncio.get_running_loop().time() < deadline
            await asyncio.sleep(0.1)
            redis.clear()
        await here.close()
        await there.close()
        redis.stop()

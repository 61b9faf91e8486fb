"""Our locks and redis-py's own keep the same promise, whatever Redis forgets."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from realtime.fanout.locks import PREFIX, InProcessLocks, Locks, RedisLocks
from realtime.fanout.redis_client import open_redis
from tests.support.app import ROOT
from tests.support.locks import StockLocks


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[Redis]:
    client = open_redis(redis_url)
    yield client
    await client.aclose()


IN_REDIS: dict[str, type[RedisLocks] | type[StockLocks]] = {
    "aioredis-lock": RedisLocks,
    "redis-py": StockLocks,
}


@pytest.fixture(params=["in process", *IN_REDIS])
def locks(request: pytest.FixtureRequest) -> Locks:
    if request.param == "in process":
        return InProcessLocks()
    return IN_REDIS[request.param](request.getfixturevalue("client"))


@pytest.fixture(params=IN_REDIS)
def shared(request: pytest.FixtureRequest, client: Redis) -> Locks:
    """Those that processes share."""
    return IN_REDIS[request.param](client)


async def test_only_one_holds_a_lock(locks: Locks) -> None:
    async with locks.try_hold("expiry", 5) as mine, locks.try_hold("expiry", 5) as other:
        assert mine is not None
        assert other is None


async def test_a_lock_is_free_again_after_its_holder(locks: Locks) -> None:
    async with locks.try_hold("expiry", 5):
        pass
    async with locks.try_hold("expiry", 5) as mine:
        assert mine is not None


async def test_names_do_not_wait_for_each_other(locks: Locks) -> None:
    async with locks.try_hold("expiry", 5) as one, locks.try_hold("digest", 5) as other:
        assert one is not None
        assert other is not None


async def test_the_holder_learns_that_the_lock_was_lost(
    locks: Locks, request: pytest.FixtureRequest
) -> None:
    async with locks.try_hold("expiry", 1) as mine:
        assert mine is not None
        assert await mine.still_mine()
        if isinstance(locks, InProcessLocks):
            locks._until["expiry"] = (object(), 2**40)
        else:
            client: Redis = request.getfixturevalue("client")
            await client.set(PREFIX + "expiry", "somebody else")
        assert not await mine.still_mine()


async def test_many_contenders_never_hold_it_together(locks: Locks) -> None:
    holding = most = 0

    async def contend() -> None:
        nonlocal holding, most
        for _ in range(20):
            async with locks.try_hold("expiry", 5) as mine:
                if mine is not None:
                    holding += 1
                    most = max(most, holding)
                    await asyncio.sleep(0)
                    holding -= 1

    await asyncio.gather(*[contend() for _ in range(8)])
    assert most == 1


async def test_a_flushed_script_cache_does_not_lose_the_lock(shared: Locks, client: Redis) -> None:
    async with shared.try_hold("expiry", 5) as mine:
        assert mine is not None
        await client.script_flush()
        assert await mine.still_mine()
    assert await client.get(PREFIX + "expiry") is None


async def test_a_float_timeout_still_ends(shared: Locks, client: Redis) -> None:
    async with shared.try_hold("expiry", 0.5) as mine:
        assert mine is not None
        assert 0 < await client.pttl(PREFIX + "expiry") <= 1_000


async def test_text_answers_are_understood(redis_url: str) -> None:
    client = open_redis(redis_url, decode_responses=True)
    async with RedisLocks(client).try_hold("expiry", 5) as mine:
        assert mine is not None
        assert await mine.still_mine()
    await client.aclose()


_PROCESS = """
import asyncio, sys
from redis.asyncio import Redis
from realtime.fanout.locks import RedisLocks
from tests.support.locks import StockLocks

async def main():
    client = Redis.from_url(sys.argv[1])
    locks, held = globals()[sys.argv[2]](client), 0
    while held < 20:
        async with locks.try_hold("shared", 5) as mine:
            if mine is None:
                continue
            held += 1
            if await client.incr("inside") != 1:
                sys.exit("two inside")
            await client.decr("inside")
    await client.aclose()

asyncio.run(main())
"""


@pytest.mark.parametrize("kind", IN_REDIS)
def test_three_processes_never_hold_it_together(redis_url: str, kind: str) -> None:
    argv = [sys.executable, "-c", _PROCESS, redis_url, IN_REDIS[kind].__name__]
    running = [
        subprocess.Popen(argv, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    try:
        for process in running:
            _, said = process.communicate(timeout=30)
            assert process.returncode == 0, said
    finally:
        for process in running:
            process.kill()


async def test_without_redis_the_work_goes_on() -> None:
    locks = RedisLocks(open_redis("redis://127.0.0.1:1"))
    async with locks.try_hold("expiry", 5) as mine, locks.try_hold("expiry", 5) as other:
        assert mine is not None
        assert await mine.still_mine()
        assert other is None

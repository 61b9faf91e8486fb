"""The account of docs/deploy/README.md is enough for a node, and for nothing else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

import pytest
import redis

from realtime.engine.limits import Limits
from realtime.fanout.locks import RedisLocks
from realtime.fanout.redis_bus import RedisBus
from realtime.fanout.redis_client import open_redis
from realtime.presence.model import Here
from realtime.presence.store import RedisElsewhere
from tests.support.app import ROOT
from tests.support.processes import scratch
from tests.support.servers import RedisServer


def documented() -> str:
    page = (ROOT / "docs/deploy/README.md").read_text("utf-8")
    line = re.search(r"^    (ACL SETUSER .+)$", page, re.MULTILINE)
    assert line is not None
    return line[1]


# What names no key, and no channel to be heard or rung.
NAMES_NOTHING = ("ping", "info", "time", "script|load", "unsubscribe", "sunsubscribe")


@pytest.fixture
def server() -> Iterator[RedisServer]:
    """A Redis with the documented account."""
    with scratch() as directory:
        server = RedisServer(directory)
        with redis.Redis.from_url(server.url) as client:
            client.execute_command(*documented().split())
        yield server
        server.stop()


@pytest.fixture
def account(server: RedisServer) -> str:
    """Its URL."""
    return server.url.replace("redis://", "redis://palier:PASSWORD@")


@pytest.fixture
def operator(server: RedisServer) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(server.url, decode_responses=True) as client:
        yield client


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
    await client.aclose()


def test_the_documented_account_can_do_nothing_else(operator: redis.Redis) -> None:
    """Every command this Redis has, tried: what runs is named by the account's line, or belongs to
    a connection that looks after itself."""
    names = set(operator.execute_command("COMMAND LIST"))
    names -= {name.partition("|")[0] for name in names if "|" in name}
    allowed = {name for name in names if "to run the" not in dry_run(operator, name)}
    named = set(re.findall(r" \+([a-z|]+)", documented()))
    of_connections = {*operator.execute_command("ACL CAT connection")}
    perilous = {*operator.execute_command("ACL CAT dangerous")}
    assert allowed - of_connections <= named
    assert allowed & perilous == {"info"}
    assert len(names - allowed) > 200  # nearly all there are


def test_the_documented_account_sees_no_other_key_and_no_other_channel(
    operator: redis.Redis,
) -> None:
    for name in re.findall(r" \+([a-z|]+)", documented()):
        if name not in NAMES_NOTHING:
            assert "no permissions to access" in dry_run(operator, name), name


def dry_run(operator: redis.Redis, name: str) -> str:
    """What Redis would say to the account, which names a key or channel that is not its own."""
    words = name.split("|")
    if name in ("eval", "evalsha"):
        words += ["script", "1", "elsewhere"]
    (about,) = operator.execute_command("COMMAND INFO", name)
    least = abs(about[1])  # how many words it takes, its own included
    words += ["elsewhere"] * max(least - len(words), name in ("subscribe", "ssubscribe"))
    try:
        return str(operator.execute_command("ACL DRYRUN", "palier", *words))
    except redis.ResponseError as error:
        return str(error)

"""How we open a Redis client, the same everywhere."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.driver_info import DriverInfo

# What is raised while Redis is not to be had. Whatever its client raises: next to its own errors,
# RuntimeError (uvloop) and AttributeError (redis-py) of lines cut that very moment were seen, and a
# doorbell must not take the house down.
AWAY = Exception
# Made once, at import: each connection would otherwise look its version up on disk, in the loop.
_DRIVER = DriverInfo()


def open_redis(url: str, **options: Any) -> Redis:
    """A client that fails within a second and never retries: the caller knows what to do."""
    return Redis.from_url(url, **(_plain() | {"retry": Retry(NoBackoff(), 0)} | options))


def open_cluster(url: str, **options: Any) -> RedisCluster:
    """The same for a cluster: two tries, because the first may find that a slot has moved."""
    return RedisCluster.from_url(url, **(_plain() | {"retry": Retry(NoBackoff(), 1)} | options))


async def open_either(url: str) -> Redis | RedisCluster:
    """Ask the server what it is. Raises AWAY while it is."""
    client = open_redis(url)
    try:
        about = await client.info("cluster")
    except BaseException:
        await close_redis(client)
        raise
    if not about.get("cluster_enabled"):
        return client
    await close_redis(client)
    return open_cluster(url)


async def close_redis(*clients: Redis | RedisCluster) -> None:
    """Each of them, though one takes its time to say goodbye: its line is let go of anyhow."""
    for client in clients:
        with contextlib.suppress(AWAY):
            await client.aclose()


def heed_cancellation() -> None:
    """End here if the task was told to end.

    redis-py writes through `asyncio.wait_for`, which on Python 3.11 swallows a cancellation that
    comes as the write is done. A loop round a call to Redis that does not ask would never end, and
    the node with it.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _plain() -> dict[str, Any]:
    return {"socket_timeout": 1, "socket_connect_timeout": 1, "driver_info": _DRIVER}

"""How we open a Redis client, the same everywhere."""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.driver_info import DriverInfo

# Made once, at import: each connection would otherwise look its version up on disk, in the loop.
_DRIVER = DriverInfo()


def open_redis(url: str, **options: Any) -> Redis:
    """A client that fails within a second and never retries: the caller knows what to do."""
    given: dict[str, Any] = {
        "socket_timeout": 1,
        "socket_connect_timeout": 1,
        "retry": Retry(NoBackoff(), 0),
        "driver_info": _DRIVER,
    }
    client: Redis = Redis.from_url(url, **(given | options))
    return client

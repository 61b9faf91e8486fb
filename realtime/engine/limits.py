"""How often something may happen: named rates, each a token bucket per key.

In memory the buckets are our own: "2 a second, 20 at once" is a token bucket, and the `limits`
library has windows only. Ours takes 0.6 µs and two floats a key, its moving window 4 µs and a
time stamp for each hit. With a Redis URL the counters are shared by all nodes through `limits` (a
window as long as the burst takes to come back); while Redis is away each node goes on alone at
half the rate.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import redis
import redis.asyncio
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import ConnectionPool
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.driver_info import DriverInfo

from realtime.logs import log_for

MINUTE: Final = 60.0
HOUR: Final = 3_600.0
DAY: Final = 86_400.0
_WAIT: Final = 0.25
_PRUNE_AT: Final = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_second` sustained, `burst` at once."""

    per_second: float
    burst: float


# research/trust.md (e), with the wire contract's exceptions. Keyed by account unless it says IP.
RATES: Final[dict[str, Rate]] = {
    "event": Rate(20, 40),
    "message": Rate(2, 20),
    "edit": Rate(2, 10),
    "read": Rate(5, 20),
    "page": Rate(2, 10),  # sync, history, conversations, search, directory
    "list": Rate(2, 20),  # small answers a screen begins with: groups, threads, blocks, arrivals
    "typing": Rate(1 / 3, 2),
    "group": Rate(20 / HOUR, 20),
    "invite": Rate(10 / (7 * DAY), 10),
    "prefs": Rate(2, 10),
    "preview": Rate(10 / HOUR, 10),
    "alert": Rate(10 / HOUR, 10),
    "announcement": Rate(6 / DAY, 6),
    "report": Rate(20 / DAY, 20),
    "photo": Rate(10 / HOUR, 10),
    "photo_day": Rate(30 / DAY, 30),
    "sign_in": Rate(5 / (15 * MINUTE), 5),  # account and IP together
    "sign_in_ip": Rate(30 / HOUR, 30),
    "sign_up": Rate(3 / DAY, 3),  # IP
    "address_search": Rate(300 / HOUR, 300),  # IP: of a whole street behind one mobile operator
    "home": Rate(30 / HOUR, 30),  # IP: a door given as one's own, right or not
    "push": Rate(10 / HOUR, 10),
    "subscribe": Rate(30 / HOUR, 30),
    "mail": Rate(5 / HOUR, 5),
}


class Buckets:
    """Token buckets of one rate. A bucket that is full again is forgotten."""

    def __init__(self, rate: Rate, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._now = now
        self._held: dict[str, tuple[float, float]] = {}

    def hit(self, key: str, share: float = 1.0) -> float | None:
        """Take a token: None, or the seconds until there is one. `share` scales the rate."""
        now = self._now()
        per_second, burst = self._rate.per_second * share, max(1.0, self._rate.burst * share)
        tokens, at = self._held.get(key, (burst, now))
        tokens = min(burst, tokens + (now - at) * per_second)
        if tokens < 1:
            return (1 - tokens) / per_second
        if len(self._held) >= _PRUNE_AT:
            self._prune(now)
        self._held[key] = (tokens - 1, now)
        return None

    def give_back(self, key: str) -> None:
        """Put a token back that `hit` took."""
        if (held := self._held.get(key)) is not None:
            tokens, at = held
            self._held[key] = (min(self._rate.burst, tokens + 1), at)

    def _prune(self, now: float) -> None:
        full = self._rate.burst / self._rate.per_second
        self._held = {key: held for key, held in self._held.items() if now - held[1] < full}


_PATIENCE: Final[dict[str, Any]] = {
    "socket_timeout": _WAIT,
    "socket_connect_timeout": _WAIT,
    # Given here, or redis-py asks the file system for it at every connection.
    "driver_info": DriverInfo(lib_version=redis.__version__),
}


class Limits:
    """`await limits.hit(name, key)` for every rate in the table."""

    def __init__(
        self,
        *,
        is_on: bool = True,
        redis_url: str = "",
        rates: dict[str, Rate] | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._is_on = is_on
        self._rates = RATES if rates is None else rates
        self._here = {name: Buckets(rate, now) for name, rate in self._rates.items()}
        self._shared = _Shared(redis_url) if redis_url else None

    async def hit(self, name: str, key: str) -> float | None:
        """Count one; None when allowed, else the seconds to wait. Unknown names raise KeyError."""
        here = self._here[name]
        if not self._is_on:
            return None
        if self._shared is None:
            return here.hit(key)
        if self._shared.is_away():
            return here.hit(key, share=0.5)
        try:
            return await self._shared.hit(name, self._rates[name], key)
        except Exception as error:
            # Whatever the client library raises: limits must not take the house down with Redis.
            self._shared.note_away(error)
            return here.hit(key, share=0.5)

    async def give_back(self, name: str, key: str) -> None:
        """Undo a `hit` that was allowed: what it stood for did not happen."""
        here = self._here[name]
        if not self._is_on:
            return
        if self._shared is not None and not self._shared.is_away():
            try:
                await self._shared.give_back(name, self._rates[name], key)
                return
            except Exception as error:
                self._shared.note_away(error)
        here.give_back(key)

    async def close(self) -> None:
        """Give the connections to Redis back."""
        if self._shared is not None:
            await self._shared.close()


class _Shared:
    """Counters in Redis, a moving window as long as the burst takes to come back."""

    def __init__(self, url: str) -> None:
        # No retries: the command that asks should not wait for Redis to come back.
        self._pool = ConnectionPool.from_url(url, retry=Retry(NoBackoff(), 0), **_PATIENCE)
        self._url = url
        self._storage = RedisStorage(
            "async+redis://",
            implementation="redispy",
            connection_pool=self._pool,  # type: ignore[arg-type]  # limits passes it on, untyped
        )
        self._cluster: RedisCluster | None = None
        self._is_known = False
        self._limiter = MovingWindowRateLimiter(self._storage)
        self._items: dict[str, RateLimitItem] = {}
        self._away_at = self._warned_at = -2 * MINUTE
        self._is_away = False

    async def hit(self, name: str, rate: Rate, key: str) -> float | None:
        item = self._item(name, rate)
        now = time.monotonic()
        if now - self._away_at < 1:
            raise ConnectionError("away a moment ago")
        if self._is_away:
            # One asks whether it is back; nobody else waits with it.
            self._away_at = now
        if not self._is_known:
            await self._ask_what_it_is()
        is_allowed = await self._limiter.hit(item, name, key)
        self._is_away = False
        if is_allowed:
            return None
        window = await self._limiter.get_window_stats(item, name, key)
        return max(0.0, window.reset_time - time.time())

    async def give_back(self, name: str, rate: Rate, key: str) -> None:
        # The window is a list of the moments, the newest first; the library only adds to it.
        bridge: Any = self._storage.bridge
        entries = bridge.prefixed_key(self._item(name, rate).key_for(name, key))
        await bridge.get_connection().lpop(entries)

    def _item(self, name: str, rate: Rate) -> RateLimitItem:
        item = self._items.get(name)
        if item is None:
            item = self._items[name] = RateLimitItemPerSecond(
                max(1, round(rate.burst)), max(1, round(rate.burst / rate.per_second)), "palier"
            )
        return item

    async def _ask_what_it_is(self) -> None:
        """On a cluster each key lives on a server of its own: the same scripts, another client."""
        about = await redis.asyncio.Redis(connection_pool=self._pool).info("cluster")
        if about.get("cluster_enabled") and self._cluster is None:
            self._cluster = cluster = RedisCluster.from_url(self._url, **_PATIENCE)
            bridge: Any = self._storage.bridge
            bridge.storage, bridge.connection_getter = cluster, lambda readonly: cluster
            bridge.register_scripts()
        self._is_known = True

    async def close(self) -> None:
        await self._pool.aclose()
        if self._cluster is not None:
            await self._cluster.aclose()

    def is_away(self) -> bool:
        """Redis failed less than a second ago: no command waits for it again yet."""
        return time.monotonic() - self._away_at < 1

    def note_away(self, error: Exception) -> None:
        self._away_at = time.monotonic()
        if self._away_at - self._warned_at > MINUTE:
            self._warned_at = self._away_at
            log_for("limits").warning("redis_away", error=type(error).__name__)

"""Locks for jobs that one process at a time should do: expiry, digests, trimming.

They save work, they do not guard data: a lock can be lost while its holder sleeps, and then two
work at once. Constraints in the database keep that harmless. So while Redis is away the work goes
on, in each process by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import math
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from aioredis_lock import LockTimeoutError, RedisLock
from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.exceptions import NoScriptError

from realtime.fanout.redis_client import AWAY, heed_cancellation, open_either
from realtime.logs import log_for

PREFIX = "palier:lock:"
Client = Redis | RedisCluster


class Held(Protocol):
    async def still_mine(self) -> bool:
        """Prolongs the lock; False when it was lost: stop before the next side effect."""
        ...


class Locks(Protocol):
    def try_hold(self, name: str, seconds: float) -> AbstractAsyncContextManager[Held | None]:
        """The lock for at most `seconds` unless prolonged; None when somebody else has it."""
        ...


class InProcessLocks:
    """The locks of a single process."""

    def __init__(self) -> None:
        self._until: dict[str, tuple[object, float]] = {}

    @contextlib.asynccontextmanager
    async def try_hold(self, name: str, seconds: float) -> AsyncIterator[Held | None]:
        held = self._until.get(name)
        if held is not None and held[1] > time.monotonic():
            yield None
            return
        mine = _HeldHere(self._until, name, seconds)
        await mine.still_mine()
        try:
            yield mine
        finally:
            mine.release()


class _HeldHere:
    def __init__(self, until: dict[str, tuple[object, float]], name: str, seconds: float) -> None:
        self._until = until
        self._name = name
        self._seconds = seconds
        self._is_new = True

    async def still_mine(self) -> bool:
        held = self._until.get(self._name)
        mine = self._is_new or (held is not None and held[0] is self)
        self._is_new = False
        if mine:
            self._until[self._name] = (self, time.monotonic() + self._seconds)
        return mine

    def release(self) -> None:
        held = self._until.get(self._name)
        if held is not None and held[0] is self:
            del self._until[self._name]


class RedisLocks:
    """The same across processes: aioredis-lock on the redis-py pool, or on a cluster's by URL."""

    def __init__(self, client: Client | str) -> None:
        self._connection = LockConnection(client)
        self._here = InProcessLocks()

    @contextlib.asynccontextmanager
    async def try_hold(self, name: str, seconds: float) -> AsyncIterator[Held | None]:
        lock = RedisLock(self._connection, PREFIX + name, timeout=math.ceil(seconds))
        try:
            # The library waits in whole seconds; -1 asks once.
            is_mine = await lock.acquire(math.ceil(seconds), wait_timeout=-1)
        except LockTimeoutError:
            is_mine = False
        except AWAY as error:
            log_for("locks").warning("redis_away", lock=name, error=str(error))
            async with self._here.try_hold(name, seconds) as held:
                yield held
            return
        if not is_mine:
            heed_cancellation()
            yield None
            return
        try:
            heed_cancellation()
            yield _HeldInRedis(lock, math.ceil(seconds))
        finally:
            # Without Redis the lock ends by itself.
            with contextlib.suppress(AWAY):
                await asyncio.shield(lock.release())


class _HeldInRedis:
    def __init__(self, lock: RedisLock, seconds: int) -> None:
        self._lock = lock
        self._seconds = seconds

    async def still_mine(self) -> bool:
        try:
            is_mine = bool(await self._lock.renew(self._seconds))
        except AWAY:
            is_mine = False
        heed_cancellation()
        return is_mine


class LockConnection:
    """The three calls that aioredis-lock makes, answered by a redis-py client.

    It heals what the library trips over on its own: a float timeout would set a key that never
    ends (rounded up here), a flushed script cache (EVAL instead), text answers (bytes again).
    """

    def __init__(self, client: Client | str) -> None:
        self._url = client if isinstance(client, str) else ""
        self._client = None if isinstance(client, str) else client
        self._scripts: dict[str, str] = {}

    async def _opened(self) -> Client:
        if self._client is None:
            self._client = await open_either(self._url)
        return self._client

    async def script_load(self, body: str) -> str:
        """Its name only: whichever server is asked to run it learns it then."""
        sha = hashlib.sha1(body.encode(), usedforsecurity=False).hexdigest()
        self._scripts[sha] = body
        return sha

    async def evalsha(self, sha: str, *, keys: Sequence[str], args: Sequence[object]) -> object:
        plain = [math.ceil(arg) if isinstance(arg, float) else arg for arg in args]
        call: list[Any] = [len(keys), *keys, *plain]
        client = await self._opened()
        try:
            return await client.evalsha(sha, *call)
        except NoScriptError:
            return await client.eval(self._scripts[sha], *call)

    async def get(self, key: str) -> bytes | None:
        value: Any = await (await self._opened()).get(key)
        return value.encode() if isinstance(value, str) else value

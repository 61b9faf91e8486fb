"""redis-py's own lock behind our interface: what it promises, ours must promise too."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import LockError

from realtime.fanout.locks import PREFIX, Held


class StockLocks:
    """See `Locks`."""

    def __init__(self, client: Redis) -> None:
        self.client = client

    @contextlib.asynccontextmanager
    async def try_hold(self, name: str, seconds: float) -> AsyncIterator[Held | None]:
        lock = Lock(self.client, PREFIX + name, timeout=seconds, blocking=False, thread_local=False)
        if not await lock.acquire():
            yield None
            return
        try:
            yield _Stock(lock)
        finally:
            with contextlib.suppress(LockError):
                await lock.release()


class _Stock:
    def __init__(self, lock: Lock) -> None:
        self._lock = lock

    async def still_mine(self) -> bool:
        try:
            return await self._lock.reacquire()
        except LockError:
            return False

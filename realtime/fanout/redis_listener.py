"""One connection to one Redis that hears channels for ever, whatever happens to it.

The loop only reads and hands on. It pings each second: a connection that is open but silent (a
lost route, a stopped server) is replaced after five.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable

from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from realtime.fanout.bus import Joined
from realtime.fanout.redis_client import AWAY, heed_cancellation
from realtime.logs import log_for

BACK_OFF_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0)
PING_SECONDS = 1.0
DEAF_SECONDS = 5.0
_TURN_SECONDS = 0.1
# After so many messages the subscriptions get their turn, and the rest of the loop too.
_AT_ONCE = 256
_SUBSCRIBED_AT_ONCE = 512

Wanted = Callable[[], set[str]]
Take = Callable[[bytes, bytes], None]


class Listener:
    """Follows `wanted()`, asked several times a second, and gives each message to `take`.

    `joined` is called when the server says that it counts us in, at first and after each loss.
    `sharded` uses the commands of a cluster, whose channels live where their names hash to.
    """

    def __init__(
        self, client: Redis, wanted: Wanted, take: Take, joined: Joined, *, sharded: bool = False
    ) -> None:
        self._client = client
        self._wanted = wanted
        self._take = take
        self._joined = joined
        self._sharded = sharded
        self._answered_at = 0.0

    async def run(self) -> None:
        """Until cancelled; a lost connection is replaced within a second."""
        failures = 0
        while True:
            pubsub = self._client.pubsub()
            begun = self._answered_at = time.monotonic()
            try:
                await self._read(pubsub)
            except AWAY as error:
                log_for("bus").warning("listener_lost", error=str(error))
            finally:
                with contextlib.suppress(AWAY):
                    await pubsub.aclose()  # type: ignore[no-untyped-call]
            heed_cancellation()
            failures = 0 if self._answered_at > begun else failures + 1
            await asyncio.sleep(BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)])

    async def _read(self, pubsub: PubSub) -> None:
        subscribed: set[str] = set()
        pinged_at = 0.0
        while True:
            heed_cancellation()
            await self._keep_subscribed(pubsub, subscribed)
            now = time.monotonic()
            if now - self._answered_at > DEAF_SECONDS:
                raise ConnectionError("no answer to a ping")
            if now - pinged_at > PING_SECONDS:
                await pubsub.ping()
                pinged_at = now
            await self._take_some(pubsub)

    async def _take_some(self, pubsub: PubSub) -> None:
        wait = _TURN_SECONDS
        for _ in range(_AT_ONCE):
            message = await pubsub.get_message(timeout=wait)
            if message is None:
                return
            wait = 0
            if message["type"] == "pong":
                self._answered_at = time.monotonic()
            elif message["type"] in ("message", "smessage"):
                self._take(message["channel"], message["data"])
            elif message["type"] in ("subscribe", "ssubscribe"):
                self._joined()
        await asyncio.sleep(0)

    async def _keep_subscribed(self, pubsub: PubSub, subscribed: set[str]) -> None:
        wanted = self._wanted()
        if gone := subscribed - wanted:
            leave = pubsub.sunsubscribe if self._sharded else pubsub.unsubscribe
            for some in self._together(gone):
                await leave(*some)
        if new := wanted - subscribed:
            join = pubsub.ssubscribe if self._sharded else pubsub.subscribe
            for some in self._together(new):
                await join(*some)
        subscribed -= gone
        subscribed |= new

    def _together(self, channels: Iterable[str]) -> Iterable[list[str]]:
        """What one command may name: on a cluster, channels of one slot; here, one channel."""
        size = 1 if self._sharded else _SUBSCRIBED_AT_ONCE
        ordered = sorted(channels)
        return (ordered[start : start + size] for start in range(0, len(ordered), size))

"""The doorbell over Redis pub/sub: one channel per region, msgpack, hints only.

A ring says how far a topic has come, never what was said: the words come from the journal, so
whoever can publish on Redis can make a node look, and nothing else. What Redis loses costs
latency; the heads of each second find it.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Iterable, Sequence

import msgpack
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from realtime import metrics
from realtime.fanout.bus import Hear, Ring
from realtime.fanout.redis_client import open_redis
from realtime.fanout.rendering import Rendered
from realtime.journal import region_of
from realtime.logs import log_for

PREFIX = "palier:region:"
CANARY = "palier:canary:"
# Hints that wait for Redis. Beyond, the oldest go: the heads of each second replace them.
WAITING = 10_000
BACK_OFF_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0)
LINGER_SECONDS = 60.0
SUBSCRIBE_AT_ONCE = 512
CANARY_SECONDS = 1.0
FIRST_CANARY_SECONDS = 0.05
DEAF_SECONDS = 5.0


class RedisBus:
    """See `Bus`. Publishing and listening have a connection each; neither waits for the other."""

    def __init__(self, url: str) -> None:
        # A listener may be silent for hours: no read limit there, a ping every 5 s instead.
        self._listening = open_redis(url, socket_timeout=None, health_check_interval=5)
        self._publishing = open_redis(url)
        self._node = secrets.token_hex(4)
        self._hear: Hear | None = None
        self._ring: Ring | None = None
        self._waiting: dict[str, dict[str, int]] = {}
        self._count = 0
        self._wake = asyncio.Event()
        self._wanted: dict[str, float] = {}
        self._heard_at = 0.0

    def publish(self, events: Sequence[Rendered]) -> None:
        if not events or self._hear is None:
            return
        self._hear(events)
        for event in events:
            if self._count < WAITING:
                self._waiting.setdefault(region_of(event.topic) or "", {})[event.topic] = event.seq
                self._count += 1
        self._wake.set()

    def listen(self, hear: Hear, ring: Ring) -> None:
        self._hear, self._ring = hear, ring

    def follow(self, regions: Iterable[str]) -> None:
        until = time.monotonic() + LINGER_SECONDS
        for region in regions:
            self._wanted[PREFIX + region] = until

    def is_well(self) -> bool:
        """The node hears its own canary: Redis, the network and the listener all work."""
        return time.monotonic() - self._heard_at < DEAF_SECONDS

    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._publish_waiting())
                tasks.create_task(self._listen())
                tasks.create_task(self._sing())
        finally:
            await self._listening.aclose()
            await self._publishing.aclose()

    async def _publish_waiting(self) -> None:
        """One pipeline for all that one tick brought; never in the way of an ack."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            waiting, self._waiting, self._count = self._waiting, {}, 0
            pipe = self._publishing.pipeline(transaction=False)
            for region, reached in waiting.items():
                pipe.publish(PREFIX + region, msgpack.packb([self._node, reached]))
            try:
                await pipe.execute()
            except (RedisError, OSError) as error:
                metrics.BUS_LOST.inc(len(waiting))
                log_for("bus").warning("not_published", regions=len(waiting), error=str(error))

    async def _listen(self) -> None:
        """Read for ever; a lost connection is replaced within a second."""
        failures = 0
        while True:
            pubsub = self._listening.pubsub(ignore_subscribe_messages=True)
            try:
                await self._read(pubsub)
            except (RedisError, OSError) as error:
                log_for("bus").warning("listener_lost", error=str(error))
            finally:
                with contextlib.suppress(RedisError, OSError):
                    await pubsub.aclose()  # type: ignore[no-untyped-call]
            failures = 0 if self.is_well() else failures + 1
            await asyncio.sleep(BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)])

    async def _read(self, pubsub: PubSub) -> None:
        """The loop only reads and marks; the journal is read by somebody else."""
        subscribed: set[str] = set()
        await pubsub.subscribe(CANARY + self._node)
        while True:
            await self._keep_subscribed(pubsub, subscribed)
            message = await pubsub.get_message(timeout=0.2)
            while message is not None:
                self._take(message["channel"], message["data"])
                message = await pubsub.get_message(timeout=0)

    async def _keep_subscribed(self, pubsub: PubSub, subscribed: set[str]) -> None:
        now = time.monotonic()
        gone = {channel for channel, until in self._wanted.items() if until < now}
        for channel in gone:
            del self._wanted[channel]
        new = sorted(self._wanted.keys() - subscribed)
        for start in range(0, len(new), SUBSCRIBE_AT_ONCE):
            await pubsub.subscribe(*new[start : start + SUBSCRIBE_AT_ONCE])
        if gone & subscribed:
            await pubsub.unsubscribe(*(gone & subscribed))
        subscribed -= gone
        subscribed |= set(new)

    def _take(self, channel: bytes, data: bytes) -> None:
        """Whatever arrives is a hint at most; what is not one is dropped."""
        if channel.startswith(CANARY.encode()):
            self._heard_at = time.monotonic()
            with contextlib.suppress(ValueError):
                metrics.BUS_LAG_SECONDS.set(self._heard_at - float(data))
            return
        try:
            node, reached = msgpack.unpackb(data)
            hints = {str(topic): int(seq) for topic, seq in dict(reached).items()}
        except (ValueError, TypeError, msgpack.UnpackException):
            metrics.BUS_REFUSED.inc()
            return
        if node != self._node and self._ring is not None:
            self._ring(hints)

    async def _sing(self) -> None:
        """A canary each second: what a node does not hear of itself, it does not hear of others."""
        while True:
            with contextlib.suppress(RedisError, OSError):
                await self._publishing.publish(CANARY + self._node, str(time.monotonic()))
            await asyncio.sleep(CANARY_SECONDS if self._heard_at else FIRST_CANARY_SECONDS)

"""The doorbell over Redis pub/sub: one channel per region, msgpack, hints only.

A ring says how far a topic has come, never what was said: the words come from the journal, so
whoever can publish on Redis can make a node look, and nothing else. What Redis loses costs
latency; the heads, asked for twice a second, find it.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Iterable, Sequence

import msgpack

from realtime import metrics
from realtime.fanout.bus import Hear, Joined, Ring, Typing
from realtime.fanout.redis_client import AWAY, heed_cancellation
from realtime.fanout.redis_listener import BACK_OFF_SECONDS
from realtime.fanout.redis_wires import Wire, open_wire
from realtime.fanout.rendering import Rendered
from realtime.journal import region_of
from realtime.logs import log_for

PREFIX = "palier:region:"
CANARY = "palier:canary:"
# Topics whose rings wait for Redis. Beyond, a ring is dropped: the heads say it too.
WAITING = 10_000
# The same for who is typing.
TYPING_WAITING = 500
LINGER_SECONDS = 60.0
CANARY_SECONDS = 1.0
FIRST_CANARY_SECONDS = 0.05
DEAF_SECONDS = 5.0


class RedisBus:
    """See `Bus`. Publishing and listening have a connection each; neither waits for the other."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._node = secrets.token_hex(4)
        self._hear: Hear | None = None
        self._ring: Ring | None = None
        self._joined: Joined = lambda: None
        self._waiting: dict[str, tuple[str, int]] = {}
        self._wake = asyncio.Event()
        self._wanted: dict[str, float] = {}
        self._heard_at = -DEAF_SECONDS
        self._typing: list[tuple[str, str, str]] = []
        self._note_typing: Typing | None = None

    def publish(self, events: Sequence[Rendered]) -> None:
        if not events:
            return
        for event in events:
            if len(self._waiting) < WAITING or event.topic in self._waiting:
                region = event.region or region_of(event.topic) or ""
                self._waiting[event.topic] = (region, event.seq)
            else:
                metrics.BUS_LOST.inc()
        # The others first: they have further to go.
        self._wake.set()
        if self._hear is not None:
            self._hear(events)

    def listen(self, hear: Hear, ring: Ring, joined: Joined = lambda: None) -> None:
        self._hear, self._ring, self._joined = hear, ring, joined

    def tell_typing(self, region: str, topic: str, account: str) -> None:
        if len(self._typing) < TYPING_WAITING:
            self._typing.append((region, topic, account))
            self._wake.set()

    def listen_to_typing(self, note: Typing) -> None:
        self._note_typing = note

    def follow(self, regions: Iterable[str]) -> None:
        until = time.monotonic() + LINGER_SECONDS
        for region in regions:
            self._wanted[PREFIX + region] = until

    def is_well(self) -> bool:
        """The node hears its own canary: Redis, the network and the listener all work."""
        return time.monotonic() - self._heard_at < DEAF_SECONDS

    async def run(self) -> None:
        wire = await self._plug_in()
        try:
            heed_cancellation()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._publish_waiting(wire))
                tasks.create_task(wire.listen(self._now_wanted, self._take, self._joined))
                tasks.create_task(self._sing(wire))
        finally:
            await wire.close()

    async def _plug_in(self) -> Wire:
        """What kind of Redis it is, as soon as it answers."""
        failures = 0
        while True:
            heed_cancellation()
            try:
                return await open_wire(self._url)
            except AWAY as error:
                log_for("bus").warning("redis_away", error=str(error))
            await asyncio.sleep(BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)])
            failures += 1

    async def _publish_waiting(self, wire: Wire) -> None:
        """All that one tick brought, together; never in the way of an ack."""
        while True:
            heed_cancellation()
            await self._wake.wait()
            self._wake.clear()
            waiting, self._waiting = self._waiting, {}
            reached: dict[str, dict[str, int]] = {}
            for topic, (region, seq) in waiting.items():
                reached.setdefault(region, {})[topic] = seq
            rings = [
                (PREFIX + region, msgpack.packb([self._node, topics]))
                for region, topics in reached.items()
            ]
            typing, self._typing = self._typing, []
            rings += [
                (PREFIX + region, msgpack.packb([self._node, [topic, account]]))
                for region, topic, account in typing
            ]
            try:
                await wire.publish(rings)
            except AWAY as error:
                metrics.BUS_LOST.inc(len(waiting))
                log_for("bus").warning("not_published", topics=len(waiting), error=str(error))

    def _now_wanted(self) -> set[str]:
        now = time.monotonic()
        for channel in [channel for channel, until in self._wanted.items() if until < now]:
            del self._wanted[channel]
        return {CANARY + self._node, *self._wanted}

    def _take(self, channel: bytes, data: bytes) -> None:
        """Whatever arrives is a hint at most; what is not one is dropped."""
        if channel.startswith(CANARY.encode()):
            self._heard_at = time.monotonic()
            with contextlib.suppress(ValueError):
                metrics.BUS_LAG_SECONDS.set(self._heard_at - float(data))
            return
        try:
            node, reached = msgpack.unpackb(data)
            if isinstance(reached, list):
                topic, account = map(str, reached)
                if node != self._node and self._note_typing is not None:
                    self._note_typing(topic, account)
                return
            hints = {str(topic): int(seq) for topic, seq in dict(reached).items()}
        except (ValueError, TypeError, OverflowError, msgpack.UnpackException):
            metrics.BUS_REFUSED.inc()
            return
        if node != self._node and self._ring is not None:
            self._ring(hints)

    async def _sing(self, wire: Wire) -> None:
        """A canary each second: what a node does not hear of itself, it does not hear of others."""
        while True:
            with contextlib.suppress(AWAY):
                await wire.publish([(CANARY + self._node, str(time.monotonic()).encode())])
            heed_cancellation()
            await asyncio.sleep(CANARY_SECONDS if self.is_well() else FIRST_CANARY_SECONDS)

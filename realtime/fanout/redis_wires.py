"""The two shapes of Redis that carry the doorbell: one server, or a cluster of them.

On a cluster a channel lives on the primary its name hashes to (SPUBLISH, SSUBSCRIBE), so that no
ring crosses servers; a node keeps one listener per primary.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.asyncio.cluster import ClusterNode, RedisCluster

from realtime.fanout.bus import Joined
from realtime.fanout.redis_client import (
    AWAY,
    close_redis,
    heed_cancellation,
    open_cluster,
    open_redis,
)
from realtime.fanout.redis_listener import Listener, Take, Wanted

TOPOLOGY_SECONDS = 1.0


class Wire(Protocol):
    """Carries what is published to those who listen; may lose any of it."""

    async def publish(self, rings: Sequence[tuple[str, bytes]]) -> None:
        """(channel, message) pairs. Raises one of AWAY when some were not taken."""
        ...

    async def listen(self, wanted: Wanted, take: Take, joined: Joined) -> None:
        """For ever."""
        ...

    async def close(self) -> None: ...


async def open_wire(url: str) -> Wire:
    """Ask the server what it is. Raises one of AWAY while it is."""
    client = open_redis(url)
    try:
        about = await client.info("cluster")
    finally:
        await close_redis(client)
    return ClusterWire(url) if about.get("cluster_enabled") else SingleWire(url)


class SingleWire:
    """One Redis server, or the primary behind one address."""

    def __init__(self, url: str) -> None:
        # A listener may be silent for hours: no read limit there, it pings instead.
        self._listening = open_redis(url, socket_timeout=None)
        self._publishing = open_redis(url)

    async def publish(self, rings: Sequence[tuple[str, bytes]]) -> None:
        """One pipeline for all."""
        pipe = self._publishing.pipeline(transaction=False)
        for channel, message in rings:
            pipe.publish(channel, message)
        await pipe.execute()

    async def listen(self, wanted: Wanted, take: Take, joined: Joined) -> None:
        await Listener(self._listening, wanted, take, joined).run()

    async def close(self) -> None:
        await close_redis(self._listening, self._publishing)


class ClusterWire:
    """A Redis Cluster, version 7 or later."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._cluster: RedisCluster = open_cluster(url)
        self._homes: dict[str, str] = {}
        self._listeners: dict[str, tuple[Redis, asyncio.Task[None]]] = {}

    async def publish(self, rings: Sequence[tuple[str, bytes]]) -> None:
        done = await asyncio.gather(
            *(self._cluster.execute_command("SPUBLISH", *ring) for ring in rings),
            return_exceptions=True,
        )
        for outcome in done:
            if isinstance(outcome, BaseException):
                raise outcome

    async def listen(self, wanted: Wanted, take: Take, joined: Joined) -> None:
        """One listener per primary; the client library learns of new ones as it publishes."""
        try:
            while True:
                heed_cancellation()
                try:
                    await self._cluster.initialize()
                except AWAY:
                    await asyncio.sleep(TOPOLOGY_SECONDS)
                    continue
                heed_cancellation()
                self._match(wanted, take, joined)
                await asyncio.sleep(TOPOLOGY_SECONDS)
        finally:
            for name in list(self._listeners):
                await self._end(name)

    def _match(self, wanted: Wanted, take: Take, joined: Joined) -> None:
        for node in self._cluster.get_primaries():
            if node.name not in self._listeners:
                self._listeners[node.name] = self._begin(node, wanted, take, joined)

    def _begin(
        self, node: ClusterNode, wanted: Wanted, take: Take, joined: Joined
    ) -> tuple[Redis, asyncio.Task[None]]:
        client = open_redis(_at(self._url, node.host, int(node.port)), socket_timeout=None)

        def wanted_there() -> set[str]:
            return {channel for channel in wanted() if self._home_of(channel) == node.name}

        listener = Listener(client, wanted_there, take, joined, sharded=True)
        return client, asyncio.create_task(listener.run())

    def _home_of(self, channel: str) -> str | None:
        """While the library asks the cluster anew it knows nothing: what it said last holds."""
        with contextlib.suppress(AWAY):
            if (node := self._cluster.get_node_from_key(channel)) is not None:
                self._homes[channel] = node.name
        return self._homes.get(channel)

    async def _end(self, name: str) -> None:
        client, task = self._listeners.pop(name)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await close_redis(client)

    async def close(self) -> None:
        await close_redis(self._cluster)


def _at(url: str, host: str, port: int) -> str:
    """The same account and scheme on another server of the cluster."""
    parts = urlsplit(url)
    account, sign, _ = parts.netloc.rpartition("@")
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return parts._replace(netloc=account + sign + where).geturl()

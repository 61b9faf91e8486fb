"""Where presence is kept: who is here in Redis, for seconds; who may see it in a table, for good.

Each node owns its own sets, one a region, and refreshes them in one batch; a set nobody refreshes
ends with its lease, so that a killed node's members are gone within it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Protocol

from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster

from realtime.db import Tx
from realtime.fanout.redis_client import AWAY, close_redis, heed_cancellation, open_either
from realtime.logs import log_for
from realtime.presence.model import Here

PREFIX = "palier:presence:"
LEASE_SECONDS = 12


def set_choice(tx: Tx, account: str, visible_to: str, away_until: int | None) -> None:
    tx.run(
        """INSERT INTO presence_choice (account, visible_to, away_until)
           VALUES (:account, :visible_to, :away_until)
           ON CONFLICT (account) DO UPDATE
               SET visible_to = excluded.visible_to, away_until = excluded.away_until""",
        account=account,
        visible_to=visible_to,
        away_until=away_until,
    )


def find_choice(tx: Tx, account: str) -> tuple[str, int | None]:
    """Who may see that the member is here, and until when nobody may: nobody, unless chosen."""
    row = tx.find(
        "SELECT visible_to, away_until FROM presence_choice WHERE account = :account",
        account=account,
    )
    return ("nobody", None) if row is None else (row[0], row[1])


class Elsewhere(Protocol):
    """The other nodes."""

    async def exchange(self, mine: Mapping[str, set[Here]]) -> set[Here]:
        """Tell who is here, by region; who is elsewhere in those regions."""
        ...

    async def close(self) -> None: ...


class Nowhere:
    """There is one node."""

    async def exchange(self, mine: Mapping[str, set[Here]]) -> set[Here]:
        return set()

    async def close(self) -> None: ...


class RedisElsewhere:
    """Sets in Redis, or on a cluster of them. While it is away, a node counts its own members."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: Redis | RedisCluster | None = None
        self._node = secrets.token_hex(4)
        self._told: set[str] = set()
        self._is_away = False

    async def exchange(self, mine: Mapping[str, set[Here]]) -> set[Here]:
        try:
            if self._client is None:
                self._client = await open_either(self._url)
            found = await self._exchange(self._client, mine)
        except AWAY as error:
            if not self._is_away:
                log_for("presence").warning("redis_away", error=str(error))
            self._is_away = True
            heed_cancellation()
            return set()
        self._is_away = False
        heed_cancellation()
        return found

    async def _exchange(
        self, client: Redis | RedisCluster, mine: Mapping[str, set[Here]]
    ) -> set[Here]:
        """Two trips: write mine and ask who else writes; read theirs."""
        regions = sorted(mine)
        pipe = client.pipeline(transaction=False)
        for region in sorted(self._told - mine.keys()):
            pipe.delete(self._key(region, self._node))
        for region in regions:
            key = self._key(region, self._node)
            pipe.delete(key)
            if mine[region]:
                pipe.sadd(key, *("|".join(here) for here in mine[region]))
                pipe.expire(key, LEASE_SECONDS)
            pipe.sadd(PREFIX + region, self._node)
            pipe.expire(PREFIX + region, LEASE_SECONDS)
            pipe.smembers(PREFIX + region)
        answers = await pipe.execute()
        self._told = set(regions)
        names = [answer for answer in answers if isinstance(answer, set)]
        others = [
            self._key(region, node.decode())
            for region, nodes in zip(regions, names, strict=True)
            for node in nodes
            if node.decode() != self._node
        ]
        if not others:
            return set()
        pipe = client.pipeline(transaction=False)
        for key in others:
            pipe.smembers(key)
        return {here for members in await pipe.execute() for here in map(_read, members) if here}

    def _key(self, region: str, node: str) -> str:
        return f"{PREFIX}{region}:{node}"

    async def close(self) -> None:
        if self._client is not None:
            await close_redis(self._client)


def _read(entry: bytes) -> Here | None:
    """Redis is not trusted: what is not an entry is left out."""
    parts = entry.decode(errors="replace").split("|")
    return Here(*parts) if len(parts) == 3 else None

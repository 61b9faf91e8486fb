"""/healthz: the process lives. /readyz: it can do its work. /metrics: what it has done."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from aiohttp import web

from realtime import metrics
from realtime.errors import Overloaded, Refused, StorageFailed
from realtime.http.bodies import json_answer
from realtime.http.house import House
from realtime.http.peers import is_near
from realtime.outbox import lag_of
from realtime.push.reach import totals

PATIENCE_SECONDS = 2


class Health:
    """For probes, load balancers and Prometheus."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def live(self, request: web.Request) -> web.Response:
        return json_answer({"live": True})

    async def ready(self, request: web.Request) -> web.Response:
        """503 with what is down. `relaxed` names the settings loosened for trials.

        A worker that lags is told, not held against the node: chat goes on without it.
        """
        lag = await self._worker_lag()
        parts = {
            "database": "down" if lag is None else "ok",
            "bus": "ok" if self._house.bus.is_well() else "down",
        }
        down = [name for name, state in parts.items() if state != "ok"]
        body = {
            "ready": not down,
            **parts,
            "worker_lag_s": lag,
            "down": down,
            "relaxed": self._house.settings.relaxed,
        }
        return json_answer(body, 503 if down else 200)

    async def metrics(self, request: web.Request) -> web.Response:
        """For the operator's own network: who is connected is counted exactly, as no room tells."""
        if not is_near(request):
            raise Refused("not_found")
        await self._read_totals()
        return web.Response(
            body=metrics.render(),
            headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"},
        )

    async def _read_totals(self) -> None:
        """What all workers counted, as far as the database answers."""
        with suppress(TimeoutError, StorageFailed, Overloaded):
            async with asyncio.timeout(PATIENCE_SECONDS):
                now = self._house.clock.now()
                told = await self._house.db.read(totals, now)
                metrics.WORKERS.totals, metrics.WORKERS.canary = told

    async def _worker_lag(self) -> float | None:
        """Seconds; None when the database does not answer."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                lag = await self._house.db.read(lag_of, self._house.clock.now())
        except (TimeoutError, StorageFailed, Overloaded):
            return None
        return round(lag.total_seconds(), 1)

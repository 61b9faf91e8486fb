"""/healthz: the process lives. /readyz: it can do its work. /metrics: what it has done."""

from __future__ import annotations

import asyncio

from aiohttp import web

from realtime import metrics
from realtime.db import Tx
from realtime.errors import StorageFailed
from realtime.http.bodies import json_answer
from realtime.http.house import House

PATIENCE_SECONDS = 2


class Health:
    """For probes, load balancers and Prometheus."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def live(self, request: web.Request) -> web.Response:
        return json_answer({"live": True})

    async def ready(self, request: web.Request) -> web.Response:
        """503 with what is down. `relaxed` names the settings loosened for trials."""
        parts = {
            "database": "ok" if await self._database_answers() else "down",
            "bus": "ok" if self._house.bus.is_well() else "down",
        }
        down = [name for name, state in parts.items() if state != "ok"]
        body = {
            "ready": not down,
            **parts,
            "down": down,
            "relaxed": self._house.settings.relaxed,
        }
        return json_answer(body, 503 if down else 200)

    async def metrics(self, request: web.Request) -> web.Response:
        return web.Response(
            body=metrics.render(),
            headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"},
        )

    async def _database_answers(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._house.db.read(_ask)
        except (TimeoutError, StorageFailed):
            return False
        return True


def _ask(tx: Tx) -> None:
    tx.value("SELECT 1")

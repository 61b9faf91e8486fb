"""The engine as the application sees it: attach it to an app, stop it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from aiohttp import web

from realtime.engine import reasons
from realtime.engine.edge import Edge
from realtime.engine.options import EngineOptions
from realtime.engine.server import Server
from realtime.engine.socket import Socket

_CLOSED_AT_ONCE = 200


class Engine:
    """Socket.IO over aiohttp for one edge."""

    def __init__(self, edge: Edge, options: EngineOptions) -> None:
        self.server = Server(edge, options)

    @property
    def sockets(self) -> Iterator[Socket]:
        """Every open session, joined or not."""
        return iter(list(self.server.eio.sockets.values()))

    @property
    def count(self) -> int:
        return len(self.server.eio.sockets)

    def attach(self, app: web.Application) -> None:
        """Answer at the Socket.IO path of `app`, and close every socket when it shuts down."""
        self.server.eio.attach(app)
        app.on_shutdown.append(self._on_shutdown)

    async def shutdown(self) -> None:
        """Refuse new sessions, close the others. Clients may reconnect (to another node)."""
        transport = self.server.eio
        transport.stopping = True
        for number, socket in enumerate(self.sockets):
            socket.close(reasons.STOPPING)
            if number % _CLOSED_AT_ONCE == _CLOSED_AT_ONCE - 1:
                await asyncio.sleep(0.01)
        transport.wheel.stop()

    async def _on_shutdown(self, app: web.Application) -> None:
        await self.shutdown()

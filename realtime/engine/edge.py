"""What the engine asks of whoever stands behind it. The engine knows no domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from aiohttp import web
from socketio.exceptions import ConnectionRefusedError as SocketIORefused

if TYPE_CHECKING:
    from realtime.engine.socket import Socket

# Named here so that whoever stands behind the engine need not know the HTTP library.
Request = web.Request


class ConnectionRefused(SocketIORefused):  # type: ignore[misc]  # the library has no types
    """Raised by `Edge.connect`: the client's connect error carries `details` as its data."""

    def __init__(self, details: dict[str, Any]) -> None:
        super().__init__(details.get("message", "refused"), details)
        self.details = details


class Edge(Protocol):
    """The gateway, seen from the engine."""

    async def connect(self, socket: Socket, auth: object, request: Request) -> None:
        """Admit the socket, or raise ConnectionRefused."""

    async def command(self, socket: Socket, name: str, payload: object) -> object:
        """Do it; the result (a dict, or bytes that are JSON) is the ack. In order per socket."""

    def disconnected(self, socket: Socket, reason: str) -> None:
        """Called exactly once for each socket that `connect` admitted."""

"""The servers that the official Engine.IO and Socket.IO protocol suites ask for.

Never the production limits: pings every second, packets of a megabyte, binary packets and a second
namespace. `python -m realtime.engine.conformance --port 3000`; docs: research and tests/contract.
"""

from __future__ import annotations

import argparse
import base64
from collections.abc import Awaitable
from typing import Any

import orjson
from aiohttp import web
from socketio.packet import ACK, BINARY_EVENT, CONNECT, DISCONNECT, EVENT, Packet

from realtime.engine import reasons
from realtime.engine.engine import Engine
from realtime.engine.frames import binary_frame, packet_frame
from realtime.engine.options import EngineOptions
from realtime.engine.outgoing import JOINED
from realtime.engine.server import Server
from realtime.engine.socket import Socket
from realtime.engine.transport import Transport

_CUSTOM = "/custom"
_MAX_ATTACHMENTS = 10


def conformance_options(host: str, **changes: Any) -> EngineOptions:
    """The suites' settings, with the one second that the library's handshake can express."""
    settings: dict[str, Any] = {
        "origins": frozenset({f"http://{host}"}),
        "hosts": frozenset({host}),
        "limits_on": False,
        "ping_interval": 1,
        "ping_timeout": 1,
        "max_packet": 1_000_000,
        # Longer than three pings: the suite watches those without ever connecting.
        "connect_timeout": 4.0,
    }
    return EngineOptions(**{**settings, **changes})


class Echo:
    """Engine.IO alone: every message comes back."""

    needs_connect = False

    def heard(self, socket: Socket, message: str, request: web.Request) -> Awaitable[None] | None:
        socket.push(packet_frame(b"4" + message.encode()))
        return None

    def heard_binary(self, socket: Socket, message: bytes) -> Awaitable[None] | None:
        socket.push(binary_frame(message, base64.b64encode(message)))
        return None

    def left(self, socket: Socket, reason: str) -> None:
        return None


class EchoEdge:
    """Socket.IO's `message` and `message-with-ack`, for the namespace that the engine knows."""

    async def connect(self, socket: Socket, auth: object, request: web.Request) -> None:
        socket.emit("auth", orjson.dumps({} if auth is None else auth))

    async def command(self, socket: Socket, name: str, payload: object) -> object:
        arguments = payload if isinstance(payload, list) else [payload]
        content = orjson.dumps(arguments)[1:-1]
        if name == "message":
            socket.emit("message-back", content)
        return content

    def disconnected(self, socket: Socket, reason: str) -> None:
        return None


class ConformanceServer(Server):
    """Our server, plus binary packets and `/custom` through the library's own packet class."""

    def __init__(self, options: EngineOptions) -> None:
        super().__init__(EchoEdge(), options)
        self._custom: set[Socket] = set()
        self._partial: dict[Socket, Any] = {}

    def heard(self, socket: Socket, message: str, request: web.Request) -> Awaitable[None] | None:
        is_binary = message[:1] in ("5", "6")
        if not is_binary and message[1 : 1 + len(_CUSTOM)] != _CUSTOM:
            return super().heard(socket, message, request)
        try:
            packet = Packet(encoded_packet=message)
        except Exception:
            # The library's parser raises whatever the wrong byte leads it to.
            socket.violate(reasons.BROKEN)
            return None
        if is_binary:
            if socket.stage != JOINED or not 0 < packet.attachment_count <= _MAX_ATTACHMENTS:
                socket.violate(reasons.BINARY)
                return None
            self._partial[socket] = packet
        elif packet.packet_type == CONNECT:
            self._custom.add(socket)
            self._send(socket, Packet(CONNECT, {"sid": socket.id}, namespace=_CUSTOM))
            self._send(socket, Packet(EVENT, ["auth", packet.data or {}], namespace=_CUSTOM))
        elif packet.packet_type == DISCONNECT:
            self._custom.discard(socket)
        return None

    def heard_binary(self, socket: Socket, message: bytes) -> Awaitable[None] | None:
        packet = self._partial.get(socket)
        if packet is None:
            return super().heard_binary(socket, message)
        if packet.add_attachment(message):
            del self._partial[socket]
            self._echo(socket, packet)
        return None

    def left(self, socket: Socket, reason: str) -> None:
        self._custom.discard(socket)
        self._partial.pop(socket, None)
        super().left(socket, reason)

    def _echo(self, socket: Socket, packet: Any) -> None:
        if packet.packet_type not in (EVENT, BINARY_EVENT):
            return
        name, *arguments = packet.data
        if name == "message":
            self._send(socket, Packet(EVENT, ["message-back", *arguments]))
        elif packet.id is not None:
            self._send(socket, Packet(ACK, arguments, id=packet.id))

    def _send(self, socket: Socket, packet: Any) -> None:
        encoded = packet.encode()
        parts = encoded if isinstance(encoded, list) else [encoded]
        for part in parts:
            if isinstance(part, bytes):
                socket.push(binary_frame(part, base64.b64encode(part)))
            else:
                socket.push(packet_frame(b"4" + part.encode()))


def conformance_app(host: str, **changes: Any) -> web.Application:
    """Both servers, at the two paths the suites expect."""
    app = web.Application()
    echo = Transport(options=conformance_options(host, path="/engine.io/", **changes))
    echo.layer = Echo()
    echo.attach(app)
    engine = Engine(EchoEdge(), conformance_options(host, **changes))
    engine.server = ConformanceServer(conformance_options(host, **changes))
    engine.attach(app)
    return app


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=3000)
    port = parser.parse_args().port
    web.run_app(conformance_app(f"localhost:{port}"), host="localhost", port=port, print=None)


if __name__ == "__main__":
    main()

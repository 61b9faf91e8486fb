"""The Engine.IO server: the sessions of this process, from open to forgotten.

Subclasses python-engineio's server; `Requests` answers for it.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable
from typing import Any, Protocol

import orjson
from aiohttp import web
from engineio.async_server import AsyncServer

from realtime.engine.admission import Admission, Rejected
from realtime.engine.frames import Frame, packet_frame
from realtime.engine.links import choose_link
from realtime.engine.options import EngineOptions
from realtime.engine.outgoing import CONNECTING, JOINED
from realtime.engine.polling import PollingLink
from realtime.engine.requests import Requests
from realtime.engine.socket import Socket
from realtime.engine.wheel import TICK_SECONDS, Wheel
from realtime.logs import log_for


class Layer(Protocol):
    """What speaks inside the sessions: Socket.IO, or an echo in the conformance tests."""

    needs_connect: bool

    def heard(self, socket: Socket, message: str, request: web.Request) -> Awaitable[None] | None:
        """A text message. What is returned is awaited before the next packet is read."""

    def heard_binary(self, socket: Socket, message: bytes) -> Awaitable[None] | None:
        """A binary message."""

    def left(self, socket: Socket, reason: str) -> None:
        """A joined socket has ended."""


class Transport(AsyncServer):  # type: ignore[misc]  # the library has no types
    """All sessions of this process."""

    layer: Layer
    farewell: Frame

    def __init__(self, *, options: EngineOptions, **kwargs: Any) -> None:
        super().__init__(
            async_mode="aiohttp",
            ping_interval=options.ping_interval,
            ping_timeout=options.ping_timeout,
            max_http_buffer_size=options.max_packet,
            cors_allowed_origins=sorted(options.origins),
            http_compression=False,
            monitor_clients=False,
            **kwargs,
        )
        self.options = options
        self.sockets: dict[str, Socket] = {}
        self.admission = Admission(options)
        self.link_class = choose_link(direct=options.direct)
        longest = max(options.ping_interval, options.ping_timeout, options.connect_timeout)
        self.wheel = Wheel(longest)
        self._requests = Requests(self)
        self.stopping = False
        self.now = time.monotonic

    def attach(self, app: web.Application, engineio_path: str = "") -> None:
        app.router.add_route("*", engineio_path or self.options.path, self._requests.answer)

    async def handle_request(self, request: web.Request) -> web.StreamResponse:
        """Answer one HTTP request of an Engine.IO client."""
        return await self._requests.answer(request)

    def open(self, request: web.Request) -> Socket:
        """A new session, counted for its address; Rejected when that has enough of them."""
        if self.stopping:
            raise Rejected(503, "stopping", 5)
        ip = self.options.ip_of(request)
        self.admission.open(ip)
        socket = Socket(self, self.generate_id(), ip, self.admission.binding(request))
        socket.link = PollingLink(socket)
        self.sockets[socket.sid] = socket
        first = float(self.options.ping_interval)
        if self.layer.needs_connect:
            first = min(first, self.options.connect_timeout)
        self.wheel.add(socket, first)
        return socket

    def connect_is_late(self, socket: Socket) -> bool:
        """Whether a session has been open too long without a CONNECT."""
        waited = self.now() - socket.opened_at
        return self.layer.needs_connect and waited > self.options.connect_timeout - 2 * TICK_SECONDS

    def forget(self, socket: Socket, reason: str, *, was_joined: bool) -> None:
        """The socket has closed: drop every trace of it."""
        self.wheel.remove(socket)
        if self.sockets.pop(socket.sid, None) is not None:
            self.admission.closed(socket.ip)
        if was_joined:
            self.layer.left(socket, reason)

    def note_violation(self, socket: Socket, reason: str, detail: str) -> None:
        log_for("engine").warning(
            "socket_violation", socket=socket.id, ip=socket.ip, reason=reason, detail=detail
        )

    async def send_packet(self, sid: str, pkt: Any) -> None:
        """The library's way in, for those of its calls that send (`emit` to a room)."""
        socket = self.sockets.get(sid)
        if socket is not None and isinstance(pkt.data, str):
            socket.push(packet_frame(pkt.encode().encode()))

    async def disconnect(self, sid: str | None = None) -> None:
        """Close one session, or all of them."""
        chosen = list(self.sockets) if sid is None else [sid]
        for each in chosen:
            socket = self.sockets.get(each)
            if socket is not None:
                socket.close("server disconnect")

    def handshake(self, socket: Socket, upgrades: list[str]) -> Frame:
        """The OPEN packet (Engine.IO 4); times in milliseconds."""
        options = self.options
        content = {
            "sid": socket.sid,
            "upgrades": upgrades,
            "pingTimeout": options.ping_timeout * 1_000,
            "pingInterval": options.ping_interval * 1_000,
            "maxPayload": options.max_packet,
        }
        return packet_frame(b"0" + orjson.dumps(content))

    def schedule_ping(self, socket: Socket) -> None:
        """The first ping comes one interval after the socket has joined."""
        if socket.stage in (CONNECTING, JOINED):
            self.wheel.add(socket, self.options.ping_interval)

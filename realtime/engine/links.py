"""How a WebSocket's frames leave: straight to the transport, or by aiohttp's public methods.

The direct link leans on private names of aiohttp, checked at start-up (`missing_names`); when one
is gone the plain link does the same job slower, with one warning in the log.
"""

from __future__ import annotations

import asyncio
import base64
import inspect
from abc import ABC, abstractmethod
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web, web_ws
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_websocket import WebSocketWriter

from realtime.engine import reasons
from realtime.engine.frames import Frame
from realtime.logs import log_for

if TYPE_CHECKING:
    from realtime.engine.outgoing import Pausable
    from realtime.engine.socket import Socket

# How long a client may take to answer our close frame.
CLOSE_SECONDS: Final = 2.0
# A transport that holds this much has a client that does not read: no goodbye would arrive.
_NOT_READING: Final = 65_536
# After an upgrade no request follows.
_NO_REQUESTS: Final[deque[Any]] = deque(maxlen=0)


def missing_names() -> list[str]:
    """The private names the direct link needs and this aiohttp does not have."""
    slots = getattr(BaseProtocol, "__slots__", ())
    found = {
        "BaseProtocol._paused": "_paused" in slots,
        "BaseProtocol._drain_helper": hasattr(BaseProtocol, "_drain_helper"),
        "RequestHandler._messages": "_messages" in web.RequestHandler.__slots__,
        "BaseProtocol._parser": "_parser" in slots,
        "WebSocketResponse._writer": "_writer" in web_ws.WebSocketResponse.__annotations__,
        "WebSocketWriter(protocol, transport)": {"protocol", "transport"}
        <= set(inspect.signature(WebSocketWriter.__init__).parameters),
    }
    return [name for name, present in found.items() if not present]


def choose_link(*, direct: bool) -> type[DirectLink] | type[PlainLink]:
    """The direct link when it is wanted and possible."""
    missing = missing_names()
    if missing:
        log_for("engine").warning("direct_writes_off", missing=missing)
    return DirectLink if direct and not missing else PlainLink


def accept(max_packet: int) -> web.WebSocketResponse:
    """A WebSocket as we want it: no deflate (316 KiB per connection, memory bombs), bounded.

    Its pings are answered by us: a link must know of all that its transport was given.
    """
    return _Accepted(compress=False, max_msg_size=max_packet, timeout=CLOSE_SECONDS, autoping=False)


class _Accepted(web.WebSocketResponse):
    """Its headers wait for what is written first. Without this name they leave alone, as before."""

    _send_headers_immediately = False


class _WebSocketLink(ABC):
    """What both links share: the end."""

    __slots__ = (
        "_carrier", "_ending", "_sending", "_socket", "_ws",
        "descriptor", "protocol", "transport",
    )  # fmt: skip

    def __init__(self, socket: Socket, ws: web.WebSocketResponse, request: web.Request) -> None:
        self._socket = socket
        self._ws = ws
        self._sending: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[Any] | None = None
        self.protocol: Pausable | None = None
        self._carrier: Any = request.transport
        self.transport: Any = None
        self.descriptor = -1

    def wake(self) -> None:
        """Something waits: a task empties the backlog, and lives no longer than that."""
        if self._sending is None:
            self._sending = asyncio.create_task(self._send_backlog())

    def end(self, reason: str, farewell: Frame | None) -> None:
        """Say goodbye if the client reads, else cut."""
        if self._sending is not None:
            self._sending.cancel()
        if reason in (reasons.GONE, reasons.SLOW, reasons.SILENT) or not self._reads():
            if self._carrier is not None:
                self._carrier.abort()
            return
        self._ending = asyncio.create_task(self._say_goodbye(reason, farewell))

    async def ended(self) -> None:
        """Wait for the goodbye, if one is being said."""
        if self._ending is not None:
            await asyncio.wait([self._ending])

    def _reads(self) -> bool:
        transport = self._carrier
        if transport is None or transport.is_closing():
            return False
        return bool(transport.get_write_buffer_size() < _NOT_READING)

    async def _say_goodbye(self, reason: str, farewell: Frame | None) -> None:
        try:
            if farewell is not None:
                for packet in farewell.packets:
                    await self._ws.send_str(packet.decode())
            await self._ws.close(code=reasons.close_code(reason), message=reason.encode())
        except (ConnectionError, RuntimeError):
            pass  # gone meanwhile: nothing left to say

    @abstractmethod
    async def _send_backlog(self) -> None:
        """Until nothing waits."""


class DirectLink(_WebSocketLink):
    """Pre-built frames, written to the transport itself: one system call is all that is left."""

    __slots__ = ("write",)

    def __init__(self, socket: Socket, ws: web.WebSocketResponse, request: web.Request) -> None:
        super().__init__(socket, ws, request)
        writer: Any = ws._writer
        self.protocol = writer.protocol
        # A WebSocket needs neither the HTTP parser nor a queue of requests: 1.5 KB a connection.
        writer.protocol._parser, writer.protocol._messages = None, _NO_REQUESTS
        self.write = writer.transport.write
        raw = writer.transport.get_extra_info("socket")
        # Behind TLS the descriptor carries ciphertext: only the transport may write there.
        if raw is not None and writer.transport.get_extra_info("sslcontext") is None:
            self.transport, self.descriptor = writer.transport, raw.fileno()

    async def _send_backlog(self) -> None:
        socket = self._socket
        protocol: Any = self.protocol
        try:
            while socket.backlog:
                if protocol._paused:
                    await protocol._drain_helper()
                    continue
                frame = socket.backlog.popleft()
                socket.backlog_bytes -= len(frame.ws)
                self.write(frame.ws)
        except (ConnectionError, RuntimeError):
            return  # the reader sees the end and closes the socket
        finally:
            self._sending = None
        if not socket.closed:
            socket.carry_on(self)


class PlainLink(_WebSocketLink):
    """The same through aiohttp's public methods: every frame passes the backlog."""

    __slots__ = ()

    def write(self, data: bytes) -> None:
        raise AssertionError("only a direct link writes")

    async def _send_backlog(self) -> None:
        socket = self._socket
        try:
            while socket.backlog:
                frame = socket.backlog.popleft()
                socket.backlog_bytes -= len(frame.ws)
                for packet in frame.packets:
                    await self._send(packet)
        except (ConnectionError, RuntimeError):
            return  # as above
        finally:
            self._sending = None
        if not socket.closed:
            socket.carry_on(self)

    async def _send(self, packet: bytes) -> None:
        if packet[:1] == b"b":
            await self._ws.send_bytes(base64.b64decode(packet[1:]))
        else:
            await self._ws.send_str(packet.decode())

"""Socket.IO inside the sessions: connect, commands and acks, disconnect.

Subclasses python-socketio's server and takes over what it does with each packet.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable
from typing import Any

import orjson
from aiohttp import web
from socketio import AsyncServer

from realtime.engine import reasons
from realtime.engine.edge import ConnectionRefused, Edge
from realtime.engine.frames import DISCONNECT, ack_frame, packet_frame
from realtime.engine.options import EngineOptions
from realtime.engine.outgoing import CONNECTING, JOINED, LEFT, OPENED
from realtime.engine.packets import (
    BinaryPacket,
    BrokenPacket,
    Connect,
    Disconnect,
    Event,
    read,
)
from realtime.engine.roster import Roster
from realtime.engine.socket import Socket
from realtime.engine.transport import Transport
from realtime.logs import log_for

# The edge reads a session from the database here; a storm makes that slow, not endless.
_CONNECT_SECONDS = 15.0


class Server(AsyncServer):  # type: ignore[misc]  # the library has no types
    """One namespace, one edge."""

    needs_connect = True

    def __init__(self, edge: Edge, options: EngineOptions) -> None:
        self.roster = Roster()
        super().__init__(
            client_manager=self.roster, async_handlers=False, namespaces=["/"], options=options
        )
        self.edge = edge
        self.options = options
        self.eio.layer = self
        self.eio.farewell = DISCONNECT

    def heard(self, socket: Socket, message: str, request: web.Request) -> Awaitable[None] | None:
        """One Socket.IO packet."""
        try:
            packet = read(message)
        except BinaryPacket:
            socket.violate(reasons.BINARY)
            return None
        except BrokenPacket as error:
            socket.violate(reasons.BROKEN, str(error))
            return None
        if isinstance(packet, Event):
            return self._take_command(socket, packet)
        if isinstance(packet, Connect):
            return self._take_connect(socket, packet, request)
        if isinstance(packet, Disconnect) and socket.stage == JOINED:
            self._take_disconnect(socket)
        return None

    def heard_binary(self, socket: Socket, message: bytes) -> Awaitable[None] | None:
        """Never: text only."""
        socket.violate(reasons.BINARY)
        return None

    async def disconnect(
        self, sid: str, namespace: str | None = None, ignore_queue: bool = False
    ) -> None:
        """The library's way to end one client, by its public id."""
        socket = self.roster.find(sid)
        if socket is not None:
            socket.close("server disconnect")

    def left(self, socket: Socket, reason: str) -> None:
        """Tell the edge, once per socket that it admitted."""
        self.roster.remove(socket)
        try:
            self.edge.disconnected(socket, reason)
        except Exception:
            log_for("engine").exception("disconnected_failed", socket=socket.id)

    def _engineio_server_class(self) -> type[Transport]:
        return Transport

    def _take_connect(
        self, socket: Socket, packet: Connect, request: web.Request
    ) -> Awaitable[None] | None:
        if packet.namespace != "/":
            answer = orjson.dumps({"message": "Invalid namespace"})
            socket.push(packet_frame(b"44" + packet.namespace.encode() + b"," + answer))
            return None
        if socket.stage != OPENED:
            socket.violate(reasons.BROKEN, "second connect")
            return None
        socket.stage = CONNECTING
        socket.early = []
        return self._connect(socket, packet.auth, request)

    async def _connect(self, socket: Socket, auth: object, request: web.Request) -> None:
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await self.edge.connect(socket, auth, request)
        except ConnectionRefused as refusal:
            self._refuse(socket, refusal.details)
        except TimeoutError:
            socket.close(reasons.STOPPING)
        except Exception:
            log_for("engine").exception("connect_failed", socket=socket.id)
            socket.close(reasons.STOPPING)
        else:
            if socket.closed:
                self.left(socket, reasons.GONE)  # it went while the edge was admitting it
                return
            socket.join(packet_frame(b'40{"sid":"' + socket.id.encode() + b'"}'))
            self.roster.add(socket)
            self.eio.schedule_ping(socket)

    def _refuse(self, socket: Socket, details: dict[str, Any]) -> None:
        if socket.closed:
            return
        answer = {"message": details.get("message", "refused"), "data": details}
        socket.push(packet_frame(b"44" + orjson.dumps(answer)))
        socket.stage, socket.early = LEFT, None

    def _take_disconnect(self, socket: Socket) -> None:
        """The client left but kept its transport: the wheel ends that at its next visit."""
        socket.leave()
        self.left(socket, reasons.CLIENT)

    def _take_command(self, socket: Socket, event: Event) -> Awaitable[None] | None:
        if socket.stage != JOINED:
            if socket.stage != LEFT:
                socket.violate(reasons.BROKEN, "event before connect")
            return None
        if socket.commands is None:
            socket.commands = deque()
        socket.commands.append(event)
        if socket.worker is None:
            socket.worker = asyncio.create_task(self._work(socket))
        if len(socket.commands) < self.options.in_queue:
            return None
        # Overflow rule: reading pauses, so TCP holds the client back and nothing is lost.
        socket.space = asyncio.get_running_loop().create_future()
        return socket.space

    async def _work(self, socket: Socket) -> None:
        """The commands of one socket, one after the other; lives while there are any."""
        try:
            while socket.commands:
                event = socket.commands.popleft()
                if socket.space is not None:
                    socket.release()
                answer = await self._run(socket, event)
                if event.ack is not None and answer is not None:
                    socket.send(ack_frame(event.ack, answer))
        finally:
            socket.worker = None
            if not socket.commands:
                socket.commands = None

    async def _run(self, socket: Socket, event: Event) -> bytes | None:
        try:
            answer = await self.edge.command(socket, event.name, event.payload)
            return answer if isinstance(answer, bytes) else orjson.dumps(answer)
        except Exception:
            # The edge answers refusals and faults itself: this is its own fault.
            log_for("engine").exception("command_failed", socket=socket.id)
            return None

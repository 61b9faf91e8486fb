"""A session's WebSocket: opened at once, or taken over from long-polling."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Final

from aiohttp import WebSocketError, WSMessage, WSMsgType, web

from realtime.engine import reasons
from realtime.engine.admission import Rejected
from realtime.engine.frames import PROBE_ANSWER
from realtime.engine.links import accept
from realtime.engine.polling import PollingLink

if TYPE_CHECKING:
    from realtime.engine.socket import Socket
    from realtime.engine.transport import Transport

_PROBE_SECONDS = 10.0
_PINGS: Final = (WSMsgType.PING, WSMsgType.PONG)


async def serve_websocket(
    transport: Transport, socket: Socket, request: web.Request
) -> web.StreamResponse:
    """A session that starts as a WebSocket."""
    ws = accept(transport.options.max_packet)
    try:
        await _prepare(ws, request, transport.handshake(socket, []).ws)
    except BaseException:
        socket.close(reasons.GONE)
        raise
    link = transport.link_class(socket, ws, request)
    socket.carry_on(link)
    await _read(socket, ws, request)
    await link.ended()
    return ws


async def serve_upgrade(
    transport: Transport, socket: Socket, request: web.Request
) -> web.StreamResponse:
    """A WebSocket that probes, then takes the session over from polling."""
    socket.upgrading = True
    ws = accept(transport.options.max_packet)
    try:
        await _prepare(ws, request)
        async with asyncio.timeout(_PROBE_SECONDS):
            probed = await _probe(socket, ws)
    except (TimeoutError, ConnectionError):
        probed = False
    finally:
        socket.upgrading = False
    if not probed or socket.closed:
        if ws.prepared:
            await ws.close()
        return ws
    link = transport.link_class(socket, ws, request)
    socket.carry_on(link)
    await _read(socket, ws, request)
    await link.ended()
    return ws


async def _prepare(ws: web.WebSocketResponse, request: web.Request, first: bytes = b"") -> None:
    """Answer the handshake, the first frame with it: one system call. Or reject it."""
    try:
        writer = await ws.prepare(request)
        await writer.write(first)
    except (ValueError, ConnectionError):
        # It has gone; or aiohttp tripped over a header with bytes beyond ASCII, which it quotes in
        # its 400 or decodes as base64.
        raise Rejected from None


async def _probe(socket: Socket, ws: web.WebSocketResponse) -> bool:
    """Whether the client probed, heard the answer, and asked for the upgrade."""
    message = await _next(socket, ws)
    if message is None or message.type is not WSMsgType.TEXT or message.data != "2probe":
        return False
    await ws.send_str(PROBE_ANSWER.packets[0].decode())
    if isinstance(socket.link, PollingLink):
        socket.link.release()
    message = await _next(socket, ws)
    return message is not None and message.type is WSMsgType.TEXT and message.data == "5"


async def _next(socket: Socket, ws: web.WebSocketResponse) -> WSMessage | None:
    """The next message that is not a ping or pong; None when the socket was closed meanwhile."""
    while not socket.closed:
        message = await ws.receive()
        if message.type not in _PINGS:
            return message
        answered = _take_ping(socket, ws, message)
        if answered is not None:
            await answered
    return None


def _take_ping(
    socket: Socket, ws: web.WebSocketResponse, message: WSMessage
) -> Awaitable[None] | None:
    """WebSocket's own ping or pong (RFC 6455 § 5.5): each costs what a packet costs."""
    if not socket.may_speak():
        socket.violate(reasons.FLOOD)
    elif message.type is WSMsgType.PING:
        socket.mind_buffer()
        return ws.pong(message.data)
    return None


async def _read(socket: Socket, ws: web.WebSocketResponse, request: web.Request) -> None:
    """Take packets until either side ends it."""
    try:
        while not socket.closed:
            message = await ws.receive()
            if message.type is WSMsgType.TEXT:
                heard = socket.heard(message.data, request)
            elif message.type is WSMsgType.BINARY:
                heard = socket.server.layer.heard_binary(socket, message.data)
            elif message.type in _PINGS:
                heard = _take_ping(socket, ws, message)
            else:
                _note_end(socket, message.data)
                return
            if heard is not None:
                await heard
    except ConnectionError:
        pass  # it went while aiohttp answered a ping or a close frame
    finally:
        socket.close(reasons.GONE)


def _note_end(socket: Socket, cause: object) -> None:
    """Oversized or malformed frames end the connection inside aiohttp: name them."""
    if isinstance(cause, WebSocketError):
        reason = reasons.TOO_LARGE if cause.code == 1009 else reasons.BROKEN
        socket.violate(reason, f"WebSocket close code {cause.code}")

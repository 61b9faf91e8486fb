"""The HTTP side of Engine.IO: every request of a client is answered here, strictly."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Final

import orjson
from aiohttp import web

from realtime.engine import reasons
from realtime.engine.admission import Rejected
from realtime.engine.polling import BodyTooLarge, PollingLink, read_body
from realtime.engine.websockets import serve_upgrade, serve_websocket

if TYPE_CHECKING:
    from realtime.engine.socket import Socket
    from realtime.engine.transport import Transport

_CARRIERS: Final = ("polling", "websocket")


class Requests:
    """Routes one request to its session, or opens one."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._options = transport.options

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The response; refusals are `{code, message}`."""
        try:
            self._transport.admission.judge(request)
            if request.method == "OPTIONS":
                return web.Response(status=204, headers=self._headers(request))
            return await self._route(request)  # not a chain: each frame would live with its socket
        except Rejected as rejected:
            return self._reject(request, rejected)

    def _route(self, request: web.Request) -> Awaitable[web.StreamResponse]:
        query = request.query
        carrier, sid = query.get("transport"), query.get("sid")
        if query.get("EIO") != "4" or carrier not in _CARRIERS:
            raise Rejected
        if (carrier == "websocket") != (request.headers.get("Upgrade", "").lower() == "websocket"):
            raise Rejected
        if sid is None:
            return self._open(request, carrier)
        socket, link = self._find(request, sid)
        if carrier == "websocket":
            if socket.upgrading:
                raise Rejected
            return serve_upgrade(self._transport, socket, request)
        if request.method == "GET":
            return self._poll(request, link)
        if request.method == "POST":
            return self._post(request, socket, link)
        raise Rejected

    def _find(self, request: web.Request, sid: str) -> tuple[Socket, PollingLink]:
        """The session of this sid, if the request comes from whoever opened it."""
        socket = self._transport.sockets.get(sid)
        if socket is None or socket.binding != self._transport.admission.binding(request):
            raise Rejected
        if not isinstance(socket.link, PollingLink):
            raise Rejected  # it has moved to its WebSocket
        return socket, socket.link

    def _open(self, request: web.Request, carrier: str) -> Awaitable[web.StreamResponse]:
        if request.method != "GET":
            raise Rejected
        socket = self._transport.open(request)
        if carrier == "websocket":
            return serve_websocket(self._transport, socket, request)
        return self._say_opened(request, socket)

    async def _say_opened(self, request: web.Request, socket: Socket) -> web.Response:
        opened = self._transport.handshake(socket, ["websocket"])
        return self._text(request, opened.packets[0])

    async def _poll(self, request: web.Request, link: PollingLink) -> web.Response:
        body = await link.poll(request.query.get("t", ""))
        if body is None:
            raise Rejected
        return self._text(request, body)

    async def _post(self, request: web.Request, socket: Socket, link: PollingLink) -> web.Response:
        if link.posting:
            socket.violate(reasons.BROKEN, "two posts at once")
            raise Rejected
        link.posting = True
        try:
            await self._take_body(request, socket)
        finally:
            link.posting = False
        if socket.closed and not socket.left_by_client:
            raise Rejected
        return self._text(request, b"ok")

    async def _take_body(self, request: web.Request, socket: Socket) -> None:
        options = self._options
        try:
            text = await read_body(request, options.max_packet, options.body_timeout)
        except BodyTooLarge:
            socket.violate(reasons.TOO_LARGE)
            raise Rejected(413, "too_large") from None
        except TimeoutError:
            socket.close(reasons.GONE)
            raise Rejected(408, "too_slow") from None
        except UnicodeDecodeError:
            socket.violate(reasons.BROKEN, "not UTF-8")
            return
        packets = text.split("\x1e")
        if len(packets) > options.packets_in_payload:
            socket.violate(reasons.FLOOD, "packets in one payload")
            return
        for packet in packets:
            if socket.closed:
                return
            heard = socket.heard(packet, request)
            if heard is not None:
                await heard

    def _headers(self, request: web.Request) -> dict[str, str]:
        headers = {"Cache-Control": "no-store"}
        origin = request.headers.get("Origin")
        if origin is not None and origin in self._options.origins:
            headers["Access-Control-Allow-Origin"] = origin
            headers["Access-Control-Allow-Credentials"] = "true"
            headers["Vary"] = "Origin"
            if request.method == "OPTIONS":
                headers["Access-Control-Allow-Methods"] = "GET, POST"
                headers["Access-Control-Allow-Headers"] = "Content-Type, Authorization"
        return headers

    def _text(self, request: web.Request, body: bytes) -> web.Response:
        return web.Response(
            body=body, headers=self._headers(request), content_type="text/plain", charset="utf-8"
        )

    def _reject(self, request: web.Request, rejected: Rejected) -> web.Response:
        headers = self._headers(request)
        answer: dict[str, object] = {"code": rejected.code, "message": rejected.code}
        if rejected.retry_after is not None:
            headers["Retry-After"] = str(rejected.retry_after)
            answer["retry_after"] = rejected.retry_after
        return web.Response(
            status=rejected.status,
            body=orjson.dumps(answer),
            headers=headers,
            content_type="application/json",
        )

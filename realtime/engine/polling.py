"""Long-polling: a GET that waits for packets, a POST that brings them.

One poll at a time; a second one ends the session (Engine.IO 4), so that nobody can be robbed of
packets by a parallel reader. A GET that is lost on its way is sent once more below the client's
code, by browsers and HTTP libraries alike: same URL, same timestamp `t`. It is given the same body.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from aiohttp import web

from realtime.engine import reasons
from realtime.engine.frames import CLOSE, NOOP, SEPARATOR, Frame

if TYPE_CHECKING:
    from realtime.engine.outgoing import Pausable
    from realtime.engine.socket import Socket

# python-socketio hangs up over a body of more, and needs up to 20 s to notice that it has.
_PACKETS: Final = 16
_NOTHING: Final = SEPARATOR.join(NOOP.packets)


class BodyTooLarge(Exception):
    """The body exceeds the packet limit."""


class PollingLink:
    """Frames wait in the backlog until a GET fetches them."""

    __slots__ = (
        "_given", "_last", "_socket", "_stamp", "_waiting",
        "descriptor", "posting", "protocol", "transport",
    )  # fmt: skip

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._waiting: asyncio.Future[bytes | None] | None = None
        self._last: bytes | None = None
        # The body of the last GET and its timestamp, for one more try.
        self._stamp = ""
        self._given = b""
        self.posting = False
        self.protocol: Pausable | None = None
        self.transport: None = None
        self.descriptor = -1

    def write(self, data: bytes) -> None:
        raise AssertionError("polling has no transport to write to")

    def wake(self) -> None:
        """Hand the backlog to the waiting GET, on the next tick so that frames join."""
        self._answer(None)

    def release(self) -> None:
        """End the waiting GET so that the client can move to its WebSocket."""
        self._answer(_NOTHING)

    def end(self, reason: str, farewell: Frame | None) -> None:
        """The waiting GET hears the end; a client that left gets an empty answer."""
        if reason == reasons.CLIENT:
            self._last = _NOTHING
        else:
            # A farewell without CLOSE: socket.io-client would act on that first and come back.
            last = (farewell or CLOSE).packets
            # The oldest of what waits: what finds no room leaves no gap before it.
            waiting = self._socket.take_packets(_PACKETS - len(last))
            self._last = SEPARATOR.join([*waiting, *last])
        self._answer(self._last)

    async def poll(self, stamp: str = "") -> bytes | None:
        """The body of one GET; None when the session has ended or ends by this call."""
        if stamp and stamp == self._stamp:
            self._stamp = ""
            return self._given
        body = await self._next_body()
        if body is not None:
            self._stamp, self._given = stamp, body
        return body

    async def _next_body(self) -> bytes | None:
        socket = self._socket
        if socket.upgrading:
            return _NOTHING
        if self._waiting is not None:
            socket.violate(reasons.TWO_POLLS)
            return None
        if not socket.backlog:
            self._waiting = asyncio.get_running_loop().create_future()
            try:
                body = await self._waiting
            finally:
                self._waiting = None
            if body is not None:
                return body
            if socket.closed:
                return self._last  # it ended between the wake and now
        return SEPARATOR.join(socket.take_packets(_PACKETS))

    def _answer(self, body: bytes | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(body)


async def read_body(request: web.Request, limit: int, seconds: float) -> str:
    """The text of a POST, never more than `limit` bytes nor longer than `seconds`."""
    if (request.content_length or 0) > limit:
        raise BodyTooLarge
    body = bytearray()
    async with asyncio.timeout(seconds):
        async for part in request.content.iter_any():
            body += part
            if len(body) > limit:
                raise BodyTooLarge
    return body.decode("utf-8")

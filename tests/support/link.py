"""A TCP link that a test can cut, hang, slow and heal, in front of any server.

It stands where a cable would: the client connects to `port`, the bytes go to `target`. It runs in
the test's own event loop; the programs at both ends are real. A chunk costs one call of a protocol,
no task: a campaign carries everything through such links.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Literal, cast

Direction = Literal["up", "down"]
Ear = Callable[[Direction, bytes], None]
_END = b""


class Link:
    """`up` is towards the server, `down` towards the client.

    `listen()` gives an ear for each connection, which hears what passes.
    """

    def __init__(
        self, target: int, *, host: str = "127.0.0.1", listen: Callable[[], Ear] | None = None
    ) -> None:
        self.target = target
        self.host = host
        self.port = 0
        self.delay = 0.0
        self.carried: dict[Direction, int] = {"up": 0, "down": 0}
        self.ends: set[_End] = set()
        self._listen = listen
        self._is_cut = False
        self._hung: set[Direction] = set()
        self._budget: dict[Direction, int | None] = {"up": None, "down": None}
        self._connecting: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Link:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Near(self, "up"), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.cut()
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()
        await asyncio.gather(*self._connecting, return_exceptions=True)

    # ---- Faults

    def cut(self) -> None:
        """Reset every connection and refuse new ones: the host at the other end is gone."""
        self._is_cut = True
        self.reset()

    def reset(self) -> None:
        """Reset the connections there are; new ones are welcome."""
        for end in list(self.ends):
            end.transport.abort()

    def hang(self, *directions: Direction) -> None:
        """Keep connections open and pass nothing: a route is lost. Both ways unless named."""
        self._hung.update(directions or ("up", "down"))

    def slow(self, seconds: float) -> None:
        """Hold every chunk back by so much, each way."""
        self.delay = seconds

    def tear_after(self, count: int, direction: Direction) -> None:
        """Pass `count` more bytes that way, then reset once; it may be in the middle of a frame."""
        self._budget[direction] = count

    def heal(self) -> None:
        """As new."""
        self._is_cut = False
        self.delay = 0.0
        self._budget = {"up": None, "down": None}
        self._hung.clear()
        for end in list(self.ends):
            end.go_on()

    # ---- The cable

    def is_hung(self, direction: Direction) -> bool:
        return direction in self._hung

    def carry(self, near: _End) -> None:
        """Connect what has come in with the server behind the link."""
        if self._is_cut:
            near.transport.abort()
            return
        task = asyncio.get_running_loop().create_task(self._connect(near))
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)

    async def _connect(self, near: _End) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, far = await loop.create_connection(
                lambda: _End(self, "down"), self.host, self.target
            )
        except OSError:
            near.transport.abort()
            return
        if near.transport.is_closing():
            far.transport.abort()
            return
        near.other, far.other = far, near
        if self._listen is not None:
            near.ear = far.ear = self._listen()
        near.let_pass()
        far.let_pass()

    def take(self, chunk: bytes, direction: Direction) -> bytes:
        """What of the chunk passes; its end is missing when the link tears there."""
        budget = self._budget[direction]
        part = chunk if budget is None else chunk[:budget]
        self.carried[direction] += len(part)
        if budget is not None:
            is_torn = len(part) < len(chunk)
            self._budget[direction] = None if is_torn else budget - len(part)
        return part


class _End(asyncio.Protocol):
    """One end of a connection. What comes in `direction` goes to the `other` end, in order: bytes,
    the end of the stream, and (None) that the connection is lost.
    """

    transport: asyncio.Transport

    def __init__(self, link: Link, direction: Direction) -> None:
        self.other: _End | None = None
        self.ear: Ear | None = None
        self._link = link
        self._direction: Direction = direction
        self._held: deque[bytes | None] = deque()
        self._has_ended = False
        self._is_full = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._link.ends.add(self)

    def data_received(self, chunk: bytes) -> None:
        self._pass(chunk)

    def eof_received(self) -> bool:
        self._pass(_END)
        return True  # the other way may still be open

    def connection_lost(self, error: Exception | None) -> None:
        self._pass(None)
        if self.other is None or not self._held:
            self._link.ends.discard(self)

    def pause_writing(self) -> None:
        self._is_full = True
        if self.other is not None and not self.other.transport.is_closing():
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        self._is_full = False
        if self.other is not None:
            self.other.read_on()

    def go_on(self) -> None:
        """Pass what was held back."""
        while self._held and self.other is not None:
            self._give(self._held.popleft())
        if self.transport.is_closing():
            self._link.ends.discard(self)
        self.read_on()

    def let_pass(self) -> None:
        """It was held back long enough."""
        if not self._link.is_hung(self._direction):
            self.go_on()

    def read_on(self) -> None:
        """Take more, unless something still waits to be passed."""
        other, is_closing = self.other, self.transport.is_closing()
        if other is not None and not (is_closing or other._is_full or self._held):
            self.transport.resume_reading()

    def _pass(self, item: bytes | None) -> None:
        link = self._link
        if self._held or self.other is None or link.delay or link.is_hung(self._direction):
            self._held.append(item)
            if not self.transport.is_closing():
                self.transport.pause_reading()
            if link.delay:
                asyncio.get_running_loop().call_later(link.delay, self.let_pass)
        else:
            self._give(item)

    def _give(self, item: bytes | None) -> None:
        other = self.other
        if other is None or other.transport.is_closing():
            return
        if item is None:
            other.transport.abort()
        elif item == _END:
            self._end(other)
        else:
            part = self._link.take(item, self._direction)
            if self.ear is not None:
                self.ear(self._direction, part)
            other.transport.write(part)
            if len(part) < len(item):
                self._link.reset()

    def _end(self, other: _End) -> None:
        self._has_ended = True
        if other._has_ended:
            other.transport.close()
            self.transport.close()
        else:
            other.transport.write_eof()


class _Near(_End):
    """The end that a client connected to."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._link.carry(self)

"""Thousands of WebSocket clients in one process, as thin as asyncio allows.

Between `mark` and `wait` a client only counts bytes: a message has the same size for everybody, so
that the generator stays far from its own limit (its CPU is printed beside every figure).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

PING = b"\x81\x012"
PONG = b"\x81\x81\x00\x00\x00\x003"
SMALLEST = 200  # bytes: no message is smaller, no word about presence as large


def masked(payload: bytes, opcode: int = 1) -> bytes:
    """A client frame with an all-zero mask: legal, and nothing to compute."""
    size, first = len(payload), bytes((0x80 | opcode,))
    if size < 126:
        return first + bytes((0x80 | size,)) + b"\0\0\0\0" + payload
    return first + b"\xfe" + size.to_bytes(2, "big") + b"\0\0\0\0" + payload


def message_size(data: bytes) -> int:
    """Bytes of the first message among these frames, with its header; 0 when there is none."""
    at = 0
    while at + 4 <= len(data):
        size = 2 + data[at + 1]
        if data[at + 1] == 126:
            size = 4 + int.from_bytes(data[at + 2 : at + 4], "big")
        if size >= SMALLEST:
            return size
        at += size
    return 0


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one kind of server wants to be spoken to."""

    path: str
    hello: Callable[[int], Sequence[bytes]]  # frames client `number` sends after the upgrade
    ready: bytes  # seen in the stream once it is connected and subscribed
    post: Callable[[int], bytes]  # the frame that sends one message
    needs_pong: bool = True


class Listener(asyncio.Protocol):
    """One client."""

    __slots__ = (
        "_buffer", "_crowd", "_is_open", "_number", "ready", "ready_again", "transport",
    )  # fmt: skip

    def __init__(self, crowd: Crowd, number: int) -> None:
        self._crowd = crowd
        self._number = number
        self._buffer = b""
        self._is_open = False
        self.ready = False
        self.ready_again: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.transport.write(
            f"GET {self._crowd.dialect.path} HTTP/1.1\r\nHost: {self._crowd.host}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        if self.ready:
            self._count(data)
            return
        self._buffer += data
        if not self._is_open:
            if b"\r\n\r\n" not in self._buffer:
                return
            head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            if b" 101 " not in head:
                raise RuntimeError(f"no upgrade: {head[:200]!r}")
            self._is_open = True
            for packet in self._crowd.dialect.hello(self._number):
                self.transport.write(packet)
        if self._crowd.dialect.ready in self._buffer:
            self.ready, self._buffer = True, b""
            self.ready_again.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self._crowd.lost += 1
        if not self.ready_again.done():
            self.ready_again.set_exception(ConnectionError("refused"))

    def _count(self, data: bytes) -> None:
        if self._crowd.message is None:
            self._crowd.learn(message_size(data))
        self._crowd.note_seen(len(data) - self._answer_pings(data))

    def _answer_pings(self, data: bytes) -> int:
        """The bytes they were."""
        if PING not in data or not self._crowd.dialect.needs_pong:
            return 0
        pings = data.count(PING)
        self.transport.write(PONG * pings)
        return len(PING) * pings


class Crowd:
    """The clients of one server."""

    member: type[Listener] = Listener

    def __init__(self, host: str, dialect: Dialect) -> None:
        self.host = host
        self.dialect = dialect
        self.members: list[Listener] = []
        self.lost = 0
        # Bytes of the message that is waited for, once the first copy is here.
        self.message: int | None = 0
        self._target = 0
        self._seen = 0
        self._done: asyncio.Event = asyncio.Event()
        self.last_at = 0.0

    async def join(self, count: int, *, at_once: int = 100) -> float:
        """Connect `count` more; seconds it took."""
        loop = asyncio.get_running_loop()
        name, _, port = self.host.partition(":")
        gate = asyncio.Semaphore(at_once)

        async def one(number: int) -> None:
            async with gate:
                _, member = await loop.create_connection(
                    lambda: self.member(self, number), name, int(port)
                )
                self.members.append(member)
                await member.ready_again

        started = time.perf_counter()
        first = len(self.members)
        await asyncio.gather(*(one(first + number) for number in range(count)))
        return time.perf_counter() - started

    def mark(self, total_bytes: int) -> None:
        """From now on wait for this many bytes over all clients."""
        self._target, self._seen = total_bytes, 0
        self._done.clear()

    def mark_one(self) -> None:
        """From now on wait for one message to every client."""
        self.mark(0)
        self.message = None

    def learn(self, size: int) -> None:
        if size:
            self.message, self._target = size, size * len(self.members)

    async def wait(self, seconds: float = 60) -> None:
        await asyncio.wait_for(self._done.wait(), seconds)

    def forget_all(self) -> None:
        """Cut every connection at once."""
        for member in self.members:
            member.transport.abort()
        self.members.clear()

    def note_seen(self, size: int) -> None:
        self._seen += size
        if self._target and self._seen >= self._target:
            self.last_at = time.perf_counter()
            self._done.set()

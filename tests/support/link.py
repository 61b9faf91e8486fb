"""A TCP link that a test can cut, hang, slow and heal, in front of any server.

It stands where a cable would: the client connects to `port`, the bytes go to `target`. It runs in
the test's own event loop; the programs at both ends are real.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Literal

Direction = Literal["up", "down"]
_CHUNK = 64 * 1024


class Link:
    """`up` is towards the server, `down` towards the client."""

    def __init__(self, target: int, *, host: str = "127.0.0.1") -> None:
        self.target = target
        self.host = host
        self.port = 0
        self.delay = 0.0
        self.carried: dict[Direction, int] = {"up": 0, "down": 0}
        self._is_cut = False
        self._flowing: dict[Direction, asyncio.Event] = {}
        self._budget: dict[Direction, int | None] = {"up": None, "down": None}
        self._ends: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[object]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Link:
        self._flowing = {"up": asyncio.Event(), "down": asyncio.Event()}
        self.heal()
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.cut()
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()
        for flowing in self._flowing.values():
            flowing.set()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    # ---- Faults

    def cut(self) -> None:
        """Reset every connection and refuse new ones: the host at the other end is gone."""
        self._is_cut = True
        self.reset()

    def reset(self) -> None:
        """Reset the connections there are; new ones are welcome."""
        for end in list(self._ends):
            end.transport.abort()

    def hang(self, *directions: Direction) -> None:
        """Keep connections open and pass nothing: a route is lost. Both ways unless named."""
        for direction in directions or ("up", "down"):
            self._flowing[direction].clear()

    def slow(self, seconds: float) -> None:
        """Hold every chunk back by so much, each way."""
        self.delay = seconds

    def tear_after(self, count: int, direction: Direction) -> None:
        """Pass `count` more bytes that way, then reset: in the middle of a frame, if need be."""
        self._budget[direction] = count

    def heal(self) -> None:
        """As new."""
        self._is_cut = False
        self.delay = 0.0
        self._budget = {"up": None, "down": None}
        for flowing in self._flowing.values():
            flowing.set()

    # ---- The cable

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        if task := asyncio.current_task():
            self._carrying.add(task)
            task.add_done_callback(self._carrying.discard)
        self._ends.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection(self.host, self.target)
        except OSError:
            self._ends.discard(writer)
            writer.transport.abort()
            return
        self._ends.add(far_writer)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass("up", reader, far_writer))
                both.create_task(self._pass("down", far_reader, writer))
        finally:
            for end in (writer, far_writer):
                self._ends.discard(end)
                end.transport.abort()

    async def _pass(
        self, direction: Direction, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                if self.delay:
                    await asyncio.sleep(self.delay)
                await self._flowing[direction].wait()
                if not self._may_carry(direction, chunk, writer):
                    return
                await writer.drain()
            if not writer.transport.is_closing():
                writer.write_eof()

    def _may_carry(self, direction: Direction, chunk: bytes, writer: asyncio.StreamWriter) -> bool:
        budget = self._budget[direction]
        part = chunk if budget is None else chunk[:budget]
        if not writer.transport.is_closing():
            writer.write(part)
        self.carried[direction] += len(part)
        if budget is None:
            return True
        self._budget[direction] = budget - len(part)
        if len(part) == len(chunk):
            return True
        self.reset()
        return False

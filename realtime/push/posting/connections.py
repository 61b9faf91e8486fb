"""Connections to one push service, kept for the next message. Each carries one at a time.

Our own: of the 620 µs that a push message took, aiohttp's client used 230 for a POST whose form is
always the same; this takes 50 (benchmarks/results/push.md).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import cast

from realtime.push.outcomes import Answer
from realtime.push.posting.http1 import BadAnswer, read_answer

IDLE_SECONDS = 60.0
# A burst of handshakes holds the first answers back; what waits takes what is free first.
OPENING_AT_ONCE = 4


class Connection(asyncio.Protocol):
    """Answers once for each `ask`; `is_open` says whether it can be asked again."""

    def __init__(self) -> None:
        self.is_open = False
        self._held = b""
        self._answer: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport
        self._timer: asyncio.TimerHandle | None = None

    async def ask(self, request: bytes, patience: float) -> Answer:
        """Raises OSError or BadAnswer, and is closed then; cancelled too."""
        self._answer = self._limit(patience).create_future()
        try:
            self._transport.write(request)
            return await self._answer
        except RuntimeError as error:  # uvloop: the connection went this very moment
            self.close()
            raise ConnectionResetError("gone") from error
        except BaseException:
            self.close()
            raise
        finally:
            self._answer = None

    def rest(self) -> None:
        """Until it is asked again, or for a minute."""
        self._limit(IDLE_SECONDS)

    def close(self) -> None:
        """Who waits for an answer gets none."""
        self.is_open = False
        if self._timer is not None:
            self._timer.cancel()
        self._transport.abort()

    def _limit(self, seconds: float) -> asyncio.AbstractEventLoop:
        """Closed then, unless another limit was set: a timer costs 1 µs, `asyncio.timeout` 12."""
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_later(seconds, self.close)
        return loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        self._held += data
        self._read(ended=False)

    def eof_received(self) -> None:
        self._read(ended=True)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError("no answer"))

    def _read(self, *, ended: bool) -> None:
        if self._answer is None or self._answer.done():
            # Nobody asked: whatever this is, it answers nothing.
            self.close()
            return
        try:
            told = read_answer(self._held, ended=ended)
        except BadAnswer as error:
            self._answer.set_exception(error)
            return
        if told is not None:
            self._held = b""
            self._answer.set_result(told.answer)
            if not told.keeps:
                self.close()


class Lane:
    """The connections to one origin. `opened` makes one."""

    def __init__(self, opened: Callable[[], Awaitable[Connection]]) -> None:
        self._opened = opened
        self._opening = 0
        self._free: list[Connection] = []
        self._waiting: deque[asyncio.Future[None]] = deque()

    def take_free(self) -> Connection | None:
        """One that waits to be asked."""
        while self._free:
            connection = self._free.pop()
            if connection.is_open:
                return connection
        return None

    async def take(self) -> Connection:
        """One that is free, or a new one; at most OPENING_AT_ONCE are being opened."""
        while (connection := self.take_free()) is None and self._opening >= OPENING_AT_ONCE:
            await self._wait()
        if connection is not None:
            return connection
        self._opening += 1
        try:
            return await self._opened()
        finally:
            self._opening -= 1
            self._wake()

    def give(self, connection: Connection) -> None:
        """It has answered."""
        if connection.is_open:
            connection.rest()
            self._free.append(connection)
        self._wake()

    def close(self) -> None:
        for connection in self._free:
            connection.close()

    async def _wait(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            # A turn that was just given goes to the next.
            if turn.done() and not turn.cancelled():
                self._wake()
            raise

    def _wake(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return

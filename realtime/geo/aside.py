"""Large coverings take Python too long for a thread of the web process (docs/decisions/0010): one
child does them, started when it is first needed. It ends with its stdin, and so with its parent.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from typing import TypeVar

from realtime.errors import Overloaded
from realtime.geo.child import SIZE
from realtime.logs import log_for

T = TypeVar("T")
WITHIN_SECONDS = 8.0
# More than these wait for the child: come back later.
MOST_WAITING = 16
# What a child needs to find Python's modules; nothing secret.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH")


class Aside:
    """One per web process."""

    def __init__(self) -> None:
        self._child: Process | None = None
        self._free = asyncio.Lock()
        self._waiting = 0

    async def run(self, act: Callable[[], T]) -> T:
        """What `act` returns or raises there; both are pickled on the way. Overloaded."""
        if self._waiting >= MOST_WAITING:
            raise Overloaded("the coverings")
        self._waiting += 1
        try:
            has_done, result = pickle.loads(await self._in_turn(pickle.dumps(act)))  # noqa: S301
        finally:
            self._waiting -= 1
        if not has_done:
            raise result
        answer: T = result
        return answer

    async def _in_turn(self, asked: bytes) -> bytes:
        """Nobody waits for ever behind one that hangs."""
        try:
            async with asyncio.timeout(WITHIN_SECONDS):
                await self._free.acquire()
        except TimeoutError as error:
            raise _failed(error) from error
        try:
            return await self._answer(asked)
        finally:
            self._free.release()

    async def _answer(self, asked: bytes) -> bytes:
        """One answer for one question: a child that owes one is not asked again."""
        try:
            async with asyncio.timeout(WITHIN_SECONDS):
                child = await self._running()
                if child.stdin is None or child.stdout is None:
                    raise OSError("a child without pipes")
                child.stdin.write(len(asked).to_bytes(SIZE, "big") + asked)
                await child.stdin.drain()
                size = int.from_bytes(await child.stdout.readexactly(SIZE), "big")
                return await child.stdout.readexactly(size)
        except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            await self.close()
            raise _failed(error) from error
        except asyncio.CancelledError:
            await self.close()
            raise

    async def _running(self) -> Process:
        if self._child is None or self._child.returncode is not None:
            self._child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "realtime.geo.child",
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            )
        return self._child

    async def close(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()


def _failed(error: Exception) -> Overloaded:
    log_for("geo").warning("covering_failed", error=repr(error))
    return Overloaded("the coverings")

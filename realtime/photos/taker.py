"""Takes a photo from a stranger: hands the bytes to a child process and waits a bounded time."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import NamedTuple

from realtime.errors import Overloaded, Refused
from realtime.logs import log_for

MOST_BYTES = 10 * 1024 * 1024
WITHIN_SECONDS = 8.0
AT_ONCE = 2
# More than these wait for two children: come back later.
MOST_WAITING = 16
_CHILD = Path(__file__).with_name("child.py")


class Taken(NamedTuple):
    """A photo redrawn: WebP, at most 2,048 pixels a side."""

    width: int
    height: int
    pixels: bytes


class Taker:
    """At most two children at once."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def take(self, given: bytes) -> Taken:
        """Refused("not_an_image" | "too_many_pixels"), Overloaded."""
        if len(given) > MOST_BYTES:
            raise Refused("too_large")
        if self._waiting >= MOST_WAITING:
            raise Overloaded("the photo decoders")
        self._waiting += 1
        try:
            async with self._free:
                return _taken(await _redrawn(given))
        finally:
            self._waiting -= 1


async def _redrawn(given: bytes) -> bytes:
    """What the child says; nothing when it died or took too long."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(_CHILD),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    try:
        async with asyncio.timeout(WITHIN_SECONDS):
            said, _ = await child.communicate(given)
            return said
    except TimeoutError:
        log_for("photos").warning("photo_took_too_long", bytes=len(given))
        return b""
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


def _taken(said: bytes) -> Taken:
    head, _, pixels = said.partition(b"\n")
    words = head.decode("ascii", "replace").split()
    if len(words) == 3 and words[0] == "ok" and pixels:
        return Taken(int(words[1]), int(words[2]), pixels)
    raise Refused("too_many_pixels" if words[1:] == ["too_many_pixels"] else "not_an_image")

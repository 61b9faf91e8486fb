"""Print a poster in a child process, a bounded number at once."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import sys
from collections.abc import Mapping
from pathlib import Path

import orjson

from realtime.errors import Overloaded

WITHIN_SECONDS = 20.0
MOST_WAITING = 8
_CHILD = Path(__file__).with_name("child.py")


class Printer:
    """One child at a time."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(1)
        self._waiting = 0

    async def print(self, words: Mapping[str, object], photo: bytes | None) -> bytes:
        """The PDF. Overloaded when too many wait, or when it takes too long."""
        if self._waiting >= MOST_WAITING:
            raise Overloaded("the printer")
        self._waiting += 1
        try:
            async with self._free:
                return await _printed(words, photo)
        finally:
            self._waiting -= 1


async def _printed(words: Mapping[str, object], photo: bytes | None) -> bytes:
    pixels = "" if photo is None else base64.b64encode(photo).decode()
    asked = orjson.dumps({**words, "photo": pixels})
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(_CHILD),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(WITHIN_SECONDS):
            pdf, _ = await child.communicate(asked)
    except TimeoutError:
        raise Overloaded("the printer") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()
    if not pdf.startswith(b"%PDF"):
        raise RuntimeError("the printer made no PDF")
    return pdf

"""A server behind a link that searches every byte it says for a house number, whoever asked.

A browser cannot be asked for all that it was told: the page that moved on forgets, the service
worker speaks for itself. Compressed words cannot be searched here: files of the build are, where
they lie, and whatever else comes compressed is held against the server. A PDF is compressed inside:
whoever fetches one has it searched (`canary.look_at_print`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support import canary
from tests.support.app import ServerProcess
from tests.support.link import Direction, Link
from tests.support.loop_beside import loop_beside
from tests.support.processes import free_port

_ASKED = re.compile(rb"[A-Z]+ (\S+) HTTP/1\.1\r\n")
_HEAD = re.compile(rb"HTTP/1\.1 (\d+) .*?\r\n\r\n", re.DOTALL)
_TYPE = re.compile(rb"\r\ncontent-type: *([\w.+/-]+)", re.IGNORECASE)
# aiohttp sends a file's compressed neighbour with the time of the file.
_COMPRESSED = re.compile(rb"\r\ncontent-encoding:", re.IGNORECASE)
_FROM_A_FILE = re.compile(rb"\r\nlast-modified:", re.IGNORECASE)


class SearchingEar:
    """Hears one connection. A client asks one thing after the other: an answer begins a chunk."""

    def __init__(self) -> None:
        self._asked = ""
        self._kind = ""
        self._stream = canary.Stream()

    def __call__(self, direction: Direction, chunk: bytes) -> None:
        if direction == "up":
            if (asked := _ASKED.match(chunk)) is not None:
                self._asked = asked[1].decode("latin-1")
            return
        if (head := _HEAD.match(chunk)) is not None:
            self._begin(head)
        self._stream.look(self._kind, chunk, self._asked)

    def _begin(self, head: re.Match[bytes]) -> None:
        """What kind of answer it is: of a socket, or its content type."""
        self._stream = canary.Stream()
        said = head[0]
        found = _TYPE.search(said)
        self._kind = found[1].decode() if found else "nothing"
        if head[1] == b"101":
            self._kind = "socket"
        elif "transport=polling" in self._asked:
            self._kind = "poll"
        if _COMPRESSED.search(said):
            self._kind = "compressed"
            if not _FROM_A_FILE.search(said):
                canary.accuse(f"{self._asked} is compressed, and was not searched")


@contextmanager
def searching_link(target: int) -> Iterator[Link]:
    """A link to the port, in a thread of its own."""
    link = Link(target, listen=SearchingEar)
    with loop_beside() as loop:
        loop.run(link.__aenter__())
        try:
            yield link
        finally:
            loop.run(link.__aexit__())


@contextmanager
def overheard(
    directory: Path, *, settings: Mapping[str, str] | None = None
) -> Iterator[ServerProcess]:
    """A running server that is reached through such a link only."""
    behind = free_port()
    with searching_link(behind) as link:
        server = ServerProcess(directory, port=link.port, behind=behind, settings=settings)
        with server as running:
            yield running

"""Every word said to a Redis is searched for a house number: calls, keys, what is published."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

from tests.support import canary

_CHUNK = 65_536


@contextlib.contextmanager
def searched_redis(url: str) -> Iterator[None]:
    """By MONITOR, until it ends or is killed; what is asked of one that is started again is not."""
    told = urlsplit(url)
    with socket.create_connection((told.hostname, told.port), 5) as line:
        line.sendall(b"MONITOR\r\n")
        assert line.recv(5, socket.MSG_WAITALL) == b"+OK\r\n"
        line.settimeout(None)
        ear = threading.Thread(target=_listen, args=(line, url), daemon=True)
        ear.start()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            ear.join(10)
    canary.assert_looked("redis")


def _listen(line: socket.socket, url: str) -> None:
    stream = canary.Stream()
    with contextlib.suppress(ConnectionError):
        while chunk := line.recv(_CHUNK):
            stream.look("redis", chunk, url)

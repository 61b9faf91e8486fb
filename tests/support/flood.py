"""A hall and its attacker, a process each: what a test beside them measures is neither's own loop.

    python -m tests.support.flood serve PORT
    python -m tests.support.flood attack PORT SECONDS

The attacker says `begun` with its first event and ends with what it sent, as JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import sys
import time
from dataclasses import asdict, dataclass

# A little above the 5,000 a second that others must not feel.
EVENTS_PER_SECOND = 6_000
_BATCH = 50
_PATIENCE = 5.0
_EVENT = b'42["x",{}]'


@dataclass(slots=True)
class Sent:
    """What one attack amounted to."""

    events: int = 0
    sessions: int = 0
    refused: int = 0
    seconds: float = 0.0


def masked(packet: bytes) -> bytes:
    """A text frame as a client sends it (RFC 6455 §5.2); a mask of zeros changes no byte."""
    return bytes([0x81, 0x80 | len(packet)]) + bytes(4) + packet


def attack(port: int, seconds: float) -> Sent:
    """Events at the same pace throughout, coming back at once whenever it is thrown out."""
    sent, batch = Sent(), masked(_EVENT) * _BATCH
    begun = time.monotonic()
    while (now := time.monotonic() - begun) < seconds:
        with contextlib.suppress(OSError), _joined(port, sent) as line:
            if not sent.sessions:
                print("begun", flush=True)
                begun = time.monotonic()
            sent.sessions += 1
            while (now := time.monotonic() - begun) < seconds and not _is_over(line):
                if sent.events <= now * EVENTS_PER_SECOND:
                    line.sendall(batch)
                    sent.events += _BATCH
                else:
                    time.sleep(0.002)
    sent.seconds = now
    return sent


def _joined(port: int, sent: Sent) -> socket.socket:
    """A WebSocket after the Socket.IO CONNECT."""
    line = socket.create_connection(("127.0.0.1", port), _PATIENCE)
    try:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = [
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1", f"Host: 127.0.0.1:{port}",
            "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "", "",
        ]  # fmt: skip
        line.sendall("\r\n".join(head).encode())
        _wait_for(line, b'"sid"', sent)
        line.sendall(masked(b"40"))
        _wait_for(line, b'40{"sid"', sent)
    except BaseException:
        line.close()
        raise
    return line


def _wait_for(line: socket.socket, mark: bytes, sent: Sent) -> None:
    heard = b""
    while mark not in heard:
        came = line.recv(4_096)
        heard += came
        if not came or b" 429 " in heard:
            sent.refused += 1
            time.sleep(0.01)
            raise ConnectionError(heard[:80])


def _is_over(line: socket.socket) -> bool:
    """The hall says nothing to an attacker but goodbye; a ping is as good a reason to come back."""
    return bool(select.select([line], [], [], 0)[0])


def serve(port: int) -> None:
    """The engine alone, with production's limits and loop."""
    import uvloop
    from aiohttp import web

    from realtime.engine import Engine
    from tests.support.engine import Landing, engine_options

    app = web.Application()
    Engine(Landing(), engine_options(f"127.0.0.1:{port}")).attach(app)
    web.run_app(app, host="127.0.0.1", port=port, print=None, loop=uvloop.new_event_loop())


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]))
    else:
        # Its own share of the machine is not what is measured.
        os.nice(5)
        print(json.dumps(asdict(attack(int(sys.argv[2]), float(sys.argv[3])))))

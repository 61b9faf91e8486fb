"""The servers under measurement: started, watched through /proc, stopped by their own id."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fanout.crowd import Dialect, masked
from realtime.clock import Clock
from realtime.ids import new_ulid
from tests.support.app import ServerProcess
from tests.support.processes import free_port

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
CELL = "gbwc9z1"


@dataclass(slots=True)
class Running:
    """A started server."""

    name: str
    pid: int
    host: str
    dialect: Dialect

    def cpu(self) -> float:
        """Seconds of CPU so far, all threads."""
        total = 0
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def rss(self) -> int:
        """Resident bytes."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * resource.getpagesize()


def socketio_dialect(size: int, *, path: str = "/socket.io/?EIO=4&transport=websocket") -> Dialect:
    """Clients of the plain servers. A `said` frame is `size` bytes with its header."""
    frame = len('42["said",{"text":""}]') + 4
    post = masked(b'42["post",{"text":"' + b"x" * (size - frame) + b'"}]')
    return Dialect(path, lambda number: [masked(b"40")], b'40{"sid"', lambda number: post)


def nats_dialect(size: int) -> Dialect:
    """nats-server's own protocol in binary WebSocket frames."""
    content = b"x" * (size - len(b"MSG room 1 250\r\n\r\n"))
    post = masked(b"PUB room %d\r\n" % len(content) + content + b"\r\n", 2)
    hello = masked(b'CONNECT {"verbose":false,"pedantic":false}\r\nSUB room 1\r\nPING\r\n', 2)
    return Dialect("/", lambda number: [hello], b"PONG\r\n", lambda number: post, needs_pong=False)


def palier_dialect(tokens: list[str]) -> Dialect:
    """Members of one street: connect with a token, `sync`, then hear what is posted."""
    clock = Clock()

    def hello(number: int) -> list[bytes]:
        auth = json.dumps({"token": tokens[number % len(tokens)]}).encode()
        return [masked(b"40" + auth), masked(b'420["sync",{"positions":{}}]')]

    def post(number: int) -> bytes:
        payload = {"key": new_ulid(clock.now()), "to": "street", "text": "Le chat est rentré."}
        return masked(f'42["message.post",{json.dumps(payload)}]'.encode())

    return Dialect("/socket.io/?EIO=4&transport=websocket", hello, b'430[{"ok":true', post)


@contextmanager
def plain_server(name: str, size: int) -> Iterator[Running]:
    """One of the small servers of this folder, or nats-server."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        argv = _argv(name, port, size, Path(folder))
        process = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            _wait_for_port(port, process)
            dialect = nats_dialect(size) if name == "nats" else socketio_dialect(size)
            if name == "bare":
                dialect = Dialect(
                    "/", lambda number: [], b"", lambda number: b"p", needs_pong=False
                )
            yield Running(name, process.pid, f"127.0.0.1:{port}", dialect)
        finally:
            process.kill()  # stock python-socketio waits for its clients otherwise
            process.wait(20)


@contextmanager
def palier_server(members: int, *, cell: str = CELL) -> Iterator[Running]:
    """The real house: gateway, rights, journal on SQLite, acks."""
    with tempfile.TemporaryDirectory() as folder:
        server = ServerProcess(Path(folder))
        residents = server.demo(members, cell=cell)
        server.start(ready_within=60)
        try:
            dialect = palier_dialect([resident.token for resident in residents])
            host = f"127.0.0.1:{server.port}"
            yield Running("palier", server.pid, host, dialect)
        finally:
            server.stop(30)


def available() -> list[str]:
    """The servers this machine can run."""
    names = ["engine", "stock", "bare"]
    if (HERE / "peers/node/node_modules/socket.io").is_dir() and shutil.which("node"):
        names.append("node")
    if shutil.which("nats-server"):
        names.append("nats")
    return names


def _argv(name: str, port: int, size: int, folder: Path) -> list[str]:
    if name == "node":
        return ["node", str(HERE / "peers/node/server.mjs"), str(port)]
    if name == "nats":
        config = folder / "nats.conf"
        config.write_text(
            f"host: 127.0.0.1\nport: {free_port()}\nmax_connections: 70000\n"
            f"websocket {{ host: 127.0.0.1, port: {port}, no_tls: true, compression: false }}\n"
        )
        return ["nats-server", "-c", str(config), "-l", str(folder / "nats.log")]
    module = [sys.executable, "-m", f"benchmarks.fanout.servers.{name}", str(port)]
    return [*module, str(size)] if name == "bare" else module


def _wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/none", timeout=1).close()
            return
        except urllib.error.HTTPError:
            return
        except (OSError, ValueError):
            if _is_listening(port):
                return
            time.sleep(0.05)
    raise RuntimeError("the server does not listen")


def _is_listening(port: int) -> bool:
    wanted = f"0100007F:{port:04X}"
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return any(fields[1] == wanted and fields[3] == "0A" for fields in map(str.split, lines))


def own_cpu() -> float:
    """CPU seconds of the load generator itself."""
    times = os.times()
    return times.user + times.system

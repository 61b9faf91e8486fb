"""Two or three nodes of each kind over one Redis: started, watched, stopped by their own id."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fanout.crowd import Crowd, Dialect, Listener, masked
from benchmarks.fanout.processes import ROOT, Running, _wait_for_port
from realtime.clock import Clock
from realtime.ids import new_ulid
from tests.support.app import Resident
from tests.support.nodes import nodes
from tests.support.processes import free_port, scratch
from tests.support.servers import PostgresServer, RedisServer, postgres_owner

HERE = Path(__file__).parent
CELL = "gbwc9z1"
_SENT = re.compile(rb"sent(\d{19})at")


def stamp() -> str:
    """When a message was sent; the same in each kind's words, about as long as a short message."""
    return f"sent{time.monotonic_ns():019d}at Le chat est rentré, merci à tous."


@dataclass(slots=True)
class Cluster:
    """Nodes of one kind; `others` are processes whose CPU is part of the price."""

    name: str
    nodes: list[Running]
    redis: RedisServer
    others: dict[str, int]
    members: list[Resident]

    def cpu(self, number: int) -> float:
        return self.nodes[number].cpu()


class Watched(Listener):
    """A client that reads when each message was sent."""

    __slots__ = ("delays", "rest")

    def __init__(self, crowd: Crowd, number: int) -> None:
        super().__init__(crowd, number)
        self.delays: list[float] = []
        self.rest = b""

    def _count(self, data: bytes) -> None:
        now = time.monotonic_ns()
        # A chunk may end in the middle of a stamp.
        held, end = self.rest + data, 0
        for found in _SENT.finditer(held):
            self.delays.append((now - int(found[1])) / 1e9)
            end = found.end()
        self.rest = held[max(end, len(held) - 64) :]
        super()._count(data)


def member_dialect(tokens: list[str]) -> Dialect:
    """Members of one street: connect with a token, `sync`, then hear what is posted."""
    clock = Clock()

    def hello(number: int) -> list[bytes]:
        auth = json.dumps({"token": tokens[number % len(tokens)]}).encode()
        return [masked(b"40" + auth), masked(b'420["sync",{"positions":{}}]')]

    def post(number: int) -> bytes:
        payload = {"key": new_ulid(clock.now()), "to": "street", "text": stamp()}
        return masked(f'42["message.post",{json.dumps(payload, ensure_ascii=False)}]'.encode())

    return Dialect("/socket.io/?EIO=4&transport=websocket", hello, b'430[{"ok":true', post)


def plain_dialect() -> Dialect:
    def post(number: int) -> bytes:
        payload = {"text": stamp(), "padding": "x" * 300}
        return masked(f'42["post",{json.dumps(payload, ensure_ascii=False)}]'.encode())

    path = "/socket.io/?EIO=4&transport=websocket"
    return Dialect(path, lambda number: [masked(b"40")], b'40{"sid"', post)


@contextmanager
def palier(count: int, members: int, *, elsewhere: int = 0) -> Iterator[Cluster]:
    """Real nodes on PostgreSQL with fsync; `elsewhere` more members live in another region."""
    with ExitStack() as stack:
        home = stack.enter_context(scratch(postgres_owner()))
        home.chmod(0o755)
        for name in ("postgres", "redis", "nodes"):
            (home / name).mkdir()
        (home / "postgres").chmod(0o777)
        postgres = PostgresServer(home / "postgres", durable=True)
        stack.callback(postgres.stop)
        redis = RedisServer(home / "redis")
        stack.callback(redis.stop)
        url = postgres.new_migrated_database()
        running = stack.enter_context(
            nodes(home / "nodes", count, database_url=url, redis_url=redis.url)
        )
        residents = running[0].demo(members, cell=CELL)
        if elsewhere:
            residents += running[0].demo(elsewhere, cell="u09tvw0", seed=2)
        dialect = member_dialect([resident.token for resident in residents])
        found = [Running("palier", n.pid, f"127.0.0.1:{n.port}", dialect) for n in running]
        others = {"redis": redis.process.pid}
        yield Cluster("palier", found, redis, others, residents)


@contextmanager
def peers(name: str, count: int) -> Iterator[Cluster]:
    """`stock`, or one of Node's adapters: `node pubsub`, `node sharded`, `node streams`."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        redis = RedisServer(home)
        stack.callback(redis.stop)
        found = []
        for _ in range(count):
            port = free_port()
            process = subprocess.Popen(
                _argv(name, port, redis.port), cwd=ROOT, stdout=subprocess.DEVNULL
            )
            stack.callback(_end, process)
            _wait_for_port(port, process)
            found.append(Running(name, process.pid, f"127.0.0.1:{port}", plain_dialect()))
        yield Cluster(name, found, redis, {"redis": redis.process.pid}, [])


def available() -> list[str]:
    names = ["palier", "stock"]
    if (HERE / "peers/node/node_modules/socket.io").is_dir() and shutil.which("node"):
        names += ["node pubsub", "node sharded", "node streams"]
    return names


def _argv(name: str, port: int, redis_port: int) -> list[str]:
    if name == "stock":
        module = "benchmarks.nodes.servers.stock"
        return [sys.executable, "-m", module, str(port), str(redis_port)]
    kind = name.partition(" ")[2]
    return ["node", str(HERE / "peers/node/server.mjs"), str(port), str(redis_port), kind]


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait(20)

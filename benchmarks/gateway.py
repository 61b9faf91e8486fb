"""What the whole server does per second, from outside: `python -m benchmarks.gateway`.

1. `message.post` through the gateway: WebSocket, rights, journal, commit, ack, and delivery to the
   five members of each of twenty streets, at 1, 10 and 100 senders.
2. Fan-out to 1,000 sockets of one street, 20 messages a second there, while 1,000 messages a second
   are written elsewhere in the town; then with all 1,000 a second in that one street.

The load comes from processes of its own (`benchmarks.load`) and their CPU share is printed: where
it nears 100 % the figure is the generator's, not the server's.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.load import Asked
from benchmarks.measures import cpu_seconds, fsyncs_per_second, in_milliseconds, machine
from realtime.db import migrate
from tests.support.app import ServerProcess
from tests.support.doors import let_in
from tests.support.processes import scratch, wait_until
from tests.support.residents import member
from tests.support.servers import PostgresServer, postgres_owner

ROOT = Path(__file__).parents[1]
STREETS = 20
SENDERS = (1, 10, 100)
LISTENERS = 1_000


def street(number: int) -> str:
    """Cells far from each other: no ring of one holds another."""
    return f"gb{'bcdefghjkmnpqrstuvwx'[number % 20]}c9z1"


class Generator:
    """One load process, ready before it is let go."""

    def __init__(self, directory: Path, name: str, port: int, **asked: Any) -> None:
        self.ready = directory / f"{name}.ready"
        self._told = directory / f"{name}.told"
        settings = directory / f"{name}.json"
        plain = Asked(
            port=port,
            senders=asked.get("senders", []),
            listeners=asked.get("listeners", []),
            seconds=asked["seconds"],
            rate=asked.get("rate", 0),
            go=str(directory / "go"),
            ready=str(self.ready),
            told=str(self._told),
        )
        settings.write_text(json.dumps(asdict(plain)))
        argv = [sys.executable, "-m", "benchmarks.load", str(settings)]
        self.process = subprocess.Popen(argv, cwd=ROOT)

    def told(self) -> dict[str, Any]:
        self.process.wait(120)
        told: dict[str, Any] = json.loads(self._told.read_text())
        return told


def let_go(server: ServerProcess, directory: Path, *generators: Generator) -> tuple[Any, ...]:
    """Start all at once; what each told, and the server's CPU share meanwhile at the end."""
    for generator in generators:
        wait_until(generator.ready.exists, 90, "the clients are connected")
    begun, cpu = time.monotonic(), cpu_seconds(server.pid)
    (directory / "go").touch()
    told = [generator.told() for generator in generators]
    # The last half second of a generator is silence.
    share = (cpu_seconds(server.pid) - cpu) / (time.monotonic() - begun - 0.5)
    (directory / "go").unlink()
    for generator in generators:
        generator.ready.unlink()
    return (*told, share)


def write(server: ServerProcess, directory: Path, tokens: list[str], seconds: float) -> None:
    counters = Counters(server)
    for senders in SENDERS:
        load = Generator(directory, "s", server.port, senders=tokens[:senders], seconds=seconds)
        told, share = let_go(server, directory, load)
        note = f"   {told['refused']} refused" if told["refused"] else ""
        print(
            f"  {senders:>3} senders {told['acked'] / seconds:>7,.0f}/s"
            f"   {in_milliseconds(told['waits'])} ms   server {share:4.0%}"
            f"   generator {told['cpu_share']:4.0%}{note}\n      {counters.since()}",
            flush=True,
        )


def fan_out(
    server: ServerProcess, directory: Path, tokens: dict[str, list[str]], seconds: float
) -> None:
    """`elsewhere` are members of other streets, `here` and `crowd` live in one."""
    counters = Counters(server)
    here, crowd, elsewhere = tokens["here"], tokens["crowd"], tokens["elsewhere"]
    for name, rates in (
        ("20/s here, 1,000/s elsewhere", ((here, 20), (elsewhere, 980))),
        ("1,000/s, all of them here", ((here, 1_000),)),
    ):
        hearing = Generator(directory, "h", server.port, listeners=crowd, seconds=seconds)
        speaking = [
            Generator(directory, f"s{n}", server.port, senders=who, rate=rate, seconds=seconds)
            for n, (who, rate) in enumerate(rates)
        ]
        heard, *spoken, share = let_go(server, directory, hearing, *speaking)
        acked = sum(told["acked"] for told in spoken)
        waits = [wait for told in spoken for wait in told["waits"]]
        print(
            f"  {name}: to {len(crowd):,} sockets {in_milliseconds(heard['travelled'])} ms"
            f" ({len(heard['travelled']):,} samples, {heard['lost']} lost);"
            f" acked {acked / seconds:,.0f}/s {in_milliseconds(waits)} ms;"
            f" server {share:.0%}, listeners {heard['cpu_share']:.0%},"
            f" senders {sum(told['cpu_share'] for told in spoken):.0%}\n      {counters.since()}",
            flush=True,
        )


def settle(url: str) -> dict[str, list[str]]:
    """Everybody who takes part; session tokens by role."""
    crowd_street = "u09tvw0"
    roles = {
        "elsewhere": [member(street(number), f"Sender {number}") for number in range(100)],
        "here": [member(crowd_street, f"Speaker {number}") for number in range(10)],
        "crowd": [member(crowd_street, f"Neighbour {number}") for number in range(LISTENERS)],
    }
    tokens: dict[str, list[str]] = {}
    for role, people in roles.items():
        tokens[role] = []
        for start in range(0, len(people), 200):
            tokens[role] += asyncio.run(let_in(url, *people[start : start + 200]))
    return tokens


@contextmanager
def database(kind: str) -> Iterator[tuple[str, Path]]:
    if kind == "sqlite":
        with scratch() as directory:
            yield f"sqlite:///{directory / 'palier.db'}", directory
        return
    with scratch(postgres_owner()) as directory:
        server = PostgresServer(directory, durable=True)
        yield server.new_database(), directory
        server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--only", choices=["write", "fan-out"])
    asked = parser.parse_args()
    print(machine())
    for kind in asked.databases:
        with database(kind) as (url, directory), scratch() as work:
            migrate(url)
            tokens = settle(url)
            print(
                f"{kind}: the disk keeps {fsyncs_per_second(directory):,.0f} fsyncs/s", flush=True
            )
            with ServerProcess(work, database_url=url) as server:
                if asked.only != "fan-out":
                    write(server, work, tokens["elsewhere"], asked.seconds)
                if asked.only != "write":
                    fan_out(server, work, tokens, asked.seconds)
                if server.faults():
                    print("\n".join(server.faults()[:3]))


class Counters:
    """What the server counted since the last look: where a write spends its time."""

    def __init__(self, server: ServerProcess) -> None:
        self._server = server
        self._before = self._read()

    def _read(self) -> dict[str, float]:
        with urllib.request.urlopen(f"{self._server.origin}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        found: dict[str, float] = {}
        for line in lines:
            name, _, value = line.partition("{")[0].partition(" ")
            if not line.startswith("#"):
                value = line.rpartition(" ")[2]
                found[name] = found.get(name, 0.0) + float(value)
        return found

    def since(self) -> str:
        now = self._read()
        new = {name: value - self._before.get(name, 0.0) for name, value in now.items()}
        self._before = now
        commits = new.get("palier_commit_seconds_count") or 1
        functions = new.get("palier_write_function_seconds_count") or 1
        return (
            f"{functions / commits:.1f} functions a commit,"
            f" {new['palier_commit_seconds_sum'] / commits * 1e3:.2f} ms a commit,"
            f" {new['palier_write_function_seconds_sum'] / functions * 1e3:.3f} ms a function,"
            f" {new.get('palier_gap_fills_total', 0):.0f} gap fills"
        )


if __name__ == "__main__":
    main()

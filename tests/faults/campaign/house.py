"""What the campaign sets up: PostgreSQL, Redis, three nodes, and a cable on every way."""

from __future__ import annotations

import os
import signal
import sys
import urllib.request
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import psycopg

from realtime.accounts.demo import create_members, invent_names
from realtime.clock import Clock
from realtime.db import open_database
from realtime.keyring import open_keyring
from realtime.places.homes import homes_in
from tests.faults.campaign.cables import Cables
from tests.faults.campaign.disk import Disk, open_disk
from tests.faults.campaign.history import FAMILIES, Log, Row
from tests.support.app import ROOT, ServerProcess
from tests.support.nodes import SECRET
from tests.support.processes import Process, wait_until
from tests.support.servers import PostgresServer, RedisServer

NODES = 3
# Far apart: no ring touches another.
CELLS = ("gbwc9z1", "gbwcc21", "gbwb3k5", "u09tvw0", "u05kq4n", "spgz6y2")
# One node lives an hour ahead, one behind: order is a matter of numbers, never of clocks.
CLOCKS = ("0", "3600", "-3600")
# Twelve for each node, and some for us.
CONNECTIONS = 60


class Node(ServerProcess):
    """`serve` through the campaign's own door, which may plant failpoints or a mutant."""

    def start_only(self) -> None:
        argv = [sys.executable, "-m", "tests.faults.campaign.serve", "serve", "--host", "127.0.0.1"]
        self.process = Process([*argv, "--port", str(self.port)], self.log, env=self.env, cwd=ROOT)

    def answers(self) -> bool:
        """It lives, whatever is away around it."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=1):
                return True
        except OSError:
            return False

    @property
    def clock_file(self) -> Path:
        return self.directory / "clock"

    def set_clock(self, seconds: int) -> None:
        """How far its clock is off from now on, whatever it was."""
        new = self.directory / "clock.new"
        new.write_text(str(seconds - int(self.env["PALIER_CLOCK_OFFSET_S"])))
        new.rename(self.clock_file)

    def send(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send(number)


@dataclass(slots=True)
class House:
    """All of it, running. Cables: to node n, from node n to Redis, from node n to the database."""

    postgres: PostgresServer
    redis: RedisServer
    nodes: list[Node]
    cables: Cables
    database: str
    disk: Disk | None

    @property
    def origins(self) -> list[str]:
        return [f"http://127.0.0.1:{port}" for port in self.cables.ports[:NODES]]

    def cable_to(self, what: str, node: int) -> int:
        return {"clients": 0, "redis": NODES, "database": 2 * NODES}[what] + node

    def read_log(self) -> Log:
        """The journal, read at the source. No worker runs: every job written is still there."""
        log: Log = defaultdict(list)
        with psycopg.connect(self.database) as connection:
            promised = {
                found[0]
                for found in connection.execute(
                    """SELECT coalesce(about::json->>'message', about::json->>'alert') FROM job
                       WHERE name IN ('push.message', 'push.alert')"""
                )
            }
            rows = connection.execute(
                """SELECT event.topic, event.seq, coalesce(message.text, alert.title, ''),
                          event.kind, event.object
                   FROM event LEFT JOIN message ON message.id = event.object
                   LEFT JOIN alert ON alert.id = event.object
                   WHERE split_part(event.topic, ':', 1) = ANY(%s)
                   ORDER BY event.topic, event.seq""",
                [list(FAMILIES)],
            )
            for topic, seq, text, kind, about in rows:
                rings = kind == "alert.raised" or (
                    kind == "message.posted" and not topic.startswith("street:")
                )
                log[topic].append(Row(seq, text, kind, about, not rings or about in promised))
        return log

    def read_heads(self) -> dict[str, int]:
        """How many events each topic has."""
        with psycopg.connect(self.database) as connection:
            return dict(connection.execute("SELECT name, head FROM topic").fetchall())

    def stop(self) -> None:
        for node in self.nodes:
            if node.process is not None:
                node.send(signal.SIGCONT)
                node.process.kill9()
        self.cables.close()
        self.redis.stop()
        self.postgres.stop()
        if self.disk is not None:
            self.disk.close()


def open_house(directory: Path, *, mutant: str = "", failpoints: str = "") -> House:
    """Start everything; the nodes are ready when this returns."""
    home = _folder(directory, "postgres", owned=True)
    disk = open_disk(home)
    postgres = PostgresServer(home, durable=True, connections=CONNECTIONS)
    redis = RedisServer(_folder(directory, "redis"))
    database = postgres.new_migrated_database()
    nodes = [Node(_folder(directory, f"node{n}"), database_url=database) for n in range(NODES)]
    targets = [node.port for node in nodes] + [redis.port] * NODES + [postgres.port] * NODES
    cables = Cables(targets)
    for number, node in enumerate(nodes):
        near = cables.ports[number::NODES]
        node.env |= {
            "PALIER_ORIGIN": f"http://127.0.0.1:{near[0]}",
            "PALIER_REDIS_URL": f"redis://127.0.0.1:{near[1]}/0",
            "PALIER_DATABASE_URL": database.replace(f":{postgres.port}/", f":{near[2]}/"),
            "PALIER_SECRET": SECRET,
            "PALIER_CLOCK_OFFSET_S": CLOCKS[number],
            "CAMPAIGN_CLOCK": str(node.clock_file),
            "CAMPAIGN_MUTANT": mutant,
            "CAMPAIGN_FAILPOINTS": failpoints,
        }
        node.start_only()
    for node in nodes:
        wait_until(node.answers, 300, f"the node answers ({node.log})")
    return House(postgres, redis, nodes, cables, database, disk)


def _folder(directory: Path, name: str, *, owned: bool = False) -> Path:
    path = directory / name
    path.mkdir()
    if owned and os.geteuid() == 0:
        path.chmod(0o777)
    return path


async def settle(house: House, per_room: int) -> list[tuple[str, str]]:
    """Members of each cell, as `demo` makes them: (session token, street topic)."""
    db = open_database(house.database)
    clock = Clock()
    keyring = open_keyring(house.nodes[0].directory, SECRET)
    found = []
    for cell in CELLS:
        homes = await homes_in(db, clock, cell, per_room, 1)
        names = invent_names(per_room, 1)
        made = await db.write(create_members, keyring, homes, names, clock.now())
        found += [(one.token, f"street:{cell}") for one in made]
    await db.close()
    return found

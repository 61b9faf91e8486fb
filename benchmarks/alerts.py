"""Whom an alert reaches: coverings, and the audience's ids among many members, on both databases.

    python -m benchmarks.alerts [--members 1000000] [--rounds 20] [--databases sqlite,postgresql]

Members live at random within 15 km of Rennes (a third within 3 km). Three areas: a circle of 500 m,
one of 2 km, a square of 7 km (a commune). "ids" fetches the accounts, "count" the number that the
author is shown; both through `db.read`, one at a time, warm. Median and 99th percentile, in ms.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import platform
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

import uvloop

from realtime.alerts.area import reached_by
from realtime.clock import to_millis
from realtime.db import Database, Tx, migrate, open_database
from realtime.geo.areas import polygon_from
from realtime.geo.cells import cell_at
from realtime.geo.covering import cover
from realtime.members.store import count_under, list_under
from tests.support.processes import scratch
from tests.support.servers import PostgresServer, postgres_owner

MIDDLE = (-1.68, 48.11)
METRES = 111_200.0
CHUNK = 5_000
_COLUMNS = """account, name, level, visitor_until, home_cell, street, city, household"""


def somewhere(dice: random.Random) -> tuple[float, float]:
    spread = 3_000 if dice.random() < 1 / 3 else 15_000
    lon, lat = MIDDLE
    across = METRES * math.cos(math.radians(lat))
    return (
        lon + dice.uniform(-spread, spread) / across,
        lat + dice.uniform(-spread, spread) / METRES,
    )


def add_members(tx: Tx, cells: list[str], start: int, at: int) -> None:
    rows = [
        {"account": f"{start + n:020x}", "cell": cell, "at": at} for n, cell in enumerate(cells)
    ]
    tx.many(
        """INSERT INTO account (id, email, password_hash, created_at)
           VALUES (:account, :account, '!', :at)""",
        rows,
    )
    tx.many(
        f"""INSERT INTO member ({_COLUMNS})
            VALUES (:account, 'A', 'postcard', :at, :cell, 'S', 'C', :account)""",
        rows,
    )


async def fill(db: Database, members: int, seed: int) -> None:
    dice = random.Random(seed)
    at = to_millis(datetime.now(UTC))
    for start in range(0, members, CHUNK):
        size = min(CHUNK, members - start)
        cells = [cell_at(*somewhere(dice)) for _ in range(size)]
        await db.write(add_members, cells, start, at)
    if db.dialect == "postgresql":
        await db.write(lambda tx: tx.run("ANALYZE member"))


def areas() -> dict[str, tuple[str, ...]]:
    commune = square(3_500)
    return {
        "500 m": reached_by("lost_cat", MIDDLE, 500, None, official=False).cells,
        "2 km": reached_by("lost_cat", MIDDLE, 2_000, None, official=False).cells,
        "commune": cover(polygon_from(commune), 1_024),
    }


def square(half_m: float) -> dict[str, object]:
    lon, lat = MIDDLE
    x, y = half_m / (METRES * math.cos(math.radians(lat))), half_m / METRES
    ring = [[lon - x, lat - y], [lon + x, lat - y], [lon + x, lat + y], [lon - x, lat + y]]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def star(corners: int) -> dict[str, object]:
    """A polygon of so many vertices, 6 km across."""
    lon, lat = MIDDLE
    ring = []
    for step in range(corners):
        angle = 2 * math.pi * step / corners
        reach = 3_000 if step % 2 else 2_400
        across = METRES * math.cos(math.radians(lat))
        ring.append(
            [lon + reach * math.sin(angle) / across, lat + reach * math.cos(angle) / METRES]
        )
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def timed(act: Callable[[], object], rounds: int) -> tuple[float, float]:
    took = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        took.append((time.perf_counter() - begun) * 1_000)
    return summary(took)


def summary(took: list[float]) -> tuple[float, float]:
    ordered = sorted(took)
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


async def measure(db: Database, rounds: int) -> None:
    now = datetime.now(UTC)
    for name, cells in areas().items():
        for what, ask in (("ids", list_under), ("count", count_under)):
            took: list[float] = []
            found: object = None
            for at in range(rounds + 2):
                begun = time.perf_counter()
                found = await db.read(ask, cells, now)
                if at >= 2:
                    took.append((time.perf_counter() - begun) * 1_000)
            many = len(found) if isinstance(found, list) else found
            median, worst = summary(took)
            print(
                f"{db.dialect:<11} {name:<8} {what:<6} {len(cells):>5} cells {many:>8} members"
                f" {median:>8.1f} {worst:>8.1f} ms",
                flush=True,
            )


async def on_both(members: int, rounds: int, databases: list[str]) -> None:
    if "sqlite" in databases:
        with scratch() as folder:
            await on_one(f"sqlite:///{folder / 'members.db'}", members, rounds)
    if "postgresql" in databases:
        with scratch(postgres_owner()) as folder:
            server = PostgresServer(folder)
            try:
                await on_one(server.new_database(), members, rounds)
            finally:
                server.stop()


async def on_one(url: str, members: int, rounds: int) -> None:
    await asyncio.to_thread(migrate, url)
    db = await asyncio.to_thread(open_database, url)
    try:
        begun = time.perf_counter()
        await fill(db, members, 1)
        print(f"{db.dialect}: {members} members in {time.perf_counter() - begun:.0f} s", flush=True)
        await measure(db, rounds)
    finally:
        await db.close()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--members", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=20)
    asked.add_argument("--databases", default="sqlite,postgresql")
    given = asked.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}")
    for name, act in (
        ("circle of 500 m", lambda: reached_by("lost_cat", MIDDLE, 500, None, official=False)),
        ("circle of 2 km", lambda: reached_by("lost_cat", MIDDLE, 2_000, None, official=False)),
        ("400 vertices, 6 km", lambda: cover(polygon_from(star(399)), 128)),
    ):
        median, worst = timed(act, given.rounds)
        print(f"covering of {name:<20} {median:>8.1f} {worst:>8.1f} ms")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(on_both(given.members, given.rounds, given.databases.split(",")))


if __name__ == "__main__":
    main()

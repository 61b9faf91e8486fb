"""Audience selection among many members: ours on both databases, PostGIS beside it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg

from benchmarks.alerts import postgis
from benchmarks.alerts.town import coverings, somewhere
from benchmarks.measures import percentile
from realtime.clock import to_millis
from realtime.db import Database, Tx, migrate, open_database
from realtime.geo.cells import cell_at
from realtime.members.store import count_under, list_under
from tests.support.processes import scratch
from tests.support.servers import PostgresServer, postgres_owner

SEED = 1
_CHUNK = 5_000
_COLUMNS = "account, name, level, visitor_until, home_cell, street, city, household"
# Every server fetches the accounts ("ids"), then the number that the author is shown ("count").
_WARM_UP = 2


async def on_sqlite(members: int, rounds: int) -> None:
    with scratch() as folder:
        await _ours(f"sqlite:///{folder / 'members.db'}", members, rounds)


async def on_postgresql(members: int, rounds: int) -> None:
    """Ours and PostGIS take turns on one server, round after round."""
    with scratch(postgres_owner()) as folder:
        server = PostgresServer(folder)
        try:
            await _ours(server.new_database(), members, rounds)
            url = server.new_database()
            if postgis.is_there(url):
                await asyncio.to_thread(_theirs, url, members, rounds)
            else:
                print("PostGIS is not installed: apt-get install postgresql-15-postgis-3")
        finally:
            server.stop()


async def _ours(url: str, members: int, rounds: int) -> None:
    await asyncio.to_thread(migrate, url)
    db = await asyncio.to_thread(open_database, url)
    try:
        await _fill(db, members)
        if db.dialect == "postgresql":
            await asyncio.to_thread(postgis.vacuum, url, "member")
        now = datetime.now(UTC)
        for area, cells in coverings().items():
            for what, ask in (("ids", list_under), ("count", count_under)):
                took: list[float] = []
                found: object = None
                for _ in range(rounds + _WARM_UP):
                    begun = time.perf_counter()
                    found = await db.read(ask, cells, now)
                    took.append(time.perf_counter() - begun)
                _say(db.dialect, area, what, found, took)
    finally:
        await db.close()


def _theirs(url: str, members: int, rounds: int) -> None:
    dice = random.Random(SEED)
    with psycopg.connect(url, autocommit=True) as connection:
        postgis.fill(connection, (somewhere(dice) for _ in range(members)))
        for area, within in postgis.AREAS.items():
            for what in ("ids", "count"):
                ask: Callable[..., Any] = postgis.list_within if what == "ids" else postgis.count
                took = []
                for _ in range(rounds + _WARM_UP):
                    begun = time.perf_counter()
                    found = ask(connection, within)
                    took.append(time.perf_counter() - begun)
                _say("postgis", area, what, found, took)


def _say(server: str, area: str, what: str, found: object, took: list[float]) -> None:
    many = len(found) if isinstance(found, list) else found
    warm = took[_WARM_UP:]
    print(
        f"{server:<11} {area:<8} {what:<6} {many:>8} members"
        f" {percentile(warm, 0.5) * 1e3:>9.2f} {percentile(warm, 0.99) * 1e3:>9.2f} ms",
        flush=True,
    )


async def _fill(db: Database, members: int) -> None:
    dice = random.Random(SEED)
    at = to_millis(datetime.now(UTC))
    for start in range(0, members, _CHUNK):
        size = min(_CHUNK, members - start)
        cells = [cell_at(*somewhere(dice)) for _ in range(size)]
        await db.write(_add_members, cells, start, at)


def _add_members(tx: Tx, cells: list[str], start: int, at: int) -> None:
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

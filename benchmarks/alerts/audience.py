"""Audience selection among many members: ours on both databases, PostGIS beside it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import psycopg

from benchmarks.alerts import postgis
from benchmarks.alerts.town import coverings, somewhere
from benchmarks.measures import percentile
from realtime.clock import to_millis
from realtime.db import Database, Tx, migrate, open_database
from realtime.geo.cells import cell_at
from realtime.members.audience.store import count_under, list_under
from tests.support.processes import scratch
from tests.support.servers import PostgresServer, postgres_owner

SEED = 1
_CHUNK = 5_000
_COLUMNS = "account, name, level, visitor_until, home_cell, street, city, household"
# Every server fetches the accounts ("ids"), then the number that the author is shown ("count").
_WARM_UP = 2


async def on_sqlite(members: int, rounds: int) -> None:
    with scratch() as folder:
        async with _town(f"sqlite:///{folder / 'members.db'}", members) as db:
            await _compare({"sqlite": partial(_ours, db)}, rounds)


async def on_postgresql(members: int, rounds: int) -> None:
    """Ours and PostGIS take turns on one server, round after round; twice, for its two indexes."""
    with scratch(postgres_owner()) as folder:
        server = PostgresServer(folder)
        try:
            url = server.new_database()
            if not postgis.is_there(url):
                print("PostGIS is not installed: apt-get install postgresql-15-postgis-3")
                return
            ours = server.new_database()
            async with _town(ours, members) as db:
                with psycopg.connect(url, autocommit=True) as connection:
                    dice = random.Random(SEED)
                    postgis.fill(connection, (somewhere(dice) for _ in range(members)))
                    postgis.vacuum(ours, "member")
                    postgis.vacuum(url, "resident")
                    us, they = partial(_ours, db), partial(_theirs, connection)
                    await _compare({"postgresql": us, "postgis": they}, rounds)
                    postgis.cover(connection)
                    postgis.vacuum(url, "resident")
                    await _compare({"postgresql": us, "postgis covering": they}, rounds)
        finally:
            server.stop()


@asynccontextmanager
async def _town(url: str, members: int) -> AsyncIterator[Database]:
    await asyncio.to_thread(migrate, url)
    db = await asyncio.to_thread(open_database, url)
    try:
        await _fill(db, members)
        yield db
    finally:
        await db.close()


Ask = Callable[[str, str], Awaitable[list[str] | int]]


async def _compare(servers: dict[str, Ask], rounds: int) -> None:
    for area in postgis.AREAS:
        for what in ("ids", "count"):
            took: dict[str, list[float]] = {name: [] for name in servers}
            found: dict[str, list[str] | int] = {}
            for _ in range(rounds + _WARM_UP):
                for name, ask in servers.items():
                    found.pop(name, None)  # to free the last answer is not part of the next
                    begun = time.perf_counter()
                    found[name] = await ask(area, what)
                    took[name].append(time.perf_counter() - begun)
            for name in servers:
                _say(name, area, what, found[name], took[name])


async def _ours(db: Database, area: str, what: str) -> list[str] | int:
    cells, now = coverings()[area], datetime.now(UTC)
    if what == "ids":
        return await db.read(list_under, cells, now)
    return await db.read(count_under, cells, now)


async def _theirs(connection: psycopg.Connection[Any], area: str, what: str) -> list[str] | int:
    within = postgis.AREAS[area]
    if what == "ids":
        return postgis.list_within(connection, within)
    return postgis.count(connection, within)


def _say(server: str, area: str, what: str, found: object, took: list[float]) -> None:
    many = len(found) if isinstance(found, list) else found
    warm = took[_WARM_UP:]
    print(
        f"{server:<16} {area:<8} {what:<6} {many:>8} members"
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

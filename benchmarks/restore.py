"""How long a town is away while its backup is put back (aim: a million messages within 10 min).

    python -m benchmarks.restore [--messages 1000000] [--databases sqlite,postgresql]

The messages of `benchmarks.chat`, backed up and restored as docs/operating.md and docs/deploy say:
`.backup` of SQLite and a copy, `pg_dump` and `pg_restore` of PostgreSQL into an empty database, the
migration, a new epoch, and a server that answers `/readyz`.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop

from benchmarks.chat import Town, databases, fill
from benchmarks.measures import machine
from realtime.db import Tx, migrate, open_database
from tests.support.app import ServerProcess
from tests.support.restore import new_epoch_statements


@contextmanager
def timed(what: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    print(f"  {what:34} {time.perf_counter() - begun:6.1f} s", flush=True)


def back_up(url: str, copy: Path) -> None:
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as live, sqlite3.connect(copy) as kept:
            live.backup(kept)
    else:
        subprocess.run(["pg_dump", "--format=custom", f"--file={copy}", url], check=True)


def put_back(copy: Path, url: str) -> None:
    """Into a database that holds nothing yet."""
    if url.startswith("sqlite"):
        with sqlite3.connect(copy) as kept, sqlite3.connect(url.removeprefix("sqlite:///")) as new:
            kept.backup(new)
    else:
        argv = ["pg_restore", "--no-owner", "--exit-on-error", "--jobs=2", f"--dbname={url}"]
        subprocess.run([*argv, str(copy)], check=True)


async def begin_epoch(url: str) -> None:
    db = await asyncio.to_thread(open_database, url)

    def begin(tx: Tx) -> int:
        for statement in new_epoch_statements():
            tx.run(statement.rstrip(";"))
        kept: int = tx.value("SELECT count(*) FROM message")
        return kept

    print(f"  {await db.write(begin):,} messages are back")
    await db.close()


async def measure(url: str, empty: str, messages: int, folder: Path) -> None:
    await asyncio.to_thread(migrate, url)
    db = await asyncio.to_thread(open_database, url)
    await fill(db, Town(messages))
    await db.close()
    copy = folder / "backup"
    with timed("the backup"):
        await asyncio.to_thread(back_up, url, copy)
    print(f"  of {copy.stat().st_size / 1e6:,.0f} MB")
    with timed("from the backup to a ready server"):
        with timed("  put back"):
            await asyncio.to_thread(put_back, copy, empty)
        with timed("  migrated, a new epoch"):
            await asyncio.to_thread(migrate, empty)
            await begin_epoch(empty)
        with timed("  ready"):
            server = ServerProcess(folder, database_url=empty)
            await asyncio.to_thread(server.start)
    server.stop()


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--databases", default="sqlite,postgresql")
    asked = parser.parse_args()
    print(machine())
    kinds = [kind for kind in asked.databases.split(",") for _ in range(2)]
    async with databases(kinds) as urls:
        for (kind, url), (_, empty) in zip(urls[::2], urls[1::2], strict=True):
            print(kind)
            with tempfile.TemporaryDirectory() as folder:
                await measure(url, empty, asked.messages, Path(folder))


if __name__ == "__main__":
    uvloop.run(main())

"""SQLite alone: group commit, durability, several processes on one file, a bounded queue."""

from __future__ import annotations

import asyncio
import multiprocessing
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from realtime import metrics
from realtime.db import Database, Tx, open_database
from realtime.db import sqlite as module
from realtime.errors import Overloaded, StorageFailed
from tests.support.notes import note, notes
from tests.support.strace import syncs_of

WRITES_ONE_BY_ONE = """
import asyncio, sys
from realtime.db import open_database
from tests.support.notes import note

async def main():
    db = open_database(sys.argv[1])
    for number in range(int(sys.argv[2])):
        await db.write(note, f"n{number}")
    await db.close()

asyncio.run(main())
"""

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


def commits() -> float:
    """How many commits this process made so far."""
    found = metrics.REGISTRY.get_sample_value("palier_commit_functions_count")
    assert found is not None
    return found


def pragma(tx: Tx, name: str) -> object:
    return tx.value(f"PRAGMA {name}")


@pytest.fixture
async def held(database: Database) -> AsyncIterator[threading.Event]:
    """The writer is busy until the event is set."""
    release = threading.Event()
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hold(tx: Tx) -> None:
        loop.call_soon_threadsafe(begun.set)
        assert release.wait(10)

    holding = asyncio.create_task(database.write(hold))
    await begun.wait()
    yield release
    release.set()
    await holding


async def test_what_waits_is_committed_together(database: Database, held: threading.Event) -> None:
    before = commits()
    writing = [asyncio.create_task(database.write(note, f"n{n:03}")) for n in range(250)]
    await asyncio.sleep(0)
    held.set()
    await asyncio.gather(*writing)

    # The one that held the writer, then 250 waiting functions in batches of 100.
    assert commits() - before == 1 + 3
    assert len(await database.read(notes)) == 250


async def test_nothing_is_acked_before_its_commit(
    database: Database, database_url: str, held: threading.Event
) -> None:
    seen_by_another: list[bool] = []

    async def write(name: str) -> None:
        await database.write(note, name)
        seen_by_another.append(await asyncio.to_thread(is_written, database_url, name))

    writing = [asyncio.create_task(write(f"n{n}")) for n in range(20)]
    held.set()
    await asyncio.gather(*writing)
    assert seen_by_another == [True] * 20


def is_written(url: str, name: str) -> bool:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        row = connection.execute("SELECT 1 FROM meta WHERE name = ?", (name,)).fetchone()
    connection.close()
    return row is not None


async def test_every_connection_keeps_full_sync(database: Database) -> None:
    modes = await database.write(lambda tx: (pragma(tx, "synchronous"), pragma(tx, "journal_mode")))
    assert modes == (2, "wal")
    both_readers = [database.read(pragma, "synchronous") for _ in range(20)]
    assert set(await asyncio.gather(*both_readers)) == {2}


async def test_what_a_write_may_undo_is_kept_in_memory(database: Database) -> None:
    assert await database.write(pragma, "temp_store") == 2


def test_a_connection_that_does_not_keep_full_sync_is_refused(
    database_kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Careless(sqlite3.Connection):
        def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
            return super().execute(sql.replace("FULL", "NORMAL"), parameters)

    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: real(*a, factory=Careless, **k))
    with pytest.raises(StorageFailed, match="FULL"):
        module.connect(str(tmp_path / "x.db"))


def test_each_commit_reaches_the_disk(database_url: str, tmp_path: Path) -> None:
    """As the kernel saw it: one fsync of the log at least for each write that was acked."""
    syncs = syncs_of(WRITES_ONE_BY_ONE, [database_url, "30"], tmp_path)
    assert len([file for file in syncs if file.endswith("-wal")]) >= 30


async def test_a_full_queue_refuses_and_recovers(
    database: Database, held: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAITING", 10)
    writing = [asyncio.create_task(database.write(note, f"n{n}")) for n in range(10)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await database.write(note, "one too many")

    held.set()
    await asyncio.gather(*writing)
    assert await database.write(note, "later") == "later"


async def test_a_file_that_cannot_be_opened_is_a_storage_failure(
    database_kind: str, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    db = await asyncio.to_thread(open_database, f"sqlite:///{tmp_path / 'folder'}")
    with pytest.raises(StorageFailed):
        await db.write(note, "a")
    with pytest.raises(StorageFailed):
        await db.read(notes)
    await db.close()


async def test_another_process_that_holds_the_lock_too_long_is_a_storage_failure(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.write(lambda tx: tx.run("PRAGMA busy_timeout = 50"))
    other = await asyncio.to_thread(lock, database_url)
    with pytest.raises(StorageFailed, match="locked"):
        await database.write(note, "a")
    await asyncio.to_thread(other.close)
    assert await database.write(note, "b") == "b"
    assert await database.read(notes) == ["b"]


def lock(url: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False
    )
    connection.execute("BEGIN IMMEDIATE")
    return connection


def write_some(url: str, process: int, count: int) -> None:
    async def main() -> None:
        db = open_database(url)
        await asyncio.gather(*(db.write(note, f"{process}.{n}") for n in range(count)))
        await db.close()

    asyncio.run(main())


def test_several_processes_share_one_file(database_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=write_some, args=(database_url, number, 300)) for number in range(3)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(50)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    with sqlite3.connect(database_url.removeprefix("sqlite:///")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM meta WHERE name <> 'epoch'").fetchone()
    connection.close()
    assert count == 900

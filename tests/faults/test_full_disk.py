"""A disk that fills up in the middle of a batch: nobody is lied to, nobody waits, and it heals."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from realtime.db import Database, open_database
from realtime.db import sqlite as module
from realtime.errors import StorageFailed
from tests.support.notes import note
from tests.support.processes import scratch

SENDERS = 8
WORDS = "x" * 1_500

pytestmark = [
    pytest.mark.faults,
    pytest.mark.parametrize("database_kind", ["sqlite"]),
]


async def send_until_refused(db: Database, sender: int) -> tuple[list[str], str]:
    """What was acked, and the first that was not."""
    acked: list[str] = []
    while len(acked) < 2_000:
        name = f"{sender}.{len(acked)}"
        try:
            async with asyncio.timeout(10):
                acked.append(await db.write(note, name, WORDS))
        except StorageFailed:
            return acked, name
    raise AssertionError("the disk never filled up")


def durable(url: str) -> set[str]:
    """As a reader that opens the file after a power cut finds it."""
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = connection.execute("SELECT name FROM meta WHERE name <> 'epoch'").fetchall()
    connection.close()
    return {name for (name,) in rows}


async def fill(db: Database, url: str) -> set[str]:
    """Eight senders write until each has been refused; what was acked is what is there."""
    outcomes = await asyncio.gather(*(send_until_refused(db, sender) for sender in range(SENDERS)))
    acked = {name for names, _ in outcomes for name in names}
    there = await asyncio.to_thread(durable, url)
    assert acked == there
    assert len(acked) > SENDERS
    return acked


async def test_a_full_database_acks_nothing_that_is_lost_and_heals(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {"most": 400}
    connect = module.connect

    def small(path: str, *, writable: bool = True) -> sqlite3.Connection:
        connection = connect(path, writable=writable)
        connection.execute(f"PRAGMA max_page_count = {pages['most']}")
        return connection

    monkeypatch.setattr(module, "connect", small)
    acked = await fill(database, database_url)

    # Still full: refused at once, again and again, and reading goes on.
    for _ in range(3):
        with pytest.raises(StorageFailed):
            await database.write(note, "too much", WORDS * 40)
    assert await database.read(lambda tx: tx.value("SELECT count(*) FROM meta")) == len(acked) + 1

    pages["most"] = 4_000
    # The connection that was refused last was closed: the next one is made with more room.
    healed = await asyncio.gather(
        *(database.write(note, f"healed {n}", WORDS) for n in range(SENDERS)),
        return_exceptions=True,
    )
    assert healed == [f"healed {n}" for n in range(SENDERS)]
    assert await asyncio.to_thread(durable, database_url) == acked | set(map(str, healed))


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 2 MiB."""
    with scratch() as directory:
        argv = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(directory)]
        if subprocess.run(argv, capture_output=True, check=False).returncode:
            pytest.skip("this machine does not allow a mount")
        yield directory
        subprocess.run(["umount", str(directory)], check=True)


@pytest.mark.root
async def test_a_full_disk_acks_nothing_that_is_lost_and_heals(
    database_url: str, small_disk: Path
) -> None:
    path = small_disk / "palier.db"
    shutil.copyfile(database_url.removeprefix("sqlite:///"), path)
    in_the_way = small_disk / "in-the-way"
    in_the_way.write_bytes(b"x" * 600_000)
    url = f"sqlite:///{path}"
    database = await asyncio.to_thread(open_database, url)

    acked = await fill(database, url)
    in_the_way.unlink()
    async with asyncio.timeout(10):
        assert await database.write(note, "healed", WORDS) == "healed"
    await database.close()
    assert await asyncio.to_thread(durable, url) == acked | {"healed"}

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
from tests.support.app import ServerProcess
from tests.support.clients import Client, Json, new_key
from tests.support.doors import let_in
from tests.support.notes import note
from tests.support.processes import scratch
from tests.support.residents import member

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
    """A file system of 4 MiB."""
    with scratch() as directory:
        argv = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(directory)]
        if subprocess.run(argv, capture_output=True, check=False).returncode:
            pytest.skip("this machine does not allow a mount")
        yield directory
        subprocess.run(["umount", str(directory)], check=True)


def almost_full(disk: Path, database_url: str) -> tuple[str, Path]:
    """The database on this disk, and what has to go to make room again."""
    path, in_the_way = disk / "palier.db", disk / "in-the-way"
    shutil.copyfile(database_url.removeprefix("sqlite:///"), path)
    in_the_way.write_bytes(b"x" * 2_600_000)
    return f"sqlite:///{path}", in_the_way


@pytest.mark.root
async def test_a_full_disk_acks_nothing_that_is_lost_and_heals(
    database_url: str, small_disk: Path
) -> None:
    url, in_the_way = almost_full(small_disk, database_url)
    database = await asyncio.to_thread(open_database, url)

    acked = await fill(database, url)
    in_the_way.unlink()
    async with asyncio.timeout(10):
        assert await database.write(note, "healed", WORDS) == "healed"
    await database.close()
    assert await asyncio.to_thread(durable, url) == acked | {"healed"}


async def post_until_refused(device: Client) -> tuple[list[str], Json, str]:
    """The messages that were acked; the first post that was not, and why."""
    acked: list[str] = []
    while len(acked) < 2_000:
        post = {"key": new_key(), "to": "street", "text": WORDS}
        ack = await device.command("message.post", post)
        if not ack["ok"]:
            return acked, post, ack["code"]
        acked.append(ack["message"]["id"])
    raise AssertionError("the disk never filled up")


def messages(url: str) -> set[str]:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        rows = connection.execute("SELECT id FROM message").fetchall()
    connection.close()
    return {found for (found,) in rows}


@pytest.mark.root
@pytest.mark.timeout(180)
async def test_a_server_on_a_full_disk_acks_nothing_that_is_lost_and_heals(
    database_url: str, small_disk: Path
) -> None:
    """Eight members post through the whole server until each is refused, then send again."""
    url, in_the_way = almost_full(small_disk, database_url)
    people = [member("gbwc9z1", f"Member {number}") for number in range(SENDERS)]
    with scratch() as directory, ServerProcess(directory, database_url=url) as server:
        devices = [Client(server.origin, token) for token in await let_in(url, *people)]
        for device in devices:
            await device.connect()
        outcomes = await asyncio.gather(*(post_until_refused(device) for device in devices))
        acked = {found for ids, _, _ in outcomes for found in ids}
        assert len(acked) > SENDERS
        assert {code for _, _, code in outcomes} == {"storage"}
        assert await asyncio.to_thread(messages, url) == acked

        in_the_way.unlink()
        for device, (_, post, _) in zip(devices, outcomes, strict=True):
            acked.add((await device.ask("message.post", **post))["message"]["id"])
        assert await asyncio.to_thread(messages, url) == acked
        for device in devices:
            await device.close()

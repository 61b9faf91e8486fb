"""Two versions at once: the schema grows under a serving node, and old and new are one house."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.support.app import ROOT, ServerProcess
from tests.support.clients import Client
from tests.support.nodes import SECRET, Roamer
from tests.support.processes import Process, scratch

# The last version whose schema is 0001, the first release's.
OLD = "bb33e0fd55698474580adeed286227cf0263460f"
CELL = "gbwc9z1"
# What members may feel of a migration.
SLOW_SECONDS = 4.0
pytestmark = pytest.mark.timeout(150)


class OldServer(ServerProcess):
    """`serve` of the version before."""

    code: Path

    def run(self, *arguments: str, timeout: float = 60) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "realtime", *arguments],
            cwd=self.code,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start_only(self) -> None:
        argv = [sys.executable, "-m", "realtime", "serve", "--host", "127.0.0.1"]
        argv += ["--port", str(self.port)]
        self.process = Process(argv, self.log, env=self.env, cwd=self.code)


@pytest.fixture(scope="module")
def old_code() -> Iterator[Path]:
    """As it was, out of the repository's own history."""
    done = subprocess.run(
        ["git", "archive", OLD, "realtime"], cwd=ROOT, capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("this clone does not hold the version before")
    with scratch() as directory:
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            archive.extractall(directory, filter="data")
        yield directory


def two_versions(
    directory: Path, code: Path, database_url: str, redis_url: str
) -> tuple[OldServer, ServerProcess]:
    """Over one database and one Redis; neither runs yet."""
    shared = {"PALIER_SECRET": SECRET, "PALIER_REDIS_URL": redis_url}
    for name in ("old", "new"):
        (directory / name).mkdir()
    old = OldServer(directory / "old", database_url=database_url, settings=shared)
    old.code = code
    return old, ServerProcess(directory / "new", database_url=database_url, settings=shared)


class Writer:
    """Posts without a break, and keeps what was acked and how long the slowest ack took."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.acked: list[str] = []
        self.slowest = 0.0

    async def run(self) -> None:
        opening = (await self._client.post("street", "Bonjour"))["id"]
        while True:
            text, begun = f"mot {len(self.acked)}", time.monotonic()
            await self._client.reply(opening, text)
            self.slowest = max(self.slowest, time.monotonic() - begun)
            self.acked.append(text)
            await asyncio.sleep(0.03)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(30):
            while len(self.acked) < count:
                await asyncio.sleep(0.02)


# SQLite has one writer a host: there a rolling update is a restart.
@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_the_schema_grows_under_a_serving_node_and_both_versions_hear_each_other(
    old_code: Path, empty_database_url: str, redis_url: str
) -> None:
    with scratch() as directory:
        old, new = two_versions(directory, old_code, empty_database_url, redis_url)
        old.run("migrate")
        with old.start():
            ada, bo, cy = old.demo(3, cell=CELL)
            a = await Roamer([old.origin, new.origin], ada).live()
            writer = Writer(a)
            async with Client(old.origin, bo.token) as b:
                writing = asyncio.create_task(writer.run())
                await writer.until(30)
                await asyncio.to_thread(new.run, "migrate")
                await writer.until(len(writer.acked) + 30)
                # In a thread: the members here go on meanwhile.
                await asyncio.to_thread(partial(new.start, ready_within=60))
                with new:
                    async with Client(new.origin, cy.token) as c:
                        await writer.until(len(writer.acked) + 30)
                        await c.post("street", "du nouveau")
                        await b.wait_for("message.posted", text="du nouveau", within=20)
                        last = writer.acked[-1]
                        await c.wait_for("message.posted", text=last)
                        b.assert_no_gap()
                        c.assert_no_gap()
                        writing.cancel()
                        await asyncio.wait([writing], timeout=10)
                        # The update goes on: the old node leaves, its members move over.
                        await asyncio.to_thread(old.stop)
                        async with asyncio.timeout(20):
                            while a.origin != new.origin or a.disconnected.is_set():
                                await asyncio.sleep(0.05)
                        assert (await a.post("street", "arrivée"))["text"] == "arrivée"
                        await c.wait_for("message.posted", text="arrivée")
                        texts = {text for topic in list(a.log) for text in a.texts(topic)}
                        assert set(writer.acked) <= texts
                        await a.rest()
            print(f"slowest ack {writer.slowest:.2f} s of {len(writer.acked)}")
            assert writer.slowest < SLOW_SECONDS
            assert old.faults() + new.faults() == []

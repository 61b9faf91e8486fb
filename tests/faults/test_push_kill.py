"""SIGKILL in mid-batch: every phone rings all the same, and what comes twice shows once."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from realtime.db import Database
from realtime.push.delivering import PIECE
from realtime.push.runs.store import list_runs
from tests.integration.alerts.asking import HOME, raise_one
from tests.support.app import ROOT
from tests.support.phones import SECRET, open_line
from tests.support.processes import Process
from tests.support.push_service import PushService
from tests.support.residents import Town, member

PHONES = 400
# Each batch may have a piece that was not written, and all that was in flight.
MOST_TWICE = 2 * PIECE + 64


@pytest.fixture
def worker(database_url: str, tmp_path: Path) -> Callable[[str], Process]:
    def start(hosts: str) -> Process:
        env = {name: value for name, value in os.environ.items() if not name.startswith("PALIER_")}
        env |= {
            "PALIER_DATABASE_URL": database_url,
            "PALIER_DATA_DIR": str(tmp_path),
            "PALIER_SECRET": SECRET,
            "PALIER_PUSH_EXTRA_HOSTS": hosts,
        }
        argv = [sys.executable, "-m", "realtime", "worker"]
        return Process(argv, tmp_path / "worker.log", env=env, cwd=ROOT)

    return start


@pytest.mark.timeout(150)
@pytest.mark.parametrize(
    "database_kind", ["postgresql", pytest.param("sqlite", marks=pytest.mark.long)]
)
async def test_a_worker_killed_in_mid_batch_loses_no_phone_and_shows_none_twice(
    database: Database, tmp_path: Path, worker: Callable[[str], Process]
) -> None:
    town = Town(database)
    town.now = datetime.now(UTC)
    async with PushService("google") as google, open_line(town, [google], tmp_path) as line:
        ada, *others = [member(HOME) for _ in range(PHONES + 1)]
        await town.settle(ada, *others)
        await line.awake(*others)
        for one in others:
            await line.subscribe(one, google)
        google.slow = 0.15
        alert = await raise_one(town, ada)
        first = worker(google.host)
        try:
            await google.wait_for(PHONES // 4, 40)
        finally:
            first.kill9()
        at_the_kill = len(google.got)
        assert at_the_kill < PHONES, "it was killed too late to prove anything"
        second = worker(google.host)
        try:
            async with asyncio.timeout(80), google.arrived:
                await google.arrived.wait_for(lambda: len({g.device for g in google.got}) == PHONES)
            (run,) = await database.read(list_runs, alert)
            async with asyncio.timeout(20):
                while run.accepted < PHONES:
                    await asyncio.sleep(0.05)
                    (run,) = await database.read(list_runs, alert)
        finally:
            second.stop()
    times = Counter(got.device for got in google.got)
    assert set(times) == set(google.phones), "nothing is lost"
    twice = [device for device, count in times.items() if count > 1]
    assert len(twice) <= MOST_TWICE
    for device in twice:
        shown, *again = [got for got in google.got if got.device == device]
        for other in again:
            # The same tag replaces, the same run is silent: nobody sees it twice.
            assert other.notification["tag"] == shown.notification["tag"]
            assert other.notification["data"]["run"] == shown.notification["data"]["run"]
            assert other.headers["topic"] == shown.headers["topic"]
    assert run.accepted == run.phones == PHONES
    print(f"{at_the_kill} before the kill, {len(twice)} twice, none lost of {PHONES}")

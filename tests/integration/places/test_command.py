"""`python -m realtime places import`: what an operator sees, and what a power cut leaves."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from realtime.clock import Clock
from realtime.db import open_database
from realtime.places import store
from realtime.places.editions import store as editions
from realtime.places.editions.load import sweep
from realtime.places.search import search
from tests.support.app import ServerProcess
from tests.support.processes import Process

HEADER = "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat\n"
ROOT = Path(__file__).parents[3]


def write(path, street, count):
    """A commune of so many addresses, 100 on each street."""
    rows = [
        f"35238_{n // 100:04}_{n % 100:05};{n % 100};;{street} {n // 100};35000;35238;Rennes;"
        f"{-1.7 + n * 1e-6:.6f};48.11\n"
        for n in range(count)
    ]
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


ARGV = [sys.executable, "-m", "realtime", "places", "import"]


@pytest.fixture
def env(database_url, tmp_path):
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PALIER_")}
    return plain | {"PALIER_DATABASE_URL": database_url, "PALIER_DATA_DIR": str(tmp_path)}


@pytest.fixture
def command(env):
    def run(path):
        return subprocess.run(
            [*ARGV, str(path)],
            env=env, cwd=ROOT, capture_output=True, text=True, timeout=50, check=False,
        )  # fmt: skip

    return run


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_members_in_a_cell_do_not_keep_the_example_streets_away(env, database_url, tmp_path):
    demo = [sys.executable, "-m", "realtime", "demo", "--members", "1", "--tokens", tmp_path / "t"]
    for cell, example in (("s000000", "off"), ("u09tvw0", "auto")):
        subprocess.run(
            [*demo, "--cell", cell], env=env | {"PALIER_EXAMPLE": example}, cwd=ROOT, check=True
        )
    assert not await ask(database_url, store.is_empty)
    assert await ask(database_url, search, "rue de st malo")


async def ask(url, fn, *arguments):
    db = await asyncio.to_thread(open_database, url)
    try:
        return await db.read(fn, *arguments)
    finally:
        await db.close()


@pytest.mark.parametrize("geocoder", ["", "https://geocoder.example.org/search"])
def test_a_server_with_a_geocoder_alone_warns_that_nothing_is_counted(
    command, database_url, tmp_path, geocoder
):
    """No geocoder, or a commune's file, and there is nothing to say."""
    given = {"database_url": database_url, "settings": {"PALIER_GEOCODER_URL": geocoder}}
    with ServerProcess(tmp_path, **given) as running:
        assert ("gazetteer_empty" in running.said()) is bool(geocoder)
    assert command(write(tmp_path / "ban.csv", "Rue Neuve", 150)).returncode == 0
    with ServerProcess(tmp_path, **given) as running:
        assert "gazetteer_empty" not in running.said()


def test_an_import_reports_and_a_useless_file_fails_with_one_line(command, tmp_path):
    path = write(tmp_path / "ban.csv", "Rue Neuve", 150)
    path.write_text(path.read_text(encoding="utf-8") + "oops;x;;;;;;;\n", encoding="utf-8")

    done = command(path)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith("151 rows: 150 addresses of 1 communes")
    assert "line 152: numero.type_invalide" in done.stdout

    failed = command(tmp_path / "absent.csv")
    assert failed.returncode == 1
    assert failed.stderr.startswith("palier: absent.csv cannot be read")
    assert "Traceback" not in failed.stderr


@pytest.mark.timeout(120)
async def test_an_import_killed_half_way_changes_nothing_and_can_be_run_again(
    command, env, database_url, tmp_path
):
    old = write(tmp_path / "old.csv", "Rue Vieille", 300)
    new = write(tmp_path / "new.csv", "Rue Neuve", 20_000)
    assert command(old).returncode == 0

    def staged(tx):
        return int(tx.value("SELECT count(*) FROM gazetteer_address"))

    running = Process([*ARGV, str(new)], tmp_path / "import.log", env=env, cwd=ROOT)
    while await ask(database_url, staged) < 2_000:
        assert running.is_running(), running.said()
    running.kill9()

    assert await ask(database_url, search, "rue neuve") == []
    assert len(await ask(database_url, search, "10 rue vieille 1")) == 10
    assert command(new).returncode == 0
    assert await ask(database_url, search, "rue vieille") == []
    assert len(await ask(database_url, store.list_under, "gbw", 100_000)) == 20_000

    db = await asyncio.to_thread(open_database, database_url)
    await sweep(db, Clock(editions.ABANDONED * 2))
    await db.close()
    assert await ask(database_url, staged) == 20_000

"""A database is brought to the newest schema once, and told clearly when it cannot be."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from realtime.db import migrate
from realtime.db.migrate import is_current
from realtime.errors import StorageFailed


def test_an_empty_database_is_migrated_once(empty_database_url: str) -> None:
    assert not is_current(empty_database_url)

    assert migrate(empty_database_url)
    assert is_current(empty_database_url)
    assert not migrate(empty_database_url)


def test_two_processes_may_migrate_at_once(empty_database_url: str) -> None:
    program = "import sys; from realtime.db import migrate; migrate(sys.argv[1])"

    def start(_: int) -> int:
        return subprocess.call([sys.executable, "-c", program, empty_database_url])

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(start, range(2))) == [0, 0]
    assert is_current(empty_database_url)


@pytest.mark.parametrize(("revision", "is_enough"), [("9999", True), ("a1b2c3", False)])
def test_a_node_of_the_version_before_starts_again_after_the_migration(
    empty_database_url: str, revision: str, is_enough: bool
) -> None:
    """Migrations only add, so a later one of this line will do; another line's is none of ours."""
    migrate(empty_database_url)
    _move_on(empty_database_url, revision)

    assert is_current(empty_database_url) is is_enough
    if is_enough:
        assert not migrate(empty_database_url)


def _move_on(url: str, revision: str) -> None:
    update = f"UPDATE alembic_version SET version_num = '{revision}'"
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute(update)
            connection.commit()
        return
    with psycopg.connect(url) as postgres:
        postgres.execute(update.encode())


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_the_second_of_two_hosts_is_migrated_where_the_first_is_away(
    empty_database_url: str,
) -> None:
    url = empty_database_url.replace("@", "@127.0.0.1:1,")

    assert migrate(url)
    assert is_current(url)


@pytest.mark.parametrize(
    "url", ["postgresql://nobody@127.0.0.1:1/none", "sqlite:////proc/none/palier.db"]
)
def test_a_database_that_cannot_be_had_says_so(url: str) -> None:
    with pytest.raises(StorageFailed):
        migrate(url)


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    path = tmp_path / "palier.db"
    path.write_bytes(b"not a database, but long enough to be looked at" * 100)

    with pytest.raises(StorageFailed):
        migrate(f"sqlite:///{path}")


def test_asking_does_not_load_the_schema_tools(tmp_path: Path) -> None:
    """They take 0.7 s; a server that starts on an up-to-date file must not wait for them."""
    url = f"sqlite:///{tmp_path / 'palier.db'}"
    migrate(url)
    program = (
        "import sys, realtime.commands; from realtime.db import migrate; migrate(sys.argv[1]);"
        "sys.exit('sqlalchemy' in sys.modules)"
    )

    assert subprocess.call([sys.executable, "-c", program, url]) == 0

"""What goes to PostgreSQL together: few statements, in an order that changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import psycopg
import pytest

from realtime.db import Condition, Database, Tx
from realtime.db.pipelined import PipelinedTx
from realtime.db.postgresql import PostgresDatabase
from realtime.errors import Refused
from tests.support.notes import note, notes

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"])

ASK = "SELECT 1"


class Recording(psycopg.Cursor[Any]):
    """psycopg's own cursor, and the first words of what it was given to execute."""

    asked: list[str]

    def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
        words = str(query).split()[:3]
        self.asked = [*getattr(self, "asked", []), " ".join(words)]
        return super().execute(query, params, **more)


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_url, autocommit=True, cursor_factory=Recording) as opened:
        yield opened


def row(name: str) -> Mapping[str, str]:
    return {"name": name, "value": ""}


def said(tx: PipelinedTx) -> list[str]:
    asked: list[str] = tx._cursor.asked  # type: ignore[attr-defined]
    return asked


def test_rows_that_are_alike_are_one_statement(connection: psycopg.Connection[Any]) -> None:
    tx = PipelinedTx(connection.cursor())
    there = Condition("EXISTS (SELECT 1 FROM meta WHERE name = :known)", {"known": "epoch"})
    not_there = Condition("EXISTS (SELECT 1 FROM meta WHERE name = :known)", {"known": "x"})
    for number in range(3):
        tx.add("meta", **row(f"a{number}"))
        tx.add("conversation", id=f"c{number}", topic="t", last_at=1)
        tx.add_if(there, "meta", **row(f"b{number}"))
        tx.add_if(not_there, "meta", **row(f"n{number}"))
        tx.later("UPDATE meta SET value = 'seen' WHERE name = :name", name=f"a{number}")
    tx.run("COMMIT")
    rows = ["INSERT INTO meta", "INSERT INTO conversation", "INSERT INTO meta", "INSERT INTO meta"]
    assert said(tx) == ["BEGIN", *rows, *["UPDATE meta SET"] * 3, "COMMIT"]
    assert notes(PipelinedTx(connection.cursor())) == ["a0", "a1", "a2", "b0", "b1", "b2"]


def test_rows_with_other_columns_keep_their_own(connection: psycopg.Connection[Any]) -> None:
    tx = PipelinedTx(connection.cursor())
    job = {"name": "n", "about": "{}", "run_at": 1}
    tx.add("job", id="plain", **job)
    tx.add("job", id="expires", expires_at=77, **job)
    tx.add("job", id="tried", attempts=3, **job)
    found = tx.all("SELECT id, expires_at, attempts FROM job ORDER BY id")
    assert found == [("expires", 77, 0), ("plain", None, 0), ("tried", None, 3)]


def test_attempts_that_ask_nothing_need_no_savepoint(connection: psycopg.Connection[Any]) -> None:
    tx = PipelinedTx(connection.cursor())
    for number in range(3):
        with suppress(Refused), tx.attempt():
            tx.add("meta", **row(f"a{number}"))
            if number == 1:
                raise Refused("not_allowed")
    tx.run("COMMIT")
    assert said(tx) == ["BEGIN", "INSERT INTO meta", "COMMIT"]
    assert notes(PipelinedTx(connection.cursor())) == ["a0", "a2"]


def test_no_row_overtakes_the_bounds_of_its_attempt(connection: psycopg.Connection[Any]) -> None:
    tx = PipelinedTx(connection.cursor())
    tx.add("meta", **row("before"))
    with suppress(Refused), tx.attempt():
        tx.add("meta", **row("inside"))
        tx.value(ASK)
        tx.add("meta", **row("inside too"))
        raise Refused("not_allowed")
    tx.add("meta", **row("after"))
    tx.run("COMMIT")
    rows = "INSERT INTO meta"
    assert said(tx)[:5] == ["BEGIN", rows, "SAVEPOINT attempt", rows, ASK]
    assert said(tx)[5:] == ["ROLLBACK TO attempt", "RELEASE attempt", rows, "COMMIT"]
    assert notes(PipelinedTx(connection.cursor())) == ["after", "before"]


async def test_a_thread_writes_on_after_an_error_within_a_pipeline(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """psycopg believes prepared what the server skipped: seen as 'prepared statement does not
    exist' in every later write of the connection.
    """
    monkeypatch.setattr("realtime.db.postgresql.WRITERS", 1)
    db = PostgresDatabase(database_url)

    def refuse(tx: Tx) -> None:
        tx.value(ASK)
        raise Refused("not_allowed")

    def add(tx: Tx, name: str) -> None:
        tx.add("meta", name=name, value="")

    with suppress(Refused):
        await db.write(refuse)
    for number in range(5):
        await db.write(add, f"a{number}")
    with pytest.raises(psycopg.errors.UniqueViolation):
        await db.write(add, "a0")
    for number in range(5, 10):
        await db.write(add, f"a{number}")
    assert len(await db.read(notes)) == 10
    await db.close()


async def test_a_read_that_would_write_is_told_so(database: Database) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        await database.read(lambda tx: tx.add("meta", name="a", value=""))
    await database.write(note, "b")
    assert await database.read(notes) == ["b"]

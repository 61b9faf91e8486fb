"""What goes to PostgreSQL together: few statements, in an order that changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, cast

import orjson
import psycopg

from realtime.db.pipelined import PipelinedTx
from realtime.db.tx import Condition
from realtime.errors import Refused


class Wire:
    """A cursor and its connection. `trips` are round trips, each of the statements it carried."""

    rowcount = 0

    def __init__(self) -> None:
        self.trips: list[list[str]] = []
        self.rows: list[Any] = []
        self.is_open = False
        self.connection = self

    @contextmanager
    def pipeline(self) -> Iterator[None]:
        self.trips.append([])
        self.is_open = True
        yield
        self.is_open = False

    def execute(self, sql: str, params: Mapping[str, Any], /) -> None:
        if not self.is_open:
            self.trips.append([])
        self.trips[-1].append(" ".join(sql.split()[:3]))
        if "rows" in params:
            self.rows.append(orjson.loads(params["rows"]))

    def fetchone(self) -> tuple[int]:
        return (1,)


def opened() -> tuple[Wire, PipelinedTx]:
    wire = Wire()
    return wire, PipelinedTx(cast("psycopg.Cursor[Any]", wire))


def test_the_beginning_goes_with_the_first_question_and_the_rest_with_the_commit() -> None:
    wire, tx = opened()
    tx.value("SELECT 1")
    tx.value("SELECT 2")
    tx.later("UPDATE a SET")
    tx.add("t", id=1)
    tx.run("COMMIT")
    assert wire.trips == [
        ["BEGIN", "SELECT 1"],
        ["SELECT 2"],
        ["INSERT INTO t", "UPDATE a SET", "COMMIT"],
    ]


def test_rows_that_are_alike_are_one_statement() -> None:
    wire, tx = opened()
    near, far = Condition("x = :x", {"x": [1]}), Condition("x = :x", {"x": [2]})
    for number in range(3):
        tx.add("t", id=number)
        tx.add("u", id=number)
        tx.add_if(near, "t", id=10 + number)
        tx.add_if(far, "t", id=20 + number)
        tx.later(f"UPDATE a {number}")
    tx.run("COMMIT")
    (trip,) = wire.trips
    rows = ["INSERT INTO t", "INSERT INTO u", "INSERT INTO t", "INSERT INTO t"]
    assert trip == ["BEGIN", *rows, "UPDATE a 0", "UPDATE a 1", "UPDATE a 2", "COMMIT"]
    assert [[row["id"] for row in some] for some in wire.rows] == [
        [0, 1, 2],
        [0, 1, 2],
        [10, 11, 12],
        [20, 21, 22],
    ]


def test_no_row_overtakes_the_beginning_of_its_attempt() -> None:
    wire, tx = opened()
    tx.add("t", id=1)
    with tx.attempt():
        tx.add("t", id=2)
        tx.value("SELECT 1")
        tx.add("t", id=3)
    tx.add("t", id=4)
    tx.run("COMMIT")
    assert wire.trips == [
        ["BEGIN", "INSERT INTO t", "SAVEPOINT attempt", "INSERT INTO t", "SELECT 1"],
        ["INSERT INTO t", "RELEASE attempt", "INSERT INTO t", "COMMIT"],
    ]
    assert wire.rows == [[{"id": 1}], [{"id": 2}], [{"id": 3}], [{"id": 4}]]


def test_attempts_that_ask_nothing_need_no_savepoint() -> None:
    wire, tx = opened()
    for number in range(3):
        with suppress(Refused), tx.attempt():
            tx.add("t", id=number)
            if number == 1:
                raise Refused("not_allowed")
    tx.run("COMMIT")
    assert wire.trips == [["BEGIN", "INSERT INTO t", "COMMIT"]]
    assert wire.rows == [[{"id": 0}, {"id": 2}]]


def test_a_refused_attempt_that_asked_is_rolled_back() -> None:
    wire, tx = opened()
    with suppress(Refused), tx.attempt():
        tx.value("SELECT 1")
        tx.add("t", id=1)
        raise Refused("not_allowed")
    tx.run("COMMIT")
    assert wire.trips == [
        ["BEGIN", "SAVEPOINT attempt", "SELECT 1"],
        ["ROLLBACK TO attempt", "RELEASE attempt", "COMMIT"],
    ]
    assert wire.rows == []

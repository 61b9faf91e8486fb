"""Text SQL means the same on both databases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from realtime.db.tx import Condition, Dialect, Tx


class Recorder:
    """A cursor that only remembers what it was asked."""

    rowcount = 0

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    def execute(self, sql: str, params: Mapping[str, Any], /) -> None:
        self.asked.append((sql, dict(params)))

    def executemany(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> None:
        self.asked.append((sql, list(rows)))

    def fetchone(self) -> None:
        return None

    def fetchall(self) -> list[Any]:
        return []

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def stream(self, sql: str, params: Mapping[str, Any], /) -> Iterator[Any]:
        self.asked.append((sql, dict(params)))
        return iter(())


def asked(dialect: Dialect, sql: str, **params: Any) -> tuple[str, Any]:
    cursor = Recorder()
    Tx(cursor, dialect).run(sql, **params)
    return cursor.asked[0]


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [("sqlite", "a = :name"), ("postgresql", "a = %(name)s")],
)
def test_a_parameter_takes_the_drivers_own_form(dialect: Dialect, expected: str) -> None:
    assert asked(dialect, "a = :name", name=1) == (expected, {"name": 1})


def test_a_tuple_expands_to_a_list() -> None:
    sql, params = asked("postgresql", "x IN :ids AND y = :y", ids=("a", "b"), y=3)
    assert sql == "x IN (%(ids_0)s, %(ids_1)s) AND y = %(y)s"
    assert params == {"y": 3, "ids_0": "a", "ids_1": "b"}


def test_an_empty_tuple_matches_nothing() -> None:
    assert asked("sqlite", "x IN :ids", ids=())[0] == "x IN (NULL)"


def test_a_list_is_one_array_parameter() -> None:
    sql, params = asked("postgresql", "unnest(CAST(:names AS text[]))", names=["a", "b"])
    assert sql == "unnest(CAST(%(names)s AS text[]))"
    assert params == {"names": ["a", "b"]}


def test_a_cast_and_a_percent_sign_are_no_parameters() -> None:
    assert asked("postgresql", "n::int LIKE 'a%'")[0] == "n::int LIKE 'a%%'"
    assert asked("sqlite", "n LIKE 'area:%'")[0] == "n LIKE 'area:%'"


def test_many_rows_are_one_statement_and_no_rows_are_none() -> None:
    cursor = Recorder()
    tx = Tx(cursor, "sqlite")
    tx.many("INSERT INTO t VALUES (:n)", [])
    tx.many("INSERT INTO t VALUES (:n)", [{"n": 1}, {"n": 2}])
    assert cursor.asked == [("INSERT INTO t VALUES (:n)", [{"n": 1}, {"n": 2}])]


def test_a_name_means_one_parameter() -> None:
    known = Condition("name = :name", {"name": "a"})
    with pytest.raises(ValueError, match="name"):
        known.or_(known)
    with pytest.raises(ValueError, match="name"):
        Tx(Recorder(), "sqlite").add_if(known, "meta", name="b")

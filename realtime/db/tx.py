"""What a transaction offers: text SQL that both databases understand, rows as plain tuples.

Statements run on the driver itself. The same statement through SQLAlchemy Core costs 20 µs, this
way 3 µs (docs/decisions/0006); ten of them make one message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Literal, NamedTuple, Protocol

from realtime.errors import Refused

Dialect = Literal["sqlite", "postgresql"]
Row = tuple[Any, ...]
_NAME = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")


class Condition(NamedTuple):
    """What is true or false in the database."""

    sql: str
    params: Mapping[str, Any]

    def or_(self, other: Condition) -> Condition:
        return Condition(f"({self.sql} OR {other.sql})", together(self.params, other.params))


def together(some: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of two parts of one statement; a name means one of them."""
    if both := some.keys() & more.keys():
        raise ValueError(f"parameters named twice: {', '.join(sorted(both))}")
    return {**some, **more}


class Cursor(Protocol):
    """The part of the DBAPI (PEP 249) that we use; sqlite3 and psycopg have it. `stream` is
    psycopg's alone.
    """

    rowcount: int

    def execute(self, sql: str, params: Mapping[str, Any], /) -> Any: ...
    def executemany(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> Any: ...
    def fetchone(self) -> Row | None: ...
    def fetchall(self) -> list[Row]: ...
    def __iter__(self) -> Iterator[Row]: ...
    def stream(self, sql: str, params: Mapping[str, Any], /) -> Iterator[Row]: ...


class Tx:
    """One open transaction. `:name` marks a parameter; a tuple expands: `x IN :ids`."""

    __slots__ = ("_cursor", "dialect")

    def __init__(self, cursor: Cursor, dialect: Dialect) -> None:
        self._cursor = cursor
        self.dialect = dialect

    def run(self, sql: str, **params: Any) -> int:
        """Rows changed."""
        self._execute(sql, params)
        return self._cursor.rowcount

    def later(self, sql: str, **params: Any) -> None:
        """What nobody asks an answer of: PostgreSQL is told with the next statement that has one,
        or with the commit.
        """
        self._execute(sql, params)

    def add(self, table: str, **row: Any) -> None:
        """A new row, `later`. On PostgreSQL all that wait for one table go in one statement, before
        other statements that wait, and tables in the order in which they were first named.
        """
        self._execute(_insertion(table, tuple(row)), row)

    def add_if(self, condition: Condition, table: str, **row: Any) -> None:
        """`add`, where the database finds that the condition holds."""
        columns = tuple(row)
        sql = f"{_insertion(table, columns, values=False)} WHERE {condition.sql}"
        self._execute(sql, together(row, condition.params))

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """What is written inside is undone when it is refused, and nothing from before."""
        self.run("SAVEPOINT attempt")
        try:
            yield
        except Refused:
            self.run("ROLLBACK TO attempt")
            self.run("RELEASE attempt")
            raise
        self.run("RELEASE attempt")

    def find(self, sql: str, **params: Any) -> Row | None:
        """The first row, or None."""
        self._execute(sql, params)
        return self._cursor.fetchone()

    def all(self, sql: str, **params: Any) -> list[Row]:
        self._execute(sql, params)
        return self._cursor.fetchall()

    def each(self, sql: str, **params: Any) -> Iterator[Row]:
        """The rows as they are found: PostgreSQL looks for the next while the caller works on one.
        For few and large ones. Read them all before the transaction's next statement.
        """
        if self.dialect == "postgresql":
            yield from self._cursor.stream(_translated(sql, self.dialect, ()), params)
        else:
            self._execute(sql, params)
            yield from self._cursor

    def value(self, sql: str, **params: Any) -> Any:
        """The first column of the first row, or None."""
        self._execute(sql, params)
        row = self._cursor.fetchone()
        return row[0] if row else None

    def many(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """One statement for every row."""
        if rows:
            self._cursor.executemany(_translated(sql, self.dialect, ()), rows)

    def _execute(self, sql: str, params: dict[str, Any]) -> None:
        lists = tuple((n, len(v)) for n, v in params.items() if type(v) is tuple)
        for name, _ in lists:
            params.update((f"{name}_{at}", value) for at, value in enumerate(params.pop(name)))
        self._cursor.execute(_translated(sql, self.dialect, lists), params)


@lru_cache
def _insertion(table: str, columns: tuple[str, ...], *, values: bool = True) -> str:
    marks = ", ".join(f":{column}" for column in columns)
    given = f"VALUES ({marks})" if values else f"SELECT {marks}"
    return f"INSERT INTO {table} ({', '.join(columns)}) {given}"


@lru_cache(maxsize=2048)
def _translated(sql: str, dialect: Dialect, lists: tuple[tuple[str, int], ...]) -> str:
    """The statement in the driver's own parameter style, with its lists expanded."""
    sizes = dict(lists)

    def one(name: str) -> str:
        return f":{name}" if dialect == "sqlite" else f"%({name})s"

    def mark(match: re.Match[str]) -> str:
        name = match[1]
        if name not in sizes:
            return one(name)
        # An empty list matches nothing; `IN ()` is not SQL.
        inside = ", ".join(one(f"{name}_{at}") for at in range(sizes[name])) or "NULL"
        return f"({inside})"

    if dialect == "postgresql":
        sql = sql.replace("%", "%%")
    return _NAME.sub(mark, sql)

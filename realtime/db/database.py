"""Which database: one interface, two implementations, chosen by the URL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from realtime.db.tx import Dialect, Tx

P = ParamSpec("P")
T = TypeVar("T")


class Database(Protocol):
    """Runs functions of a transaction on threads of its own."""

    dialect: Dialect

    async def write(
        self, fn: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`fn(tx, …)`, committed and fsynced. It may run up to three times: nothing outside `tx`.

        Raises what `fn` raised (its changes undone), StorageFailed when the commit is not
        certain, Overloaded when too many writes wait.
        """
        ...

    async def read(
        self, fn: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`fn(tx, …)` on one snapshot; it must not write."""
        ...

    async def close(self) -> None:
        """Finish what was accepted, then close every connection."""
        ...


def open_database(url: str) -> Database:
    """`sqlite:///path/file.db` or `postgresql://…`. The schema is `migrate`'s business."""
    if url.startswith("sqlite:///"):
        from realtime.db.sqlite import SqliteDatabase

        return SqliteDatabase(url.removeprefix("sqlite:///"))
    from realtime.db.postgresql import PostgresDatabase

    return PostgresDatabase(url)

"""The SQL of search: one function per query. Topic and author are words of the index too, so that
it alone answers: FTS5 walks it from the newest on, GIN intersects what it holds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from realtime.db import Tx
from realtime.rooms.search.words import weeks

# On PostgreSQL: this newest week, then these weeks, then all. What costs is to fetch every match
# before the newest can be told: a common word has enough of them in a week.
_WEEKS_AT_ONCE = (1, 8)


def add(tx: Tx, message_id: str, words: Sequence[str]) -> None:
    """In the transaction that writes the message."""
    joined = " ".join(words)
    tx.add("message_index", message=message_id, words=joined)
    if tx.dialect == "sqlite":
        _put(tx, tx.value("SELECT last_insert_rowid()"), joined)


def change(tx: Tx, message_id: str, words: Sequence[str]) -> None:
    """Other words; none forget the message."""
    row = tx.find(
        "SELECT number, words FROM message_index WHERE message = :message", message=message_id
    )
    if row is None:
        if words:
            add(tx, message_id, words)
        return
    number, before = row
    if tx.dialect == "sqlite":
        tx.run(
            """INSERT INTO message_search (message_search, rowid, words)
               VALUES ('delete', :number, :words)""",
            number=number,
            words=before,
        )
    if not words:
        tx.run("DELETE FROM message_index WHERE number = :number", number=number)
        return
    now = " ".join(words)
    tx.run(
        "UPDATE message_index SET words = :words WHERE number = :number", number=number, words=now
    )
    if tx.dialect == "sqlite":
        _put(tx, number, now)


def _put(tx: Tx, number: int, words: str) -> None:
    tx.run(
        "INSERT INTO message_search (rowid, words) VALUES (:number, :words)",
        number=number,
        words=words,
    )


def find_number(tx: Tx, message_id: str) -> int | None:
    """Where a message stands in the order of what is found."""
    number: int | None = tx.value(
        "SELECT number FROM message_index WHERE message = :message", message=message_id
    )
    return number


def find_last_number(tx: Tx, before: str) -> int:
    """Of the youngest message whose id sorts before one."""
    return (
        tx.value(
            """SELECT number FROM message_index WHERE message < :before
               ORDER BY message DESC LIMIT 1""",
            before=before,
        )
        or 0
    )


class Bounds(NamedTuple):
    """Found are numbers up to `last`, and ids from `since` to before `before`."""

    last: int
    since: str
    before: str


def find(
    tx: Tx, groups: Sequence[Collection[str]], bounds: Bounds, newest: int, limit: int
) -> list[str]:
    """Ids of messages that have a word of every group, newest first.

    `newest` is about when the last of them was written, in milliseconds.
    """
    if tx.dialect == "sqlite":
        return _find_by_walking(tx, groups, bounds, limit)
    for count in _WEEKS_AT_ONCE:
        found = _find_by_term(tx, [*groups, weeks(newest, count)], bounds, limit)
        if len(found) >= limit:
            return found
    return _find_by_term(tx, groups, bounds, limit)


def _find_by_walking(
    tx: Tx, groups: Sequence[Collection[str]], bounds: Bounds, limit: int
) -> list[str]:
    """FTS5 goes back from the last number by itself, and stops when it has enough."""
    rows = tx.all(
        """SELECT i.message FROM message_search f JOIN message_index i ON i.number = f.rowid
           WHERE message_search MATCH :asked AND f.rowid <= :last
             AND i.message < :before AND i.message >= :since
           ORDER BY f.rowid DESC LIMIT :limit""",
        asked=_joined(groups, '"', " OR ", " AND "),
        limit=limit,
        **bounds._asdict(),
    )
    return [message for (message,) in rows]


def _find_by_term(
    tx: Tx, groups: Sequence[Collection[str]], bounds: Bounds, limit: int
) -> list[str]:
    rows = tx.all(
        # Materialised, or the planner may walk the numbers back and look at each message's terms.
        """WITH found AS MATERIALIZED (
               SELECT number, message FROM message_index WHERE terms @@ CAST(:asked AS tsquery))
           SELECT message FROM found
           WHERE number <= :last AND message < :before AND message >= :since
           ORDER BY number DESC LIMIT :limit""",
        asked=_joined(groups, "'", " | ", " & "),
        limit=limit,
        **bounds._asdict(),
    )
    return [message for (message,) in rows]


def _joined(groups: Sequence[Collection[str]], quote: str, either: str, both: str) -> str:
    """Words are letters, digits and colons: nothing in them ends a quotation."""
    return both.join(
        "(" + either.join(f"{quote}{word}{quote}" for word in group) + ")" for group in groups
    )

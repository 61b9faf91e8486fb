"""The SQL of search: one function per query. Topic and author are words of the index too, so that
it alone answers: FTS5 walks it from the newest on, GIN intersects what it holds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from realtime.db import Tx
from realtime.rooms.search.words import weeks

# On PostgreSQL: these newest weeks, then these, then all. A common word is found in the first.
_WEEKS_AT_ONCE = (4, 52)


def add(tx: Tx, message_id: str, words: Sequence[str]) -> None:
    """In the transaction that writes the message."""
    number = tx.value(
        """INSERT INTO message_index (message, words) VALUES (:message, :words)
           RETURNING number""",
        message=message_id,
        words=" ".join(words),
    )
    if tx.dialect == "sqlite":
        _put(tx, number, " ".join(words))


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


def find(
    tx: Tx, groups: Sequence[Collection[str]], before: str, since: str, newest: int, limit: int
) -> list[str]:
    """Ids of messages that have a word of every group, newest first; `since` <= id < `before`.

    `newest` is the time of `before` in milliseconds.
    """
    if tx.dialect == "sqlite":
        return _find_by_walking(tx, groups, before, since, limit)
    found: list[str] = []
    for count in _WEEKS_AT_ONCE:
        found = _find_by_term(tx, [*groups, weeks(newest, count)], before, since, limit)
        if len(found) >= limit:
            return found
    return _find_by_term(tx, groups, before, since, limit)


def _find_by_walking(
    tx: Tx, groups: Sequence[Collection[str]], before: str, since: str, limit: int
) -> list[str]:
    """A rowid bound is FTS5's own: it starts there and goes back, and stops when it has enough."""
    asked = " AND ".join("(" + " OR ".join(f'"{word}"' for word in group) + ")" for group in groups)
    rows = tx.all(
        """SELECT i.message FROM message_search f JOIN message_index i ON i.number = f.rowid
           WHERE message_search MATCH :asked AND i.message < :before AND i.message >= :since
             AND f.rowid <= (SELECT coalesce(max(number), 0) FROM message_index
                             WHERE message = (SELECT max(message) FROM message_index
                                              WHERE message < :before)) + :slack
           ORDER BY f.rowid DESC LIMIT :limit""",
        asked=asked,
        before=before,
        since=since,
        slack=_SLACK,
        limit=limit,
    )
    return [message for (message,) in rows]


# Clocks of two processes differ: a message may have been numbered a little after a younger one.
_SLACK = 100


def _find_by_term(
    tx: Tx, groups: Sequence[Collection[str]], before: str, since: str, limit: int
) -> list[str]:
    asked = " & ".join("(" + " | ".join(f"'{word}'" for word in group) + ")" for group in groups)
    rows = tx.all(
        """SELECT message FROM message_index
           WHERE terms @@ CAST(:asked AS tsquery) AND message < :before AND message >= :since
           ORDER BY message DESC LIMIT :limit""",
        asked=asked,
        before=before,
        since=since,
        limit=limit,
    )
    return [message for (message,) in rows]

"""The SQL of direct threads: one function per query."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from realtime.clock import to_millis
from realtime.db import Tx
from realtime.db.tx import Row
from realtime.rooms.direct.model import Thread, pair

_COLUMNS = """topic, low, high, opener, alert, opened_at, asked_at, accepted_at, declined_at,
    last_at"""


def _thread(row: Row) -> Thread:
    topic, low, high, opener, alert, opened_at, asked_at, accepted_at, declined_at, last_at = row
    return Thread(
        topic=topic,
        low=low,
        high=high,
        opener=opener,
        alert=alert,
        opened_at=opened_at,
        asked_at=asked_at,
        accepted_at=accepted_at,
        declined_at=declined_at,
        last_at=last_at,
    )


def hold_pair(tx: Tx, one: str, other: str) -> None:
    """Until this transaction ends nobody else opens or changes the thread of these two."""
    if tx.dialect == "postgresql":
        about = "direct " + " ".join(pair(one, other))
        tx.run("SELECT pg_advisory_xact_lock(hashtextextended(:about, 0))", about=about)


def hold_opener(tx: Tx, opener: str) -> None:
    """The same for all that one member opens: the day's count stays true until the write."""
    if tx.dialect == "postgresql":
        about = f"direct of {opener}"
        tx.run("SELECT pg_advisory_xact_lock(hashtextextended(:about, 0))", about=about)


def find_thread(tx: Tx, topic: str) -> Thread | None:
    row = tx.find(f"SELECT {_COLUMNS} FROM direct_thread WHERE topic = :topic", topic=topic)
    return None if row is None else _thread(row)


def list_by_topic(tx: Tx, topics: Collection[str]) -> list[Thread]:
    rows = tx.all(
        f"SELECT {_COLUMNS} FROM direct_thread WHERE topic IN :topics", topics=tuple(topics)
    )
    return [_thread(row) for row in rows]


def find_between(tx: Tx, one: str, other: str) -> Thread | None:
    low, high = pair(one, other)
    row = tx.find(
        f"SELECT {_COLUMNS} FROM direct_thread WHERE low = :low AND high = :high",
        low=low,
        high=high,
    )
    return None if row is None else _thread(row)


def list_threads(tx: Tx, account: str, limit: int) -> list[Thread]:
    """The account's threads by last activity, whatever their state."""
    rows = tx.all(
        f"""SELECT {_COLUMNS} FROM direct_thread WHERE low = :account
            UNION ALL SELECT {_COLUMNS} FROM direct_thread WHERE high = :account
            ORDER BY last_at DESC, topic LIMIT :limit""",
        account=account,
        limit=limit,
    )
    return [_thread(row) for row in rows]


def list_contacts(tx: Tx, account: str) -> list[str]:
    """The other sides of accepted threads."""
    rows = tx.all(
        """SELECT high FROM direct_thread WHERE low = :account AND accepted_at IS NOT NULL
           UNION ALL
           SELECT low FROM direct_thread WHERE high = :account AND accepted_at IS NOT NULL""",
        account=account,
    )
    return [other for (other,) in rows]


def count_opened(tx: Tx, opener: str, since: datetime) -> int:
    """Requests begun since; those about an alert are not asked for."""
    count: int = tx.value(
        """SELECT count(*) FROM direct_thread
           WHERE opener = :opener AND opened_at >= :since AND alert IS NULL""",
        opener=opener,
        since=to_millis(since),
    )
    return count


def add_thread(tx: Tx, thread: Thread) -> None:
    tx.run(
        """INSERT INTO direct_thread (topic, low, high, opener, alert, opened_at, last_at)
           VALUES (:topic, :low, :high, :opener, :alert, :opened_at, :last_at)""",
        topic=thread.topic,
        low=thread.low,
        high=thread.high,
        opener=thread.opener,
        alert=thread.alert,
        opened_at=thread.opened_at,
        last_at=thread.last_at,
    )


def save_thread(tx: Tx, thread: Thread) -> None:
    tx.run(
        """UPDATE direct_thread SET opener = :opener, alert = :alert, opened_at = :opened_at,
               asked_at = :asked_at, accepted_at = :accepted_at, declined_at = :declined_at,
               last_at = :last_at
           WHERE topic = :topic""",
        topic=thread.topic,
        opener=thread.opener,
        opened_at=thread.opened_at,
        alert=thread.alert,
        asked_at=thread.asked_at,
        accepted_at=thread.accepted_at,
        declined_at=thread.declined_at,
        last_at=thread.last_at,
    )

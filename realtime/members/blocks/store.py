"""The SQL of blocks: one function per query."""

from __future__ import annotations

from realtime.db import Tx

SHOWN = 1_000


def add_block(tx: Tx, blocker: str, blocked: str) -> bool:
    """False when it stood already."""
    added = tx.run(
        """INSERT INTO block (blocker, blocked) VALUES (:blocker, :blocked)
           ON CONFLICT DO NOTHING""",
        blocker=blocker,
        blocked=blocked,
    )
    return added > 0


def delete_block(tx: Tx, blocker: str, blocked: str) -> bool:
    gone = tx.run(
        "DELETE FROM block WHERE blocker = :blocker AND blocked = :blocked",
        blocker=blocker,
        blocked=blocked,
    )
    return gone > 0


def list_blocked(tx: Tx, blocker: str) -> list[str]:
    """Whom this account keeps away."""
    rows = tx.all(
        "SELECT blocked FROM block WHERE blocker = :blocker ORDER BY blocked LIMIT :most",
        blocker=blocker,
        most=SHOWN,
    )
    return [account for (account,) in rows]


def list_apart(tx: Tx, account: str) -> frozenset[str]:
    """Everybody this account does not meet alone, whoever of the two wanted it."""
    rows = tx.all(
        """SELECT blocked FROM block WHERE blocker = :account
           UNION ALL SELECT blocker FROM block WHERE blocked = :account""",
        account=account,
    )
    return frozenset(other for (other,) in rows)


def are_apart(tx: Tx, one: str, other: str) -> bool:
    return (
        tx.value(
            """SELECT 1 FROM block WHERE (blocker = :one AND blocked = :other)
                   OR (blocker = :other AND blocked = :one) LIMIT 1""",
            one=one,
            other=other,
        )
        is not None
    )

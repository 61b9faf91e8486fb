"""The SQL of forgetting: whom, and what of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from realtime.accounts.passwords import UNUSABLE
from realtime.clock import to_millis
from realtime.db import Tx

# Rows that say where somebody lived, what was mailed to them, where they are signed in.
_OWN = ("session", "mail_link", "dwelling", "proof")


def list_gone(
    tx: Tx, ended_before: datetime, asked_after: datetime, visitor_time: timedelta, limit: int
) -> list[str]:
    """Visits that ended long ago, of accounts that wait for no card. One that moved and whose visit
    ended later than a first one does had proved a home. Until the transaction ends nobody proves
    the home of one of them.
    """
    lock = "FOR UPDATE OF m" if tx.dialect == "postgresql" else ""
    rows = tx.all(
        f"""SELECT m.account FROM member m JOIN account a ON a.id = m.account
           WHERE m.level = 'none' AND m.visitor_until < :before AND a.email <> ''
           AND NOT EXISTS (
               SELECT 1 FROM postcard p WHERE p.account = m.account AND p.asked_at > :asked
               AND p.redeemed_at IS NULL AND p.refused_at IS NULL)
           AND NOT EXISTS (
               SELECT 1 FROM dwelling d WHERE d.account = m.account GROUP BY d.account
               HAVING count(*) > 1 AND min(d.since) + :visit < m.visitor_until)
           ORDER BY m.visitor_until LIMIT :limit {lock}""",
        before=to_millis(ended_before),
        asked=to_millis(asked_after),
        visit=round(visitor_time.total_seconds() * 1000),
        limit=limit,
    )
    return [account for (account,) in rows]


def forget(tx: Tx, accounts: tuple[str, ...]) -> None:
    """Nothing is left to sign in to, to write to or to find at a door."""
    for table in _OWN:
        tx.run(f"DELETE FROM {table} WHERE account IN :accounts", accounts=accounts)
    tx.run(
        "UPDATE postcard SET sealed = :nothing WHERE account IN :accounts",
        nothing=b"",
        accounts=accounts,
    )
    tx.run(
        """UPDATE account SET email = '', email_confirmed_at = NULL, password_hash = :unusable
           WHERE id IN :accounts""",
        unusable=UNUSABLE,
        accounts=accounts,
    )

"""The SQL of accounts: one function per query."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple

from realtime.clock import to_millis
from realtime.db import Tx

IDLE = timedelta(days=30)
LONGEST = timedelta(days=90)


class SignedIn(NamedTuple):
    """A sign-in that still holds. `session` is its public id, never the token."""

    account: str
    session: str


def hash_of(token: str) -> bytes:
    """Tokens are 256 random bits: a plain SHA-256 is enough at rest."""
    return hashlib.sha256(token.encode()).digest()


def find_signed_in(tx: Tx, token: str, now: datetime) -> SignedIn | None:
    """Whose token this is: unknown, idle for 30 days or older than 90 reads as None."""
    row = tx.find(
        """SELECT account, id FROM session
           WHERE token_hash = :hash AND seen_at > :idle AND created_at > :old""",
        hash=hash_of(token),
        idle=to_millis(now - IDLE),
        old=to_millis(now - LONGEST),
    )
    return None if row is None else SignedIn(*row)


def is_open(tx: Tx, session: str, now: datetime) -> bool:
    """Has this sign-in been ended meanwhile? Asked at every command."""
    return (
        tx.find(
            "SELECT 1 FROM session WHERE id = :session AND created_at > :old",
            session=session,
            old=to_millis(now - LONGEST),
        )
        is not None
    )


def list_open(tx: Tx, account: str, now: datetime) -> list[str]:
    rows = tx.all(
        "SELECT id FROM session WHERE account = :account AND created_at > :old",
        account=account,
        old=to_millis(now - LONGEST),
    )
    return [row[0] for row in rows]

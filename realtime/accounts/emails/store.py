"""The SQL of mailed links: hashed, 15 minutes, once."""

from __future__ import annotations

from datetime import datetime

from realtime.clock import to_millis
from realtime.db import Tx


def add_link(
    tx: Tx, token_hash: bytes, account: str, purpose: str, email: str, expires_at: datetime
) -> None:
    tx.run(
        """INSERT INTO mail_link (token_hash, account, purpose, email, expires_at)
           VALUES (:hash, :account, :purpose, :email, :expires_at)""",
        hash=token_hash,
        account=account,
        purpose=purpose,
        email=email,
        expires_at=to_millis(expires_at),
    )


def find_link(tx: Tx, token_hash: bytes, purpose: str, now: datetime) -> tuple[str, str] | None:
    """Account and e-mail of a link that still holds."""
    row = tx.find(
        """SELECT account, email FROM mail_link
           WHERE token_hash = :hash AND purpose = :purpose AND expires_at > :now""",
        hash=token_hash,
        purpose=purpose,
        now=to_millis(now),
    )
    return None if row is None else (row[0], row[1])


def drop_links(tx: Tx, account: str, purpose: str) -> None:
    """One that was used takes its older copies with it."""
    tx.run(
        "DELETE FROM mail_link WHERE account = :account AND purpose = :purpose",
        account=account,
        purpose=purpose,
    )


def drop_expired(tx: Tx, now: datetime, limit: int) -> int:
    return tx.run(
        """DELETE FROM mail_link WHERE token_hash IN (
               SELECT token_hash FROM mail_link WHERE expires_at <= :now LIMIT :limit)""",
        now=to_millis(now),
        limit=limit,
    )


def find_confirmed(tx: Tx, email: str) -> str | None:
    """The one account that proved this e-mail."""
    found: str | None = tx.value(
        "SELECT id FROM account WHERE email = :email AND email_confirmed_at IS NOT NULL",
        email=email,
    )
    return found


def find_newest_claim(tx: Tx, email: str) -> str | None:
    found: str | None = tx.value(
        "SELECT id FROM account WHERE email = :email ORDER BY created_at DESC, id LIMIT 1",
        email=email,
    )
    return found

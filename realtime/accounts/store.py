"""The SQL of accounts and their sign-ins: one function per query."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from realtime.accounts.model import Candidate, OpenSession
from realtime.clock import to_millis
from realtime.db import Tx

IDLE = timedelta(days=30)
LONGEST = timedelta(days=90)
# For so long the phone of a sign-in that is used no more is still rung: its owner may read no more
# than what it shows.
RINGS = timedelta(days=45)


class SignedIn(NamedTuple):
    """A sign-in that still holds. `session` is its public id, never the token."""

    account: str
    session: str


def take_turns(tx: Tx, about: str) -> None:
    """Until this transaction ends, others about the same wait: a count stays true until the write.

    SQLite has one writer anyway.
    """
    if tx.dialect == "postgresql":
        tx.run("SELECT pg_advisory_xact_lock(hashtextextended(:about, 0))", about=about)


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


def list_open(tx: Tx, account: str, now: datetime) -> list[str]:
    return [session.id for session in list_sessions(tx, account, now)]


def list_sessions(tx: Tx, account: str, now: datetime) -> list[OpenSession]:
    """The newest first. At most as many as an account may hold."""
    rows = tx.all(
        """SELECT id, label, created_at, seen_at FROM session
           WHERE account = :account AND created_at > :old ORDER BY created_at DESC, id""",
        account=account,
        old=to_millis(now - LONGEST),
    )
    return [OpenSession(*row) for row in rows]


def add_session(
    tx: Tx, session: str, account: str, token_hash: bytes, label: str, now: datetime
) -> None:
    tx.run(
        """INSERT INTO session (token_hash, id, account, label, created_at, seen_at)
           VALUES (:hash, :id, :account, :label, :now, :now)""",
        hash=token_hash,
        id=session,
        account=account,
        label=label,
        now=to_millis(now),
    )


def touch_session(tx: Tx, session: str, now: datetime, unless_since: datetime) -> bool:
    """Note that it is used, at most once in a while. True when it was noted."""
    return bool(
        tx.run(
            "UPDATE session SET seen_at = :now WHERE id = :session AND seen_at < :since",
            session=session,
            now=to_millis(now),
            since=to_millis(unless_since),
        )
    )


def end_lapsed(tx: Tx, now: datetime, limit: int) -> list[str]:
    """Sign-ins that `find_signed_in` no longer finds and no phone rings for: whose they were."""
    rows = tx.all(
        """DELETE FROM session WHERE id IN (
               SELECT id FROM session WHERE seen_at <= :idle OR created_at <= :old LIMIT :limit)
           RETURNING account""",
        idle=to_millis(now - RINGS),
        old=to_millis(now - LONGEST),
        limit=limit,
    )
    return [account for (account,) in rows]


def end_session(tx: Tx, account: str, session: str) -> bool:
    return bool(
        tx.run(
            "DELETE FROM session WHERE id = :session AND account = :account",
            session=session,
            account=account,
        )
    )


def end_sessions(tx: Tx, account: str, *, but: str = "") -> int:
    """Every sign-in of the account, except one."""
    return tx.run(
        "DELETE FROM session WHERE account = :account AND id <> :but", account=account, but=but
    )


def end_oldest_sessions(tx: Tx, account: str, kept: int) -> int:
    """All but the newest `kept`."""
    return tx.run(
        """DELETE FROM session WHERE id IN (
               SELECT id FROM session WHERE account = :account
               ORDER BY created_at DESC, id LIMIT 1000 OFFSET :kept)""",
        account=account,
        kept=kept,
    )


def list_candidates(tx: Tx, email: str, claims: int) -> list[Candidate]:
    """The account that proved this e-mail, then the newest that claim it."""
    rows = tx.all(
        """SELECT id, password_hash FROM account
           WHERE email = :email AND email_confirmed_at IS NOT NULL""",
        email=email,
    )
    rows += tx.all(
        """SELECT id, password_hash FROM account
           WHERE email = :email AND email_confirmed_at IS NULL
           ORDER BY created_at DESC, id LIMIT :claims""",
        email=email,
        claims=claims,
    )
    return [Candidate(*row) for row in rows]


def get_email(tx: Tx, account: str) -> tuple[str, int | None]:
    """The e-mail, and when it was confirmed."""
    row = tx.find("SELECT email, email_confirmed_at FROM account WHERE id = :id", id=account)
    if row is None:
        raise LookupError("an account is never erased while its member is signed in")
    return row[0], row[1]


def find_password_hash(tx: Tx, account: str) -> str | None:
    found: str | None = tx.value(
        "SELECT password_hash FROM account WHERE id = :account", account=account
    )
    return found


def save_password_hash(tx: Tx, account: str, password_hash: str) -> None:
    tx.run(
        "UPDATE account SET password_hash = :hash WHERE id = :account",
        account=account,
        hash=password_hash,
    )


def add_account(
    tx: Tx, account: str, email: str, password_hash: str, now: datetime, *, confirmed: bool = False
) -> None:
    at = to_millis(now)
    tx.run(
        """INSERT INTO account (id, email, email_confirmed_at, password_hash, created_at)
           VALUES (:id, :email, :confirmed, :hash, :at)""",
        id=account,
        email=email,
        confirmed=at if confirmed else None,
        hash=password_hash,
        at=at,
    )


def has_accounts(tx: Tx) -> bool:
    return tx.find("SELECT 1 FROM account LIMIT 1") is not None


class NewAccount(NamedTuple):
    """One row of `add_accounts`."""

    id: str
    email: str
    password_hash: str
    session: str
    token_hash: bytes


def add_accounts(tx: Tx, accounts: Sequence[NewAccount], now: datetime) -> None:
    """Confirmed accounts with one open session each, for `demo`."""
    at = to_millis(now)
    tx.many(
        """INSERT INTO account (id, email, email_confirmed_at, password_hash, created_at)
           VALUES (:id, :email, :at, :password_hash, :at)""",
        [
            {"id": a.id, "email": a.email, "password_hash": a.password_hash, "at": at}
            for a in accounts
        ],
    )
    tx.many(
        """INSERT INTO session (token_hash, id, account, label, created_at, seen_at)
           VALUES (:hash, :id, :account, 'demo', :at, :at)""",
        [{"hash": a.token_hash, "id": a.session, "account": a.id, "at": at} for a in accounts],
    )


def confirm_email(tx: Tx, account: str, now: datetime) -> None:
    tx.run(
        "UPDATE account SET email_confirmed_at = :now WHERE id = :id",
        id=account,
        now=to_millis(now),
    )


def add_proof(tx: Tx, account: str, method: str, detail: str, now: datetime) -> None:
    """How a home was proved; of a position only a coarse word and the day."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    tx.run(
        """INSERT INTO proof (account, at, method, detail) VALUES (:account, :at, :method, :detail)
           ON CONFLICT (account, at, method) DO UPDATE SET detail = excluded.detail""",
        account=account,
        at=to_millis(day),
        method=method,
        detail=detail,
    )


def list_proofs(tx: Tx, account: str) -> list[tuple[str, str, int]]:
    """Method, detail and day of each."""
    rows = tx.all(
        "SELECT method, detail, at FROM proof WHERE account = :account ORDER BY at",
        account=account,
    )
    return [(method, detail, at) for method, detail, at in rows]


def take_back_proofs(tx: Tx, method: str, detail: str) -> list[str]:
    """Of whomever such a proof let in: the accounts."""
    rows = tx.all(
        "DELETE FROM proof WHERE method = :method AND detail = :detail RETURNING account",
        method=method,
        detail=detail,
    )
    return [account for (account,) in rows]


def forget_proofs(tx: Tx, account: str) -> None:
    """What proved a home proves nothing of the next."""
    tx.run("DELETE FROM proof WHERE account = :account", account=account)

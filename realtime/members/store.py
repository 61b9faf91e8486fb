"""The SQL of members: one function per query."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from realtime.clock import from_millis, to_millis
from realtime.db import Tx
from realtime.db.tx import Row
from realtime.errors import Refused
from realtime.geo.cells import ring
from realtime.members.model import Member

_COLUMNS = """account, name, language, level, verified_at, visitor_until, home_cell, street, city,
    street_is_neighbourhood, household"""


class Named(NamedTuple):
    """How a member is shown."""

    name: str
    level: str


def _member(row: Row) -> Member:
    account, name, language, level, verified_at, visitor_until, cell, street, city, alias, house = (
        row
    )
    return Member(
        account=account,
        name=name,
        language=language,
        level=level,
        verified_at=None if verified_at is None else from_millis(verified_at),
        visitor_until=from_millis(visitor_until),
        home_cell=cell,
        street=street,
        city=city,
        street_is_neighbourhood=bool(alias),
        household=house,
    )


def find_member(tx: Tx, account: str, *, to_change: bool = False) -> Member | None:
    """`to_change`: others who would change this member wait until the transaction ends."""
    lock = "FOR UPDATE" if to_change and tx.dialect == "postgresql" else ""
    row = tx.find(f"SELECT {_COLUMNS} FROM member WHERE account = :account {lock}", account=account)
    return None if row is None else _member(row)


def get_member(tx: Tx, account: str, *, to_change: bool = False) -> Member:
    """Refused("not_signed_in") when there is no such member: the account was erased."""
    member = find_member(tx, account, to_change=to_change)
    if member is None:
        raise Refused("not_signed_in")
    return member


def find_still_signed_in(
    tx: Tx, account: str, session: str, opened_after: datetime
) -> Member | None:
    """The member, if this sign-in of theirs has not been ended meanwhile: one look at both."""
    row = tx.find(
        f"""SELECT {_COLUMNS} FROM member WHERE account = :account AND EXISTS (
                SELECT 1 FROM session WHERE id = :session AND account = :account
                AND created_at > :opened_after)""",
        account=account,
        session=session,
        opened_after=to_millis(opened_after),
    )
    return None if row is None else _member(row)


class Asking(NamedTuple):
    """Who gives a command with a key, and what it did before: the digest of a payload, an object's
    id.
    """

    member: Member
    earlier: tuple[bytes, str] | None


def list_asking(
    tx: Tx, command: str, asked: Collection[tuple[str, str, str]], opened_after: datetime
) -> dict[tuple[str, str], Asking]:
    """By session and key, of (account, session, key): those still signed in."""
    questions: list[dict[str, Any]]
    if tx.dialect == "postgresql":
        given = """unnest(CAST(:accounts AS text[]), CAST(:sessions AS text[]),
            CAST(:keys AS text[])) AS asked(account, session, key)"""
        accounts, sessions, keys = (list(column) for column in zip(*asked, strict=True))
        questions = [{"accounts": accounts, "sessions": sessions, "keys": keys}]
    else:
        given = "(SELECT :account AS account, :session AS session, :key AS key) AS asked"
        questions = [{"account": a, "session": s, "key": k} for a, s, k in asked]
    sql = f"""SELECT {_COLUMNS}, asking, with_key, digest, object FROM member JOIN (
            SELECT asked.account AS account, asked.session AS asking, asked.key AS with_key,
                digest, object
            FROM {given}
            JOIN session ON session.id = asked.session AND session.account = asked.account
                AND created_at > :opened_after
            LEFT JOIN command_key ON command_key.account = asked.account
                AND command = :command AND command_key.key = asked.key
        ) AS standing USING (account)"""
    more = {"command": command, "opened_after": to_millis(opened_after)}
    rows = [row for question in questions for row in tx.all(sql, **question, **more)]
    return {row[-4:-2]: Asking(_member(row[:-4]), _earlier(*row[-2:])) for row in rows}


def _earlier(digest: bytes | None, made: str | None) -> tuple[bytes, str] | None:
    return None if digest is None or made is None else (bytes(digest), made)


def list_members(tx: Tx, accounts: Collection[str]) -> list[Member]:
    if not accounts:
        return []
    return [
        _member(row)
        for row in tx.all(
            f"SELECT {_COLUMNS} FROM member WHERE account IN :accounts", accounts=tuple(accounts)
        )
    ]


def list_named(tx: Tx, accounts: Collection[str]) -> dict[str, Named]:
    if not accounts:
        return {}
    rows = tx.all(
        "SELECT account, name, level FROM member WHERE account IN :accounts",
        accounts=tuple(accounts),
    )
    return {account: Named(name, level) for account, name, level in rows}


def list_names_around(tx: Tx, member: Member) -> list[str]:
    """What the others who proved a home in the member's street ring are called."""
    rows = tx.all(
        """SELECT name FROM member
           WHERE home_cell IN :cells AND account <> :account AND level <> 'none'""",
        cells=tuple(ring(member.home_cell)),
        account=member.account,
    )
    return [name for (name,) in rows]


def note_hearing(tx: Tx, account: str) -> None:
    """After a choice for the street or the neighbourhood: whether either is to ring for all."""
    tx.run(
        """UPDATE member SET hears_all = EXISTS (SELECT 1 FROM room_prefs
               WHERE account = :account AND level = 'all' AND room IN ('street', 'neighbourhood'))
           WHERE account = :account""",
        account=account,
    )


def add_member(tx: Tx, member: Member) -> None:
    tx.run(
        f"""INSERT INTO member ({_COLUMNS}) VALUES (:account, :name, :language, :level,
            :verified_at, :visitor_until, :home_cell, :street, :city, :alias, :household)""",
        **_row(member),
    )


def save_name(tx: Tx, account: str, name: str, language: str) -> None:
    tx.run(
        "UPDATE member SET name = :name, language = :language WHERE account = :account",
        account=account,
        name=name,
        language=language,
    )


def save_member(tx: Tx, member: Member) -> None:
    """Every field but the account, of a member that was read `to_change`."""
    tx.run(
        """UPDATE member SET name = :name, language = :language, level = :level,
               verified_at = :verified_at, visitor_until = :visitor_until, home_cell = :home_cell,
               street = :street, city = :city, street_is_neighbourhood = :alias,
               household = :household
           WHERE account = :account""",
        **_row(member),
    )


def _row(member: Member) -> dict[str, object]:
    return {
        "account": member.account,
        "name": member.name,
        "language": member.language,
        "level": member.level,
        "verified_at": None if member.verified_at is None else to_millis(member.verified_at),
        "visitor_until": to_millis(member.visitor_until),
        "home_cell": member.home_cell,
        "street": member.street,
        "city": member.city,
        "alias": member.street_is_neighbourhood,
        "household": member.household,
    }


def find_key(tx: Tx, account: str, command: str, key: str) -> tuple[bytes, str] | None:
    """The digest of the payload and the object of an earlier command with this key."""
    row = tx.find(
        """SELECT digest, object FROM command_key
           WHERE account = :account AND command = :command AND key = :key""",
        account=account,
        command=command,
        key=key,
    )
    return None if row is None else (bytes(row[0]), row[1])


def add_key(
    tx: Tx, account: str, command: str, key: str, digest: bytes, object_id: str, now: datetime
) -> None:
    tx.add(
        "command_key",
        account=account,
        command=command,
        key=key,
        digest=digest,
        object=object_id,
        at=to_millis(now),
    )


def count_keys(tx: Tx, account: str, command: str) -> int:
    """How often the account created such a thing in the 60 days that keys are kept."""
    return int(
        tx.value(
            "SELECT count(*) FROM command_key WHERE account = :account AND command = :command",
            account=account,
            command=command,
        )
    )


def forget_keys(tx: Tx, before: datetime, limit: int) -> int:
    return tx.run(
        """DELETE FROM command_key WHERE (account, command, key) IN (
               SELECT account, command, key FROM command_key WHERE at < :before LIMIT :limit)""",
        before=to_millis(before),
        limit=limit,
    )

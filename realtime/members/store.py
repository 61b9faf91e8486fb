"""The SQL of members: one function per query."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from realtime.clock import from_millis, to_millis
from realtime.db import Tx
from realtime.db.tx import Row
from realtime.errors import Refused
from realtime.geo.cells import prefix_range
from realtime.members.model import Member

_COLUMNS = """account, name, language, level, verified_at, visitor_until, home_cell, street, city,
    street_is_neighbourhood, household"""

# One statement asks for this many cells: SQLite joins at most 500 of them.
_CELLS_AT_ONCE = 128
# Those whom FEATURES lets hear residents' alerts (rights.TABLE says the same).
_HEARS = "level <> 'organisation' AND (level <> 'none' OR visitor_until > :now)"


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


def find_member(tx: Tx, account: str) -> Member | None:
    row = tx.find(f"SELECT {_COLUMNS} FROM member WHERE account = :account", account=account)
    return None if row is None else _member(row)


def get_member(tx: Tx, account: str) -> Member:
    """Refused("not_signed_in") when there is no such member: the account was erased."""
    member = find_member(tx, account)
    if member is None:
        raise Refused("not_signed_in")
    return member


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


def count_under(tx: Tx, cells: Sequence[str], now: datetime) -> int:
    """Members who hear alerts and whose home lies under one of these prefix-free cells."""
    total = 0
    for union, params in _ranges(cells, "count(*) AS many"):
        total += tx.value(f"SELECT sum(many) FROM ({union}) AS cells", now=to_millis(now), **params)
    return total


def list_under(tx: Tx, cells: Sequence[str], now: datetime) -> list[str]:
    """The same members' accounts, in the order of the cells given."""
    found: list[str] = []
    for union, params in _ranges(cells, "account"):
        found += [account for (account,) in tx.all(union, now=to_millis(now), **params)]
    return found


def _ranges(cells: Sequence[str], what: str) -> Iterable[tuple[str, dict[str, str]]]:
    """An index range a cell, joined by UNION ALL: OR is four times slower on SQLite."""
    for start in range(0, len(cells), _CELLS_AT_ONCE):
        some = cells[start : start + _CELLS_AT_ONCE]
        params: dict[str, str] = {}
        for at, cell in enumerate(some):
            params[f"low_{at}"], params[f"high_{at}"] = prefix_range(cell)
        yield (
            " UNION ALL ".join(
                f"""SELECT {what} FROM member
                WHERE home_cell >= :low_{at} AND home_cell < :high_{at} AND {_HEARS}"""
                for at in range(len(some))
            ),
            params,
        )


def add_member(tx: Tx, member: Member) -> None:
    tx.run(
        f"""INSERT INTO member ({_COLUMNS}) VALUES (:account, :name, :language, :level,
            :verified_at, :visitor_until, :home_cell, :street, :city, :alias, :household)""",
        **_row(member),
    )


def save_member(tx: Tx, member: Member) -> None:
    """Every field but the account."""
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
    tx.run(
        """INSERT INTO command_key (account, command, key, digest, object, at)
           VALUES (:account, :command, :key, :digest, :object, :at)""",
        account=account,
        command=command,
        key=key,
        digest=digest,
        object=object_id,
        at=to_millis(now),
    )


def forget_keys(tx: Tx, before: datetime, limit: int) -> int:
    return tx.run(
        """DELETE FROM command_key WHERE (account, command, key) IN (
               SELECT account, command, key FROM command_key WHERE at < :before LIMIT :limit)""",
        before=to_millis(before),
        limit=limit,
    )

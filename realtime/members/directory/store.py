"""The SQL of the directory: one function per query."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

from realtime.clock import to_millis
from realtime.db import Tx
from realtime.geo.cells import prefix_range
from realtime.members.directory.model import Listing

# A ring has thousands of members at most, a few hundred of them listed.
MOST_LISTED = 5_000


class Listed(NamedTuple):
    """One who chose to be found. `skills` and `loans` as they are kept: of the hundreds in a ring
    one page is decoded.
    """

    account: str
    name: str
    level: str
    skills: str
    loans: str
    shows_pets: bool


def find_listing(tx: Tx, account: str) -> Listing:
    """What the account says of itself; the defaults before it said anything."""
    row = tx.find(
        """SELECT listed, skills, loans, shows_pets, announced, requests FROM listing
           WHERE account = :account""",
        account=account,
    )
    if row is None:
        return Listing()
    listed, skills, loans, shows_pets, announced, requests = row
    return Listing(
        listed=bool(listed),
        skills=texts(skills),
        loans=texts(loans),
        shows_pets=bool(shows_pets),
        announced=bool(announced),
        requests=requests,
    )


def list_unannounced(tx: Tx, accounts: Collection[str]) -> frozenset[str]:
    """Which of these chose that nobody hears of their arrival."""
    rows = tx.all(
        "SELECT account FROM listing WHERE account IN :accounts AND NOT announced",
        accounts=tuple(accounts),
    )
    return frozenset(account for (account,) in rows)


def save_listing(tx: Tx, account: str, listing: Listing) -> None:
    tx.run(
        """INSERT INTO listing (account, listed, skills, loans, shows_pets, announced, requests)
           VALUES (:account, :listed, :skills, :loans, :shows_pets, :announced, :requests)
           ON CONFLICT (account) DO UPDATE SET listed = excluded.listed,
               skills = excluded.skills, loans = excluded.loans,
               shows_pets = excluded.shows_pets, announced = excluded.announced,
               requests = excluded.requests""",
        account=account,
        listed=listing.listed,
        skills=orjson.dumps(listing.skills).decode(),
        loans=orjson.dumps(listing.loans).decode(),
        shows_pets=listing.shows_pets,
        announced=listing.announced,
        requests=listing.requests,
    )


def requests_taken(tx: Tx, account: str) -> str:
    """From whom the account takes requests: "everybody", "verified", "nobody"."""
    taken: str | None = tx.value(
        "SELECT requests FROM listing WHERE account = :account", account=account
    )
    return taken or "everybody"


def list_listed(tx: Tx, cells: Sequence[str]) -> list[Listed]:
    """The verified and listed whose home lies under one of these cells, all of one size."""
    ranges = [prefix_range(cell) for cell in cells]
    one_cell = """SELECT m.account, m.name, m.level, l.skills, l.loans, l.shows_pets
        FROM member m JOIN listing l ON l.account = m.account
        WHERE m.home_cell >= :low_{0} AND m.home_cell < :high_{0}
          AND m.level NOT IN ('none', 'organisation') AND l.listed"""
    params = {f"low_{at}": low for at, (low, _) in enumerate(ranges)}
    params |= {f"high_{at}": high for at, (_, high) in enumerate(ranges)}
    rows = tx.all(
        " UNION ALL ".join(one_cell.format(at) for at in range(len(ranges))) + " LIMIT :most",
        most=MOST_LISTED,
        **params,
    )
    return [
        Listed(account, name, level, skills, loans, bool(pets))
        for account, name, level, skills, loans, pets in rows
    ]


def texts(kept: str) -> tuple[str, ...]:
    """A list as it is kept."""
    return tuple(orjson.loads(kept))


def add_arrival(tx: Tx, account: str, cell: str, now: datetime) -> None:
    """The last one counts: who moves arrives again."""
    tx.run(
        """INSERT INTO arrival (account, cell, at) VALUES (:account, :cell, :now)
           ON CONFLICT (account) DO UPDATE SET cell = excluded.cell, at = excluded.at""",
        account=account,
        cell=cell,
        now=to_millis(now),
    )
    tx.run("DELETE FROM welcome WHERE account = :account", account=account)


def delete_arrival(tx: Tx, account: str) -> None:
    tx.run("DELETE FROM arrival WHERE account = :account", account=account)


def list_arrivals(
    tx: Tx, cells: Sequence[str], since: datetime, limit: int
) -> list[tuple[str, int]]:
    """(account, when) of those who arrived in these cells and still live there, newest first."""
    rows = tx.all(
        """SELECT a.account, a.at FROM arrival a JOIN member m ON m.account = a.account
           WHERE a.cell IN :cells AND a.at >= :since
             AND m.level <> 'none' AND substr(m.home_cell, 1, 6) = a.cell
           ORDER BY a.at DESC, a.account LIMIT :limit""",
        cells=tuple(cells),
        since=to_millis(since),
        limit=limit,
    )
    return [(account, at) for account, at in rows]


def add_welcome(tx: Tx, account: str, giver: str, now: datetime) -> bool:
    """False when it was given already."""
    added = tx.run(
        """INSERT INTO welcome (account, giver, at) VALUES (:account, :giver, :now)
           ON CONFLICT DO NOTHING""",
        account=account,
        giver=giver,
        now=to_millis(now),
    )
    return added > 0


def list_welcomed(tx: Tx, giver: str, accounts: Sequence[str]) -> frozenset[str]:
    """Which of these the giver welcomed."""
    if not accounts:
        return frozenset()
    rows = tx.all(
        "SELECT account FROM welcome WHERE giver = :giver AND account IN :accounts",
        giver=giver,
        accounts=tuple(accounts),
    )
    return frozenset(account for (account,) in rows)


def forget(tx: Tx, accounts: tuple[str, ...]) -> None:
    """Nothing is left of what these said of themselves, nor of who welcomed whom."""
    for table in ("listing", "arrival", "welcome"):
        tx.run(f"DELETE FROM {table} WHERE account IN :accounts", accounts=accounts)
    tx.run("DELETE FROM welcome WHERE giver IN :accounts", accounts=accounts)

"""The SQL of dwellings: where each account lives, and lived within the quotas' 30 days."""

from __future__ import annotations

from datetime import datetime

from realtime.clock import to_millis
from realtime.db import Tx


def add(tx: Tx, account: str, building: str, door: str, sealed: bytes, now: datetime) -> None:
    tx.run(
        """INSERT INTO dwelling (account, since, building, door, sealed)
           VALUES (:account, :since, :building, :door, :sealed)
           ON CONFLICT (account, since) DO UPDATE
               SET building = excluded.building, door = excluded.door, sealed = excluded.sealed""",
        account=account,
        since=to_millis(now),
        building=building,
        door=door,
        sealed=sealed,
    )


def find(tx: Tx, account: str) -> tuple[str, str, bytes] | None:
    """Building, door and sealed address of the present home."""
    row = tx.find(
        """SELECT building, door, sealed FROM dwelling
           WHERE account = :account ORDER BY since DESC LIMIT 1""",
        account=account,
    )
    return None if row is None else (row[0], row[1], bytes(row[2]))


def forget_sealed(tx: Tx, account: str) -> None:
    """Addresses left behind are not kept, only that somebody lived there."""
    tx.run(
        "UPDATE dwelling SET sealed = :nothing WHERE account = :account",
        account=account,
        nothing=b"",
    )


def count_moves(tx: Tx, account: str, since: datetime) -> int:
    return int(
        tx.value(
            "SELECT count(*) FROM dwelling WHERE account = :account AND since >= :since",
            account=account,
            since=to_millis(since),
        )
    )


def count_door(tx: Tx, door: str, but: str, since: datetime) -> int:
    """Other accounts that arrived at this door."""
    return int(
        tx.value(
            """SELECT count(DISTINCT account) FROM dwelling
               WHERE door = :door AND since >= :since AND account <> :but""",
            door=door,
            but=but,
            since=to_millis(since),
        )
    )


def count_building(tx: Tx, building: str, but: str, since: datetime) -> int:
    """Other accounts that arrived in this building."""
    return int(
        tx.value(
            """SELECT count(DISTINCT account) FROM dwelling
               WHERE building = :building AND since >= :since AND account <> :but""",
            building=building,
            but=but,
            since=to_millis(since),
        )
    )


def list_door(tx: Tx, door: str) -> list[str]:
    """Accounts whose present home is behind this door."""
    rows = tx.all(
        """SELECT d.account FROM dwelling d WHERE d.door = :door AND NOT EXISTS (
               SELECT 1 FROM dwelling later
               WHERE later.account = d.account AND later.since > d.since)""",
        door=door,
    )
    return [row[0] for row in rows]

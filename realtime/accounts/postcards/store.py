"""The SQL of postcards and of the tries at their codes."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from realtime.accounts.postcards.model import Card
from realtime.clock import to_millis
from realtime.db import Tx

_CARD = """SELECT c.id, c.account, c.building, c.door, c.code, c.asked_at, c.redeemed_at,
    c.refused_at, coalesce(t.wrong, 0) FROM postcard c
    LEFT JOIN code_try t ON t.card = c.id AND t.account = :account"""


class Pending(NamedTuple):
    """A card to print."""

    id: str
    account: str
    sealed: bytes
    asked_at: int


def add(tx: Tx, card: Card, refusal: bytes, sealed: bytes) -> None:
    tx.run(
        """INSERT INTO postcard (id, account, building, door, code, refusal, sealed, asked_at)
           VALUES (:id, :account, :building, :door, :code, :refusal, :sealed, :asked_at)""",
        id=card.id,
        account=card.account,
        building=card.building,
        door=card.door,
        code=card.code,
        refusal=refusal,
        sealed=sealed,
        asked_at=card.asked_at,
    )


def list_own(tx: Tx, account: str, door: str, since: datetime) -> list[Card]:
    """Cards to this door that the account asked for and has not redeemed."""
    rows = tx.all(
        f"""{_CARD} WHERE c.account = :account AND c.door = :door AND c.asked_at > :since
            AND c.redeemed_at IS NULL ORDER BY c.asked_at DESC""",
        account=account,
        door=door,
        since=to_millis(since),
    )
    return [_card(row) for row in rows]


def list_of_housemates(tx: Tx, account: str, door: str, since: datetime) -> list[Card]:
    """Cards that somebody else behind the same door has redeemed."""
    rows = tx.all(
        f"""{_CARD} WHERE c.door = :door AND c.account <> :account AND c.asked_at > :since
            AND c.redeemed_at IS NOT NULL ORDER BY c.asked_at DESC""",
        account=account,
        door=door,
        since=to_millis(since),
    )
    return [_card(row) for row in rows]


def _card(row: tuple[object, ...]) -> Card:
    id, account, building, door, code, *rest = row
    return Card(id, account, building, door, bytes(code), *rest)  # type: ignore[arg-type, call-overload]


def count_account(tx: Tx, account: str, since: datetime) -> int:
    return int(
        tx.value(
            "SELECT count(*) FROM postcard WHERE account = :account AND asked_at > :since",
            account=account,
            since=to_millis(since),
        )
    )


def count_door(tx: Tx, door: str, since: datetime) -> int:
    return int(
        tx.value(
            "SELECT count(*) FROM postcard WHERE door = :door AND asked_at > :since",
            door=door,
            since=to_millis(since),
        )
    )


def count_building(tx: Tx, building: str, since: datetime) -> int:
    return int(
        tx.value(
            "SELECT count(*) FROM postcard WHERE building = :building AND asked_at > :since",
            building=building,
            since=to_millis(since),
        )
    )


def was_refused(tx: Tx, account: str, door: str) -> bool:
    """Did the people of this door say that the account is not theirs?"""
    return (
        tx.find(
            """SELECT 1 FROM postcard
               WHERE account = :account AND door = :door AND refused_at IS NOT NULL LIMIT 1""",
            account=account,
            door=door,
        )
        is not None
    )


def count_wrong(tx: Tx, card: str, account: str) -> None:
    tx.run(
        """INSERT INTO code_try (card, account, wrong) VALUES (:card, :account, 1)
           ON CONFLICT (card, account) DO UPDATE SET wrong = code_try.wrong + 1""",
        card=card,
        account=account,
    )


def redeem(tx: Tx, card: str, now: datetime) -> None:
    """The sealed code and address have served."""
    tx.run(
        """UPDATE postcard SET redeemed_at = :now, sealed = :nothing
           WHERE id = :id AND redeemed_at IS NULL""",
        id=card,
        now=to_millis(now),
        nothing=b"",
    )


def refuse(tx: Tx, refusal: bytes, now: datetime) -> str | None:
    """Kill the card with this refusal code: whose it was."""
    row = tx.find(
        """UPDATE postcard SET refused_at = :now, sealed = :nothing
           WHERE refusal = :refusal AND refused_at IS NULL RETURNING account""",
        refusal=refusal,
        now=to_millis(now),
        nothing=b"",
    )
    return None if row is None else row[0]


def drop_pending(tx: Tx, account: str) -> None:
    """Who moves away leaves nothing to print; the row still counts for the quotas."""
    tx.run(
        """UPDATE postcard SET sealed = :nothing
           WHERE account = :account AND redeemed_at IS NULL""",
        account=account,
        nothing=b"",
    )


def list_pending(
    tx: Tx, since: datetime, after: str, limit: int, *, new_only: bool
) -> list[Pending]:
    """Cards to print, by id."""
    exported = "AND exported_at IS NULL" if new_only else ""
    rows = tx.all(
        f"""SELECT id, account, sealed, asked_at FROM postcard
            WHERE asked_at > :since AND redeemed_at IS NULL AND refused_at IS NULL
            AND sealed <> :nothing AND id > :after {exported} ORDER BY id LIMIT :limit""",
        since=to_millis(since),
        nothing=b"",
        after=after,
        limit=limit,
    )
    return [Pending(id, account, bytes(sealed), asked_at) for id, account, sealed, asked_at in rows]


def note_exported(tx: Tx, cards: tuple[str, ...], now: datetime) -> None:
    tx.run(
        "UPDATE postcard SET exported_at = :now WHERE id IN :cards", now=to_millis(now), cards=cards
    )


def forget_old(tx: Tx, before: datetime, limit: int) -> int:
    """Sealed codes that hold no more."""
    return tx.run(
        """UPDATE postcard SET sealed = :nothing WHERE id IN (
               SELECT id FROM postcard WHERE asked_at <= :before AND sealed <> :nothing
               LIMIT :limit)""",
        before=to_millis(before),
        nothing=b"",
        limit=limit,
    )

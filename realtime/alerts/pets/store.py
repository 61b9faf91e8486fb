"""The SQL of pet cards: one function per query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

from realtime.clock import to_millis
from realtime.db import Tx
from realtime.errors import Refused


class Card(NamedTuple):
    id: str
    details: dict[str, object]
    photo: str | None


def save_card(tx: Tx, account: str, card: Card, now: datetime) -> None:
    tx.run(
        """INSERT INTO pet_card (id, account, details, photo, saved_at)
           VALUES (:id, :account, :details, :photo, :at)
           ON CONFLICT (id) DO UPDATE SET details = excluded.details, photo = excluded.photo,
               saved_at = excluded.saved_at""",
        id=card.id,
        account=account,
        details=orjson.dumps(card.details).decode(),
        photo=card.photo,
        at=to_millis(now),
    )


def get_card(tx: Tx, account: str, card_id: str) -> Card:
    """One of the account's own."""
    row = tx.find(
        "SELECT id, details, photo FROM pet_card WHERE id = :id AND account = :account",
        id=card_id,
        account=account,
    )
    if row is None:
        raise Refused("not_found")
    return _card(row)


def list_cards(tx: Tx, account: str) -> list[Card]:
    rows = tx.all(
        "SELECT id, details, photo FROM pet_card WHERE account = :account ORDER BY id LIMIT 50",
        account=account,
    )
    return [_card(row) for row in rows]


def list_cards_of(tx: Tx, accounts: Sequence[str]) -> list[tuple[str, Card]]:
    """(owner, card) of each of these."""
    rows = tx.all(
        """SELECT account, id, details, photo FROM pet_card WHERE account IN :accounts
           ORDER BY account, id""",
        accounts=tuple(accounts),
    )
    return [(account, _card((own_id, details, photo))) for account, own_id, details, photo in rows]


def find_owner(tx: Tx, card_id: str) -> str | None:
    owner: str | None = tx.value("SELECT account FROM pet_card WHERE id = :id", id=card_id)
    return owner


def delete_card(tx: Tx, account: str, card_id: str) -> bool:
    return (
        tx.run(
            "DELETE FROM pet_card WHERE id = :id AND account = :account",
            id=card_id,
            account=account,
        )
        > 0
    )


def _card(row: tuple[str, str, str | None]) -> Card:
    own_id, details, photo = row
    return Card(own_id, orjson.loads(details), photo)

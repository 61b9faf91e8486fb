"""Keep a card of each pet, so that an alert takes two taps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from realtime.alerts.filter import require_act
from realtime.alerts.pets import store
from realtime.alerts.pets.store import Card
from realtime.db import Tx
from realtime.errors import Refused
from realtime.ids import new_ulid
from realtime.journal import Changed
from realtime.members.model import Member
from realtime.members.rights import Act, Rights
from realtime.photos import store as photos
from realtime.wire.pets import PetSave

MOST = 12
# What its owner keeps to tell a true finder from a false one.
_KEPT_BACK = "hidden_mark"


def save(tx: Tx, member: Member, rights: Rights, asked: PetSave, now: datetime) -> Changed[str]:
    """A new card, or other words on one of mine. Nobody else ever hears of it."""
    rights.require(member, Act.RECEIVE_ALERTS, now)
    given = asked.details.model_dump(mode="json", by_alias=True, exclude_none=True)
    if {"card", "object", "method", "from", "to"} & given.keys():
        raise Refused("invalid", field="details")
    require_act({f"details.{name}": v for name, v in given.items() if isinstance(v, str)})
    if asked.id is not None:
        store.get_card(tx, member.account, asked.id)
    elif len(store.list_cards(tx, member.account)) >= MOST:
        raise Refused("too_many_pets", most=MOST)
    own_id = asked.id or new_ulid(now)
    kept = [] if asked.photo is None else [asked.photo]
    photos.use(tx, member.account, kept, own_id)
    photos.forget_used_by(tx, [own_id], but=kept)
    store.save_card(tx, member.account, Card(own_id, given, asked.photo), now)
    return Changed(own_id)


def delete(tx: Tx, member: Member, card_id: str) -> Changed[None]:
    if store.delete_card(tx, member.account, card_id):
        photos.forget_used_by(tx, [card_id])
    return Changed(None)


def render_cards(tx: Tx, member: Member) -> list[dict[str, object]]:
    """The shape `wire.pets.Pet` of each."""
    cards = store.list_cards(tx, member.account)
    pictures = photos.list_used_by(tx, [card.id for card in cards]) if cards else {}
    return [
        {
            "id": card.id,
            "details": card.details,
            "photo": next(iter(pictures.get(card.id, [])), None),
        }
        for card in cards
    ]


def render_shown(tx: Tx, accounts: Sequence[str]) -> dict[str, list[dict[str, object]]]:
    """By account, the shape `wire.directory.ShownPet` of each pet: for owners who show theirs."""
    if not accounts:
        return {}
    cards = store.list_cards_of(tx, accounts)
    pictures = photos.list_used_by(tx, [card.id for _, card in cards]) if cards else {}
    shown: dict[str, list[dict[str, object]]] = defaultdict(list)
    for account, card in cards:
        details = {name: value for name, value in card.details.items() if name != _KEPT_BACK}
        photo = next(iter(pictures.get(card.id, [])), None)
        shown[account].append({"details": details, "photo": photo})
    return shown

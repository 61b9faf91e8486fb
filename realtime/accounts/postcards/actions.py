"""Ask for a card, redeem its code, say "this is not me", hand the pending ones to the printer.

A code is random, kept as an HMAC bound to its account and door; until it is redeemed it also lies
sealed, so that a lost print can be printed again. Neither tells anything without the secret.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from realtime.accounts.homes.actions import find_lived, get_lived
from realtime.accounts.postcards import store
from realtime.accounts.postcards.model import (
    HOLDS,
    KEEPS_ACCOUNT,
    PER_ACCOUNT,
    PER_BUILDING,
    PER_DOOR,
    QUOTA_TIME,
    TRIES,
    Card,
    new_code,
    read_code,
)
from realtime.accounts.store import take_turns
from realtime.accounts.verification import require_below, verify
from realtime.clock import from_millis, to_millis
from realtime.db import Tx
from realtime.errors import Refused
from realtime.ids import new_ulid
from realtime.journal import Changed
from realtime.keyring import Keyring, Unreadable
from realtime.members.model import Member
from realtime.members.rights import Act, Rights
from realtime.members.store import find_member, get_member

_PURPOSE = "postcard"
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """A card on its way: until when its code holds, and until when it keeps the account."""

    asked_at: datetime
    code_until: datetime
    account_until: datetime
    tries_left: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed on one card. `card` is its id."""

    card: str
    account: str
    name: str
    door: str
    line: str
    town: str
    code: str
    refusal: str
    until: datetime

    @property
    def address(self) -> str:
        return ", ".join(part for part in (self.line, self.door, self.town) if part)


def ask(tx: Tx, keyring: Keyring, member: Member, rights: Rights, now: datetime) -> Changed[Asked]:
    """Order a card to the member's door."""
    rights.require(member, Act.VERIFY, now)
    require_below(member, "postcard")
    lived = get_lived(tx, keyring, member.account)
    _require_quota(tx, member.account, lived.building, lived.door, now)
    code, refusal = new_code(), new_code()
    card = Card(
        id=new_ulid(now),
        account=member.account,
        building=lived.building,
        door=lived.door,
        code=_digest(keyring, code, member.account, lived.door),
        asked_at=to_millis(now),
        redeemed_at=None,
        refused_at=None,
        wrong=0,
    )
    sealed = orjson.dumps({"code": code, "refusal": refusal})
    store.add(tx, card, keyring.digest("refusal", refusal), keyring.seal(_PURPOSE, card.id, sealed))
    return Changed(_asked(card))


def _require_quota(tx: Tx, account: str, building: str, door: str, now: datetime) -> None:
    take_turns(tx, building)
    since = now - QUOTA_TIME
    if (
        store.count_account(tx, account, since) >= PER_ACCOUNT
        or store.count_door(tx, door, since) >= PER_DOOR
        or store.count_building(tx, building, since) >= PER_BUILDING
        or store.was_refused(tx, account, door)
    ):
        raise Refused("postcard_quota")


def find_asked(tx: Tx, keyring: Keyring, member: Member, now: datetime) -> Asked | None:
    """The newest card on its way to the member."""
    lived = find_lived(tx, keyring, member.account)
    if lived is None:
        return None
    cards = store.list_own(tx, member.account, lived.door, now - HOLDS)
    held = [card for card in cards if card.holds(now)]
    return _asked(held[0]) if held else None


def _asked(card: Card) -> Asked:
    at = from_millis(card.asked_at)
    return Asked(at, at + HOLDS, at + KEEPS_ACCOUNT, TRIES - card.wrong)


def redeem(
    tx: Tx, keyring: Keyring, member: Member, typed: str, now: datetime
) -> Changed[Member | Refused]:
    """The member at level `postcard`; or a refusal to raise after the commit that counted the try.

    The code of a card that a housemate redeemed makes one a member of that household.
    """
    take_turns(tx, member.account)
    member = get_member(tx, member.account, to_change=True)
    require_below(member, "postcard")
    lived = get_lived(tx, keyring, member.account)
    cards = _cards_for(tx, member.account, lived.door, now)
    left = min((TRIES - card.wrong for card in cards), default=0)
    code = read_code(typed)
    if code is None:
        return Changed(Refused("wrong_code", tries_left=left))
    if not cards:
        return Changed(Refused("code_dead"))
    matching = [card for card in cards if _is_code(keyring, card, code)]
    if not matching:
        for card in cards:
            store.count_wrong(tx, card.id, member.account)
        return Changed(Refused("wrong_code", tries_left=left - 1))
    return _redeemed(tx, member, matching[0], now)


def _cards_for(tx: Tx, account: str, door: str, now: datetime) -> list[Card]:
    since = now - HOLDS
    own = [card for card in store.list_own(tx, account, door, since) if card.holds(now)]
    if own:
        return own
    return [c for c in store.list_of_housemates(tx, account, door, since) if c.holds(now)]


def _redeemed(tx: Tx, member: Member, card: Card, now: datetime) -> Changed[Member | Refused]:
    store.redeem(tx, card.id, now)
    household = ""
    if card.account != member.account:
        owner = find_member(tx, card.account)
        household = owner.household if owner is not None else ""
    proved = verify(tx, member, "postcard", now, household=household)
    return Changed(get_member(tx, member.account), proved.events)


def refuse(tx: Tx, keyring: Keyring, typed: str, now: datetime) -> Changed[None]:
    """ "This is not me": the card dies, and no other goes from that account to that door."""
    code = read_code(typed)
    if code is None or store.refuse(tx, keyring.digest("refusal", code), now) is None:
        raise Refused("code_dead")
    return Changed(None)


def list_sheets(
    tx: Tx, keyring: Keyring, after: str, now: datetime, *, new_only: bool
) -> tuple[list[Sheet], str]:
    """At most 500 pending cards and the id to go on after; "" when that was all."""
    pending = store.list_pending(tx, now - HOLDS, after, CHUNK, new_only=new_only)
    sheets = [_sheet(tx, keyring, card) for card in pending]
    return [s for s in sheets if s is not None], pending[-1].id if len(pending) == CHUNK else ""


def note_exported(tx: Tx, sheets: Sequence[Sheet], now: datetime) -> None:
    """At most 500 that are in the printer's files: new no more."""
    store.note_exported(tx, tuple(sheet.card for sheet in sheets), now)


def _sheet(tx: Tx, keyring: Keyring, card: store.Pending) -> Sheet | None:
    """None where nobody is left to write to, or the secret of the code is lost."""
    member, lived = find_member(tx, card.account), find_lived(tx, keyring, card.account)
    try:
        opened = orjson.loads(keyring.open(_PURPOSE, card.id, card.sealed))
    except Unreadable:
        return None
    if member is None or lived is None:
        return None
    home = lived.sealed
    return Sheet(
        card=card.id,
        account=card.account,
        name=member.name,
        door=home.door,
        line=home.line,
        town=home.town,
        code=opened["code"],
        refusal=opened["refusal"],
        until=from_millis(card.asked_at) + HOLDS,
    )


def forget_old(tx: Tx, now: datetime) -> int:
    """A schedule of the worker."""
    return store.forget_old(tx, now - HOLDS, CHUNK)


def _digest(keyring: Keyring, code: str, account: str, door: str) -> bytes:
    return keyring.digest("code", code, account, door)


def _is_code(keyring: Keyring, card: Card, code: str) -> bool:
    return hmac.compare_digest(card.code, _digest(keyring, code, card.account, card.door))

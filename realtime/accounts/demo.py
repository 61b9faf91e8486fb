"""Members to try things with: any number of them, verified long ago, their tokens in hand."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from realtime.accounts import store
from realtime.accounts.homes.actions import dwelling_of, is_small, settle
from realtime.accounts.model import Home
from realtime.accounts.passwords import UNUSABLE
from realtime.db import Tx
from realtime.geo.cells import Cell
from realtime.ids import new_account_id, new_token, new_ulid
from realtime.keyring import Keyring
from realtime.members.model import Member
from realtime.members.prefs import Prefs, Quiet, save_prefs
from realtime.members.store import add_member
from realtime.places.homes import Home as Place

# A write function ends within 20 ms: members come in chunks, one function each.
CHUNK = 100
VERIFIED_AGO = timedelta(days=30)
# Long enough that they take no newcomer's place in the quotas of a door or building.
MOVED_IN_AGO = timedelta(days=40)


# Quiet hours off: a trial at night should ring.
WAKEFUL = Prefs(quiet=Quiet(is_on=False))


class DemoMember(NamedTuple):
    """One JSON line of `demo --tokens`."""

    account: str
    token: str
    cell: Cell
    lon: float
    lat: float


def create_members(
    tx: Tx, keyring: Keyring, homes: Sequence[Place], names: Sequence[str], now: datetime
) -> list[DemoMember]:
    """One member a home, each a household of its own. Their passwords match nothing."""
    small: dict[Cell, bool] = {}
    made, accounts = [], []
    for home in homes:
        account, token = new_account_id(), new_token()
        accounts.append(
            store.NewAccount(
                id=account,
                email=f"{account}@demo.example.org",
                password_hash=UNUSABLE,
                session=new_ulid(now),
                token_hash=store.hash_of(token),
            )
        )
        at = home.address
        made.append(DemoMember(account, token, at.cell, at.lon, at.lat))
        if at.cell not in small:
            small[at.cell] = is_small(tx, at)
    store.add_accounts(tx, accounts, now)
    for member, home, name in zip(made, homes, names, strict=True):
        at = home.address
        dwelling = dwelling_of(keyring, at, home.door, is_small=small[at.cell])
        # However often `demo` fills a town, each of its members stays a household of its own.
        dwelling = replace(dwelling, door=keyring.name("door", at.id, member.account))
        add_member(tx, verified_long_ago(member.account, name, dwelling.home, now))
        save_prefs(tx, member.account, WAKEFUL)
        settle(tx, keyring, member.account, dwelling, now - MOVED_IN_AGO)
    return made


def verified_long_ago(account: str, name: str, home: Home, now: datetime) -> Member:
    """At level `postcard` for 30 days: may do all that a resident may, vouching included."""
    return Member(
        account=account,
        name=name,
        language="fr",
        level="postcard",
        verified_at=now - VERIFIED_AGO,
        visitor_until=now - VERIFIED_AGO,
        home_cell=home.cell,
        street=home.street,
        city=home.city,
        street_is_neighbourhood=home.street_is_neighbourhood,
        household=account,
    )


def invent_names(count: int, seed: int) -> list[str]:
    """First name and family name, the same for the same seed."""
    chance = random.Random(seed)
    return [f"{chance.choice(_FIRST)} {chance.choice(_FAMILY)}" for _ in range(count)]


_FIRST = (
    "Adèle", "Amir", "Anaïs", "Armel", "Aya", "Bruno", "Camille", "Chloé", "Claude", "Dominique",
    "Élodie", "Erwan", "Fatou", "Félix", "Gaëlle", "Hugo", "Inès", "Jade", "Jean", "Karim", "Léa",
    "Lina", "Loïc", "Louise", "Maël", "Malo", "Manon", "Marie", "Mehdi", "Nadia", "Nolwenn", "Noé",
    "Paul", "Rachid", "Rose", "Sacha", "Sofia", "Solène", "Thomas", "Tiphaine", "Victor", "Yann",
    "Yasmine", "Zoé",
)  # fmt: skip
_FAMILY = (
    "André", "Barbier", "Benali", "Bernard", "Bouvier", "Caradec", "Diallo", "Dubois", "Dupont",
    "Durand", "Faure", "Fournier", "Garnier", "Girard", "Guillou", "Haddad", "Hervé", "Jaouen",
    "Kermarrec", "Lambert", "Le Bihan", "Le Gall", "Le Goff", "Legrand", "Lemaire", "Marchand",
    "Martin", "Mercier", "Morel", "Moreau", "Nguyen", "Nicolas", "Perrin", "Petit", "Renard",
    "Richard", "Riou", "Robert", "Roux", "Simon", "Tanguy", "Traoré", "Vidal", "Vincent",
)  # fmt: skip

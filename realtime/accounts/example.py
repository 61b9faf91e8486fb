"""Two residents of the example town, on neighbouring streets, for a first look at it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from realtime.accounts import store
from realtime.accounts.demo import MOVED_IN_AGO, verified_long_ago
from realtime.accounts.homes.actions import dwelling_at, settle
from realtime.db import Tx
from realtime.ids import new_account_id
from realtime.keyring import Keyring
from realtime.members.store import add_member
from realtime.places.model import Address

_PEOPLE = (("Camille Le Goff", "camille@example.org"), ("Nadia Benali", "nadia@example.org"))


class Resident(NamedTuple):
    """Somebody to sign in as. The password is shown once and kept as a hash only."""

    name: str
    email: str
    password: str


def invent_residents() -> list[Resident]:
    return [Resident(name, email, secrets.token_urlsafe(12)) for name, email in _PEOPLE]


def create_examples(
    tx: Tx,
    keyring: Keyring,
    residents: Sequence[Resident],
    password_hashes: Sequence[str],
    homes: Sequence[Address],
    now: datetime,
) -> bool:
    """Each resident in a home, at level `postcard`. False when somebody lives here already."""
    if store.has_accounts(tx):
        return False
    for resident, password_hash, address in zip(residents, password_hashes, homes, strict=True):
        account = new_account_id()
        store.add_account(tx, account, resident.email, password_hash, now, confirmed=True)
        dwelling = dwelling_at(tx, keyring, address, "")
        add_member(tx, verified_long_ago(account, resident.name, dwelling.home, now))
        settle(tx, keyring, account, dwelling, now - MOVED_IN_AGO)
    return True


def neighbouring(addresses: Sequence[Address]) -> list[Address]:
    """Of addresses within one ring: two in different streets where there are two."""
    first = addresses[0]
    other = next((a for a in addresses if a.street != first.street), addresses[-1])
    return [first, other]

"""Where somebody lives: from an address to what members see, what is compared and what is sealed.

Members see a street and a cell. Quotas compare keyed hashes of building and door. The address
itself, with its number, is sealed and opened for two things only: to print a postcard and to tell
whether a position is near home.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

import orjson

from realtime.accounts.homes import store
from realtime.accounts.homes.model import Dwelling, Lived, Sealed, normal_door
from realtime.accounts.model import Home
from realtime.accounts.store import take_turns
from realtime.db import Tx
from realtime.errors import Refused
from realtime.keyring import Keyring, Unreadable
from realtime.places.model import OWN_STREET_FROM, Address
from realtime.places.store import count_in_ring

_PURPOSE = "dwelling"
QUOTA_DAYS = timedelta(days=30)
VISITORS_PER_DOOR = 2
VISITORS_PER_BUILDING = 20
MOVES = 3


def dwelling_at(tx: Tx, keyring: Keyring, address: Address, door: str) -> Dwelling:
    """The home behind a door of an address in the gazetteer."""
    return dwelling_of(keyring, address, door, is_small=is_small(tx, address))


def is_small(tx: Tx, address: Address) -> bool:
    """So few addresses around that a street would tell the house."""
    return count_in_ring(tx, address.cell, OWN_STREET_FROM) < OWN_STREET_FROM


def dwelling_of(keyring: Keyring, address: Address, door: str, *, is_small: bool) -> Dwelling:
    return Dwelling(
        building=keyring.name("building", address.id),
        door=keyring.name("door", address.id, normal_door(door)),
        home=Home(
            cell=address.cell,
            street=address.street.name,
            city=address.street.city,
            street_is_neighbourhood=is_small,
        ),
        sealed=Sealed(address.line, address.town_line, door.strip(), address.lon, address.lat),
    )


def move_in(
    tx: Tx, keyring: Keyring, account: str, dwelling: Dwelling, now: datetime, *, is_new: bool
) -> None:
    """Note that the account lives there now. Refused when a door or a building is used up."""
    take_turns(tx, dwelling.building)
    since = now - QUOTA_DAYS
    if not is_new and store.count_moves(tx, account, since) > MOVES:
        raise Refused("move_quota")
    if store.count_door(tx, dwelling.door, account, since) >= VISITORS_PER_DOOR:
        raise Refused("door_quota")
    if store.count_building(tx, dwelling.building, account, since) >= VISITORS_PER_BUILDING:
        raise Refused("door_quota")
    settle(tx, keyring, account, dwelling, now)


def settle(tx: Tx, keyring: Keyring, account: str, dwelling: Dwelling, now: datetime) -> None:
    """The same without quotas: for examples and `demo`. The address left behind is forgotten."""
    sealed = keyring.seal(_PURPOSE, account, orjson.dumps(asdict(dwelling.sealed)))
    store.forget_sealed(tx, account)
    store.add(tx, account, dwelling.building, dwelling.door, sealed, now)


def find_lived(tx: Tx, keyring: Keyring, account: str) -> Lived | None:
    """None too where the address was sealed under a secret that is lost: until its owner names it
    again nobody knows it, and its door compares with no other."""
    row = store.find(tx, account)
    if row is None:
        return None
    building, door, sealed = row
    try:
        opened = orjson.loads(keyring.open(_PURPOSE, account, sealed))
    except Unreadable:
        return None
    return Lived(building, door, Sealed(**opened))


def get_lived(tx: Tx, keyring: Keyring, account: str) -> Lived:
    lived = find_lived(tx, keyring, account)
    if lived is None:
        raise Refused("not_found")
    return lived

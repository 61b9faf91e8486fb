"""Streets in the gazetteer for tests: side by side, with doors in cells that share a ring."""

from __future__ import annotations

from collections.abc import Sequence

from realtime.clock import Clock
from realtime.db import Database
from realtime.geo.cells import cell_at
from realtime.places.editions.load import load
from realtime.places.model import Address, Street

CHAUSSEE = Street("Rue de la Chaussée", "35000", "Rennes", "35238", "0001")
PALIER = Street("Rue du Palier", "35000", "Rennes", "35238", "0002")
_WEST, _NORTH = -1.6800, 48.1100
_APART = 0.00012


def street_addresses(street: Street, count: int, *, east: float = 0.0) -> list[Address]:
    """Doors 1, 2, … northwards along one line; streets of one `east` lie within one ring."""
    column = _WEST + east + (0.0004 if street.code == PALIER.code else 0.0)
    found = []
    for number in range(1, count + 1):
        lon, lat = column, _NORTH + _APART * number / 3
        name = f"35238_{street.code}_{number:05}"
        found.append(Address(name, number, "", street, lon, lat, cell_at(lon, lat)))
    return found


async def add_addresses(db: Database, clock: Clock, addresses: Sequence[Address]) -> None:
    """Load them as a commune's file would be."""
    batches = (list(addresses[at : at + 500]) for at in range(0, len(addresses), 500))
    await load(db, clock, "test", batches)

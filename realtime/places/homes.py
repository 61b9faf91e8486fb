"""Homes for example members: doors of the gazetteer, a household each."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass

from realtime.clock import Clock
from realtime.db import Database
from realtime.geo.cells import HOME, Cell, cell_at, centre, check_cell
from realtime.places import store
from realtime.places.example.town import invent_streets
from realtime.places.model import Address

_MOST_IN_CELL = 5_000
_STREETS_A_READ = 200


@dataclass(frozen=True, slots=True)
class Home:
    """`door` tells households of one address apart: « Logement 2 »; empty where it has one."""

    address: Address
    door: str


async def homes_in(db: Database, clock: Clock, cell: Cell, count: int, seed: int) -> list[Home]:
    """`count` homes under a cell; where the gazetteer has none, streets are invented first."""
    prefix = check_cell(cell)[:HOME]
    doors = await db.read(store.list_under, prefix, _MOST_IN_CELL)
    if not doors:
        await invent_streets(db, clock, cell_at(*centre(prefix)))
        doors = await db.read(store.list_under, prefix, _MOST_IN_CELL)
    random.Random(seed).shuffle(doors)
    return _households(doors, count)


async def homes_over_town(db: Database, count: int, seed: int) -> list[Home]:
    """`count` homes on streets drawn by lot; none when the gazetteer is empty."""
    streets = await db.read(store.list_street_ids)
    if not streets:
        return []
    lot = random.Random(seed)
    drawn = sorted(lot.choices(streets, k=count))
    doors: dict[int, list[Address]] = defaultdict(list)
    wanted = sorted(set(drawn))
    for start in range(0, len(wanted), _STREETS_A_READ):
        some = tuple(wanted[start : start + _STREETS_A_READ])
        for street, address in await db.read(store.list_on_streets, some):
            doors[street].append(address)
    chosen = [lot.choice(doors[street]) for street in drawn if doors[street]]
    lot.shuffle(chosen)
    return _numbered(chosen)


def _households(doors: list[Address], count: int) -> list[Home]:
    return _numbered([doors[at % len(doors)] for at in range(count)])


def _numbered(addresses: list[Address]) -> list[Home]:
    """The second household of an address gets a door of its own."""
    met: dict[str, int] = defaultdict(int)
    homes = []
    for address in addresses:
        met[address.id] += 1
        place = met[address.id]
        homes.append(Home(address, f"Logement {place}" if place > 1 else ""))
    return homes

"""The example town: rennes.txt read into addresses, and streets invented where there are none."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

from realtime.clock import Clock
from realtime.db import Database
from realtime.geo.cells import Cell, bounds, cell_at, centre
from realtime.places import store
from realtime.places.editions.load import ROWS_A_WRITE, load
from realtime.places.example.houses import Line, Position, houses_along
from realtime.places.model import EXAMPLE, Address, Street
from realtime.places.spelling import fold

_FILE = Path(__file__).parent / "rennes.txt"
# The town hall: numbers grow from here.
_MIDDLE = (-1.6800, 48.1113)
_TREES = (
    "Acacias", "Aubépines", "Bouleaux", "Cerisiers", "Charmes", "Châtaigniers", "Chênes", "Érables",
    "Frênes", "Hêtres", "Marronniers", "Noisetiers", "Noyers", "Ormes", "Peupliers", "Pommiers",
    "Saules", "Sorbiers", "Tilleuls", "Trembles",
)  # fmt: skip


async def load_example(db: Database, clock: Clock) -> int:
    """Load the example town if the gazetteer is empty; how many addresses came (0: it was not)."""
    if not await db.read(store.is_empty):
        return 0
    return await load(db, clock, "example", batches_of(example_addresses()))


def example_addresses() -> Iterator[Address]:
    """Every door of the example town: 77,000, in 0.6 s."""
    for text in _FILE.read_text(encoding="utf-8").splitlines():
        if not text.startswith("#"):
            name, _, pieces = text.partition("\t")
            street = Street(name, "35000", "Rennes", EXAMPLE)
            yield from _doors(street, [_line(piece) for piece in pieces.split("|")], _MIDDLE)


async def invent_streets(db: Database, clock: Clock, cell: Cell) -> int:
    """Streets for a cell where the gazetteer has none; how many addresses came."""
    return await load(db, clock, f"invented at {cell}", batches_of(invented_addresses(cell)))


def invented_addresses(cell: Cell) -> Iterator[Address]:
    """Two streets that cross in the cell and reach into its ring; the same ones for one cell."""
    west, south, east, north = bounds(cell)
    lon, lat = centre(cell)
    aside, along = (east - west) * 0.6, (north - south) * 0.6
    lines: list[Line] = [
        [(west - aside, lat), (east + aside, lat)],
        [(lon, south - along), (lon, north + along)],
    ]
    for name, line in zip(random.Random(cell).sample(_TREES, 2), lines, strict=True):
        street = Street(f"Rue des {name}", "", "Exemple", f"{EXAMPLE}-{cell}")
        yield from _doors(street, [line], (lon, lat))


def batches_of(addresses: Iterable[Address]) -> Iterator[list[Address]]:
    waiting: list[Address] = []
    for address in addresses:
        waiting.append(address)
        if len(waiting) == ROWS_A_WRITE:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _line(piece: str) -> Line:
    """See make.py for the form."""
    lon = lat = 0
    line: Line = []
    for point in piece.split(";"):
        east, north = point.split(" ")
        lon, lat = lon + int(east), lat + int(north)
        line.append((lon / 1e5, lat / 1e5))
    return line


def _doors(street: Street, lines: list[Line], middle: Position) -> Iterator[Address]:
    name = "-".join(fold(street.name))
    for house in houses_along(lines, middle):
        # A street over the antimeridian goes on at the other edge of the map.
        lon = house.lon if abs(house.lon) <= 180 else house.lon - math.copysign(360, house.lon)
        yield Address(
            id=f"{street.commune}_{name}_{house.number:05}",
            number=house.number,
            suffix="",
            street=street,
            lon=lon,
            lat=house.lat,
            cell=cell_at(lon, house.lat),
        )

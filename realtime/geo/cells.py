"""A place is a geohash prefix. The one strict door to python-geohash, which wraps and guesses.

Positions are (lon, lat) in degrees, WGS84; bounds are (west, south, east, north), shapely's order.
At 48.6 degrees north a cell of 7 characters is 101 x 153 m, of 6 808 x 611 m, of 5 3.2 x 4.9 km.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TypeAlias

import geohash

Cell: TypeAlias = str
Position: TypeAlias = tuple[float, float]
Bounds: TypeAlias = tuple[float, float, float, float]

ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz"
HOME, BLOCK, REGION = 7, 6, 5
"""Precisions: a home cell (its ring is a street), a block (its ring a neighbourhood), a region."""

MAX_LATITUDE = 82.0
"""Beyond it a home cell is under 21 m wide and the two sides of a street would share no ring."""

# The geohash alphabet as int() reads digits to base 32.
_DIGITS = str.maketrans(ALPHABET, "0123456789abcdefghijklmnopqrstuv")
_PATTERN = re.compile(f"[{ALPHABET}]{{1,12}}")


class OutOfRange(ValueError):
    """No such position or cell, or one too near a pole for cells to mean anything."""


def cell_at(lon: float, lat: float, precision: int = HOME) -> Cell:
    """The cell that holds a position. 180 degrees east is the same meridian as 180 west."""
    if not (-180.0 <= lon <= 180.0 and -MAX_LATITUDE <= lat <= MAX_LATITUDE):
        raise OutOfRange(f"no cells at longitude {lon}, latitude {lat}")
    if not 1 <= precision <= 12:
        raise OutOfRange(f"no cells of {precision} characters")
    # The library misplaces numbers under about 1e-15, by metres or by a hemisphere.
    lon, lat = (0.0 if abs(number) < 1e-12 else number for number in (lon, lat))
    return str(geohash.encode(lat, lon, precision))


def check_cell(text: str) -> Cell:
    """The same text if it names a cell; anything else (capitals and empty text too) is refused."""
    if not isinstance(text, str) or not _PATTERN.fullmatch(text):
        raise OutOfRange(f"{text!r:.40} is not a cell")
    return text


def bounds(cell: Cell) -> Bounds:
    """West, south, east, north. East and north belong to the next cells."""
    box = geohash.bbox(check_cell(cell))
    return box["w"], box["s"], box["e"], box["n"]


def centre(cell: Cell) -> Position:
    west, south, east, north = bounds(cell)
    return (west + east) / 2, (south + north) / 2


def parent(cell: Cell, precision: int) -> Cell:
    """The cell of `precision` characters that holds this one."""
    if not 1 <= precision <= len(check_cell(cell)):
        raise OutOfRange(f"{cell} has no parent of {precision} characters")
    return cell[:precision]


def region(cell: Cell) -> Cell:
    """The first five characters: what the town shards by."""
    return parent(cell, REGION)


def prefixes(cell: Cell) -> tuple[Cell, Cell, Cell]:
    """Region, block and home cell: a covering that holds one of the three reaches the home."""
    home = parent(cell, HOME)
    return home[:REGION], home[:BLOCK], home


def children(cell: Cell) -> tuple[Cell, ...]:
    """The 32 cells one character finer, in the order of their names."""
    check_cell(cell)
    return tuple(cell + character for character in ALPHABET)


def neighbours(cell: Cell) -> tuple[Cell, ...]:
    """The eight cells around, across the antimeridian too; refused near the poles."""
    return tuple(other for other in ring(cell) if other != cell)


@lru_cache(maxsize=65_536)
def ring(cell: Cell) -> tuple[Cell, ...]:
    """A cell and its eight neighbours, in the order of their names: what its people hear."""
    _, south, _, north = bounds(cell)
    if south < -MAX_LATITUDE or north > MAX_LATITUDE:
        raise OutOfRange(f"{cell} is too near a pole to have a ring")
    nine = {cell, *geohash.neighbors(cell)}
    if len(nine) != 9:  # precision 1 alone: four columns of it meet themselves
        raise OutOfRange(f"{cell} is too large to have a ring")
    return tuple(sorted(nine))


def prefix_range(prefix: Cell) -> tuple[str, str]:
    """(low, high): low <= cell < high, byte by byte, exactly for the cells that start with it.

    The upper bound ends in the last character's successor in the geohash alphabet; `z` carries to
    the left, and where all are `z` it is `{`, the byte after. PostgreSQL needs COLLATE "C".
    """
    head = check_cell(prefix).rstrip("z")
    if not head:
        return prefix, "{"
    return prefix, head[:-1] + ALPHABET[ALPHABET.index(head[-1]) + 1]


def number_range(prefix: Cell) -> tuple[int, int]:
    """(low, high): low <= number < high exactly for the home cells that start with it.

    The number of a home cell is its 35 bits, seven digits to base 32, so that homes keep the order
    of their cells. `member.home_number` is the same, computed by PostgreSQL. Raises OutOfRange for
    a prefix that is longer than a home cell.
    """
    finer = HOME - len(check_cell(prefix))
    if finer < 0:
        raise OutOfRange(f"{prefix} is smaller than a home cell")
    size = 32**finer
    low = int(prefix.translate(_DIGITS), 32) * size
    return low, low + size


def metres_between(cell: Cell, other: Cell) -> float:
    """From centre to centre on a sphere (0.5 % off at most). Orders cells; is never shown."""
    (lon, lat), (other_lon, other_lat) = centre(cell), centre(other)
    half = math.sin(math.radians(other_lat - lat) / 2) ** 2
    half += (
        math.cos(math.radians(lat))
        * math.cos(math.radians(other_lat))
        * math.sin(math.radians(other_lon - lon) / 2) ** 2
    )
    return 2 * 6_371_009.0 * math.asin(min(1.0, math.sqrt(half)))

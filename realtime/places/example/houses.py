"""House numbers invented along street lines: odd on the left, even on the right, every 12 m.

Numbers grow away from the town's middle, as in France. The same lines give the same houses.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

Position: TypeAlias = tuple[float, float]
Line: TypeAlias = list[Position]

APART_M = 12.0
BESIDE_M = 8.0  # from the middle of the road to the door
# Two lines of one avenue run side by side: one square of this size holds one door.
TOO_NEAR_M = 7.0
METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class House:
    number: int
    lon: float
    lat: float


def houses_along(lines: list[Line], middle: Position) -> Iterator[House]:
    """Houses of one street, numbered through all its pieces, the piece nearest the middle first."""
    scale = math.cos(math.radians(middle[1]))
    started = [_from(line, middle, scale) for line in lines]
    started.sort(key=lambda line: _metres(line[0], middle, scale))
    built: set[tuple[int, int]] = set()
    odd, even = 1, 2
    for line in started:
        for spot, (east, north) in _spots(line, scale):
            left = _beside(spot, (-north, east), scale)
            right = _beside(spot, (north, -east), scale)
            if _is_free(left, built, scale):
                yield House(odd, *left)
                odd += 2
            if _is_free(right, built, scale):
                yield House(even, *right)
                even += 2


def _from(line: Line, middle: Position, scale: float) -> Line:
    """The line, beginning at the end that is nearer to the middle."""
    if _metres(line[0], middle, scale) <= _metres(line[-1], middle, scale):
        return line
    return line[::-1]


def _spots(line: Line, scale: float) -> Iterator[tuple[Position, tuple[float, float]]]:
    """Every 12 m from 6 m on: a position on the line and its direction (east, north; length 1)."""
    wanted, walked = APART_M / 2, 0.0
    for start, end in pairwise(line):
        length = _metres(start, end, scale)
        if length == 0:
            continue
        direction = (
            (end[0] - start[0]) * METRES_PER_DEGREE * scale / length,
            (end[1] - start[1]) * METRES_PER_DEGREE / length,
        )
        while wanted <= walked + length:
            share = (wanted - walked) / length
            lon = start[0] + (end[0] - start[0]) * share
            lat = start[1] + (end[1] - start[1]) * share
            yield (lon, lat), direction
            wanted += APART_M
        walked += length


def _beside(spot: Position, aside: tuple[float, float], scale: float) -> Position:
    lon = spot[0] + aside[0] * BESIDE_M / (METRES_PER_DEGREE * scale)
    lat = spot[1] + aside[1] * BESIDE_M / METRES_PER_DEGREE
    return round(lon, 6), round(lat, 6)


def _is_free(door: Position, built: set[tuple[int, int]], scale: float) -> bool:
    """Whether no door stands in this square of 7 m yet; it is taken from now on."""
    column = math.floor(door[0] * METRES_PER_DEGREE * scale / TOO_NEAR_M)
    row = math.floor(door[1] * METRES_PER_DEGREE / TOO_NEAR_M)
    if (column, row) in built:
        return False
    built.add((column, row))
    return True


def _metres(one: Position, other: Position, scale: float) -> float:
    return METRES_PER_DEGREE * math.hypot((one[0] - other[0]) * scale, one[1] - other[1])

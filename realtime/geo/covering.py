"""The covering of an area: few cells that hold all of it, none inside another.

An alert's audience is the homes under them. Large cells where the area fills them, small ones
along its edge: start at regions, split the cell with the most outside area, never finer than a
home cell, stop at the budget. Cells are exact binary fractions, so their squares tile the map.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from heapq import heappop, heappush
from itertools import compress

import numpy as np
import shapely
from numpy.typing import NDArray

from realtime.geo.areas import Area
from realtime.geo.cells import (
    HOME,
    MAX_LATITUDE,
    REGION,
    Cell,
    bounds,
    cell_at,
    children,
    metres_between,
    prefixes,
)

ALERT_BUDGET = 128
TERRITORY_BUDGET = 1_024

_REGION_LON, _REGION_LAT = 360 / 2**13, 180 / 2**12
_MOST_REGIONS = 65_536


class AreaTooLarge(ValueError):
    """Even regions are more than the budget."""


def cover(area: Area, budget: int = ALERT_BUDGET) -> tuple[Cell, ...]:
    """At most `budget` cells of 5 to 7 characters, prefix-free, in the order of their names.

    CPU, large ones too much for a thread of the web process: docs/decisions/0010.
    """
    shapely.prepare(area)
    cells = set(_touching(area, _regions_around(area)))
    if len(cells) > budget:
        raise AreaTooLarge(f"{len(cells)} regions, and the budget is {budget} cells")
    waiting: list[tuple[float, Cell]] = []
    _queue(waiting, area, cells)
    while waiting:
        _, cell = heappop(waiting)
        finer = _touching(area, list(children(cell)))
        if len(cells) - 1 + len(finer) > budget:
            continue  # a split with fewer new cells may still fit
        cells.remove(cell)
        cells.update(finer)
        _queue(waiting, area, finer)
    return tuple(sorted(cells))


def covers(covering: Iterable[Cell], home: Cell) -> bool:
    """Whether a home cell is under one of the covering's prefixes. For many homes, pass a set."""
    cells = covering if isinstance(covering, set | frozenset) else frozenset(covering)
    return any(prefix in cells for prefix in prefixes(home))


def nearest_first(covering: Iterable[Cell], middle: Cell) -> list[Cell]:
    """The covering's cells by distance of centres: the order in which phones are reached."""
    return sorted(covering, key=lambda cell: (metres_between(cell, middle), cell))


def _regions_around(area: Area) -> list[Cell]:
    west, south, east, north = area.bounds
    if not (west >= -180 and east <= 180 and -MAX_LATITUDE <= south <= north <= MAX_LATITUDE):
        raise AreaTooLarge("the area reaches off the map")
    columns = _steps(west + 180, east + 180, _REGION_LON, 2**13)
    rows = _steps(south + 90, north + 90, _REGION_LAT, 2**12)
    if len(columns) * len(rows) > _MOST_REGIONS:
        raise AreaTooLarge("the area's frame alone holds too many regions")
    return [
        cell_at((column + 0.5) * _REGION_LON - 180, (row + 0.5) * _REGION_LAT - 90, REGION)
        for column in columns
        for row in rows
    ]


def _steps(low: float, high: float, size: float, end: int) -> range:
    """Whole steps from low to high; one more each side, for an area that ends on an edge."""
    return range(max(0, math.floor(low / size) - 1), min(end, math.floor(high / size) + 2))


def _touching(area: Area, cells: list[Cell]) -> list[Cell]:
    """Edges count: a position on one is of the next cell."""
    touches = shapely.intersects(area, _boxes(cells))
    return [cell for cell, touched in zip(cells, touches, strict=True) if touched]


def _queue(waiting: list[tuple[float, Cell]], area: Area, cells: Iterable[Cell]) -> None:
    """The cells that are partly outside and may be split, most outside area first."""
    splittable = [cell for cell in cells if len(cell) < HOME]
    boxes = _boxes(splittable)
    partly = ~shapely.covers(area, boxes)
    boxes = boxes[partly]
    outside = shapely.area(shapely.difference(boxes, area))
    for cell, size in zip(compress(splittable, partly), outside, strict=True):
        heappush(waiting, (-size, cell))


def _boxes(cells: list[Cell]) -> NDArray[np.object_]:
    """One array of squares: built and tested in C, a tenth of the time of one by one."""
    west, south, east, north = np.array([bounds(cell) for cell in cells]).reshape(-1, 4).T
    return shapely.box(west, south, east, north)

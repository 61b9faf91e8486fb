"""A million members around Rennes, and the three areas an alert may ask for."""

from __future__ import annotations

import math
import random
from functools import cache

from realtime.alerts.area import reached_by
from realtime.geo.areas import polygon_from
from realtime.geo.covering import cover

MIDDLE = (-1.68, 48.11)
COMMUNE_HALF_M = 3_500
_METRES = 111_200.0
_ACROSS = _METRES * math.cos(math.radians(MIDDLE[1]))


def somewhere(dice: random.Random) -> tuple[float, float]:
    """At random within 15 km, a third of them within 3 km."""
    spread = 3_000 if dice.random() < 1 / 3 else 15_000
    return moved(dice.uniform(-spread, spread), dice.uniform(-spread, spread))


def moved(east_m: float, north_m: float) -> tuple[float, float]:
    lon, lat = MIDDLE
    return lon + east_m / _ACROSS, lat + north_m / _METRES


@cache
def coverings() -> dict[str, tuple[str, ...]]:
    return {
        "500 m": reached_by("lost_cat", MIDDLE, 500, None, official=False).cells,
        "2 km": reached_by("lost_cat", MIDDLE, 2_000, None, official=False).cells,
        "commune": cover(polygon_from(square(COMMUNE_HALF_M)), 1_024),
    }


def square(half_m: float) -> dict[str, object]:
    corners = [(-half_m, -half_m), (half_m, -half_m), (half_m, half_m), (-half_m, half_m)]
    return _polygon([moved(*corner) for corner in corners])


def star(corners: int) -> dict[str, object]:
    """A polygon of so many vertices, 6 km across."""
    points = []
    for step in range(corners):
        angle, reach = 2 * math.pi * step / corners, 3_000 if step % 2 else 2_400
        points.append(moved(reach * math.sin(angle), reach * math.cos(angle)))
    return _polygon(points)


def _polygon(points: list[tuple[float, float]]) -> dict[str, object]:
    ring = [list(point) for point in points]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}

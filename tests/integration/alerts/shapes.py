"""Places and drawn areas in metres, computed without what is tested."""

from __future__ import annotations

import math
import random
from itertools import pairwise
from typing import Any

METRES_LAT = 111_200.0
Place = tuple[float, float]


def _across(lat: float) -> float:
    """Metres in a degree of longitude."""
    return METRES_LAT * math.cos(math.radians(lat))


def around(dice: random.Random, place: Place, spread_m: float) -> Place:
    """Somewhere in a square round a place."""
    lon, lat = place
    return (
        lon + dice.uniform(-spread_m, spread_m) / _across(lat),
        lat + dice.uniform(-spread_m, spread_m) / METRES_LAT,
    )


def metres(one: Place, other: Place) -> float:
    return math.hypot(*_from(one, other))


def _from(here: Place, there: Place) -> Place:
    """East and north, in metres."""
    return (there[0] - here[0]) * _across(here[1]), (there[1] - here[1]) * METRES_LAT


def drawn(dice: random.Random, place: Place, reach_m: float) -> dict[str, Any]:
    """A polygon round a place with 3 to 40 corners, some of them turned in, none beyond a reach."""
    lon, lat = place
    corners = dice.randint(3, 40)
    ring = []
    for step in range(corners):
        angle = 2 * math.pi * step / corners
        far = reach_m * dice.uniform(0.3, 1)
        east, north = far * math.sin(angle), far * math.cos(angle)
        ring.append([lon + east / _across(lat), lat + north / METRES_LAT])
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def within_edge(
    dice: random.Random, place: Place, radius_m: float, area: dict[str, Any] | None
) -> Place:
    """A hundredth within the edge of a circle, or of an area drawn round a place."""
    angle = dice.uniform(0, 2 * math.pi)
    to_edge = (radius_m * math.sin(angle), radius_m * math.cos(angle))
    if area is not None:
        a, b = dice.choice(list(pairwise(area["coordinates"][0])))
        share = dice.random()
        to_edge = _from(place, (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))
    lon, lat = place
    return lon + 0.99 * to_edge[0] / _across(lat), lat + 0.99 * to_edge[1] / METRES_LAT


def metres_outside(area: dict[str, Any], home: Place) -> float:
    """How far a home lies from a drawn area; 0 within it."""
    ring = [_from(home, (lon, lat)) for lon, lat in area["coordinates"][0]]
    sides = list(pairwise(ring))
    # A ray to the east crosses the outline an odd number of times.
    crossed = [
        (a[1] > 0) != (b[1] > 0) and a[0] + (b[0] - a[0]) * a[1] / (a[1] - b[1]) > 0
        for a, b in sides
    ]
    return 0.0 if sum(crossed) % 2 else min(_to_side(a, b) for a, b in sides)


def _to_side(a: Place, b: Place) -> float:
    """From the origin to the stretch between two points."""
    along = (b[0] - a[0], b[1] - a[1])
    length = along[0] ** 2 + along[1] ** 2
    share = 0.0 if length == 0 else -(a[0] * along[0] + a[1] * along[1]) / length
    share = min(1.0, max(0.0, share))
    return math.hypot(a[0] + share * along[0], a[1] + share * along[1])

"""Lambert's conformal conic back to degrees: Lambert-93 and the nine zones CC42 to CC50.

IGN, algorithm NTG 71; EPSG method 9802. All on the GRS 80 ellipsoid, which is WGS 84 to 0.1 mm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

_E = math.sqrt(0.00669438002290)
_A = 6_378_137.0


@dataclass(frozen=True, slots=True)
class Cone:
    """n: the cone's constant; c: its radius at the equator, metres; apex: where its tip lies."""

    n: float
    c: float
    apex_x: float
    apex_y: float


def to_degrees(x: float, y: float, *, is_corsica: bool = False) -> tuple[float, float] | None:
    """(lon, lat) of Lambert coordinates in metres; None where no French grid has them."""
    if 0 < x < 1_400_000 and 6_000_000 < y < 7_200_000 and (x < 1_050_000 or is_corsica):
        return _inverse(_cone(44, 49, 46.5, 700_000, 6_600_000), x, y)
    if 1_000_000 < x < 2_400_000 and 1_000_000 < y < 9_500_000:
        zone = 41 + int(y // 1_000_000)
        return _inverse(
            _cone(zone - 0.75, zone + 0.75, zone, 1_700_000, (zone - 41) * 1e6 + 2e5), x, y
        )
    return None


@lru_cache(maxsize=16)
def _cone(south: float, north: float, origin: float, x: float, y: float) -> Cone:
    """From the two standard parallels, and the origin with its coordinates; meridian 3 E."""
    first, second = math.radians(south), math.radians(north)
    n = math.log(_ray(second) / _ray(first)) / (_isometric(first) - _isometric(second))
    c = _ray(first) / n * math.exp(n * _isometric(first))
    return Cone(n, c, x, y + c * math.exp(-n * _isometric(math.radians(origin))))


def _ray(latitude: float) -> float:
    """The radius of a parallel, metres."""
    return _A * math.cos(latitude) / math.sqrt(1 - (_E * math.sin(latitude)) ** 2)


def _isometric(latitude: float) -> float:
    e_sine = _E * math.sin(latitude)
    return math.atanh(math.sin(latitude)) - _E * math.atanh(e_sine)


def _inverse(cone: Cone, x: float, y: float) -> tuple[float, float]:
    radius = math.hypot(x - cone.apex_x, y - cone.apex_y)
    turn = math.atan2(x - cone.apex_x, cone.apex_y - y)
    isometric = -math.log(radius / cone.c) / cone.n
    latitude = math.asin(math.tanh(isometric))
    for _ in range(6):  # converges by 1/150 a round
        latitude = math.asin(math.tanh(isometric + _E * math.atanh(_E * math.sin(latitude))))
    return 3 + math.degrees(turn / cone.n), math.degrees(latitude)

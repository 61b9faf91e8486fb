"""Shapes on the map: a circle round a cell, a polygon a client drew.

Always (lon, lat) in degrees, WGS84, cut in two where they reach over the antimeridian.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeAlias

import shapely
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from realtime.geo.cells import MAX_LATITUDE, Cell, Position, bounds, cell_at, centre

Area: TypeAlias = Polygon | MultiPolygon

HIDING_M = 92.0
"""Half the diagonal of a home cell at Rennes: a circle round the cell's centre, this much wider,
holds the circle round any door in the cell, and its edge betrays none. Nearer the equator cells
are wider and so is the margin."""

MAX_VERTICES = 400
_CORNERS = 96
# WGS84: equatorial radius in metres, first eccentricity squared.
_RADIUS_M, _E2 = 6_378_137.0, 0.00669437999014


class BadArea(ValueError):
    """Not a GeoJSON polygon we accept; the text says why."""


def circle_at(lon: float, lat: float, radius_m: float) -> Area:
    """What an alert here covers: a circle round the *centre of the home cell*, and the margin.

    Every position within `radius_m` of any point of that cell lies inside.
    """
    if not 0 < radius_m <= 100_000:
        raise BadArea("the radius must be between 0 and 100 km")
    cell = cell_at(lon, lat)
    return _circle(centre(cell), radius_m + max(HIDING_M, _half_diagonal_m(cell)))


def polygon_from(geojson: object, max_vertices: int = MAX_VERTICES) -> Area:
    """A GeoJSON Polygon or MultiPolygon, checked; BadArea says what is wrong.

    Its author cuts it at the antimeridian (RFC 7946, 3.1.9).
    """
    if not isinstance(geojson, Mapping) or geojson.get("type") not in ("Polygon", "MultiPolygon"):
        raise BadArea("a GeoJSON Polygon is needed")
    coordinates = geojson.get("coordinates")
    polygons = [coordinates] if geojson["type"] == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        raise BadArea("the polygon has no coordinates")
    left = max_vertices
    shapes = []
    for rings in polygons:
        checked = _rings(rings, left)
        left -= sum(len(ring) for ring in checked)
        shapes.append(Polygon(checked[0], checked[1:]))
    area = shapes[0] if len(shapes) == 1 else MultiPolygon(shapes)
    if not area.is_valid or area.is_empty or area.area == 0:
        raise BadArea("the polygon crosses itself or is empty")
    return area


def position_in(area: Area) -> Position:
    """A position inside, far from the edge where the shape allows: any for a thin one."""
    point = area.representative_point()
    return point.x, point.y


def contains(outer: Area, inner: Area) -> bool:
    """Whether one area lies in another; a hand's breadth over the edge is forgiven."""
    return bool(outer.buffer(1e-6).covers(inner))


def _rings(rings: object, max_vertices: int) -> list[list[Position]]:
    if not isinstance(rings, list) or not rings:
        raise BadArea("the polygon has no coordinates")
    checked: list[list[Position]] = []
    for ring in rings:
        if not isinstance(ring, list) or len(ring) < 4:
            raise BadArea("a ring needs at least four positions")
        max_vertices -= len(ring)
        if max_vertices < 0:
            raise BadArea("the polygon has too many vertices")
        checked.append([_position(position) for position in ring])
        if checked[-1][0] != checked[-1][-1]:
            raise BadArea("a ring must end where it begins")
    return checked


def _position(position: object) -> Position:
    if not isinstance(position, list | tuple) or not 2 <= len(position) <= 3:
        raise BadArea("a position is [longitude, latitude]")
    lon, lat = position[0], position[1]
    for number in (lon, lat):
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise BadArea("a position is [longitude, latitude]")
    if not (-180 <= lon <= 180 and -MAX_LATITUDE <= lat <= MAX_LATITUDE):
        raise BadArea("a position lies off the map")
    return float(lon), float(lat)


def _circle(middle: Position, radius_m: float) -> Area:
    """A polygon that holds the circle: its sides touch it.

    0.2 % more, and the share by which meridians close up on the way, pay for the ellipsoid.
    """
    lon, lat = middle
    bend = 1.002 + math.tan(math.radians(abs(lat))) * radius_m / _RADIUS_M
    reach = radius_m * bend / math.cos(math.pi / _CORNERS)
    sine, cosine = math.sin(math.radians(lat)), math.cos(math.radians(lat))
    squash = 1 - _E2 * sine * sine
    east = math.degrees(reach * math.sqrt(squash) / (_RADIUS_M * cosine))
    north = math.degrees(reach * squash**1.5 / (_RADIUS_M * (1 - _E2)))
    angles = (2 * math.pi * step / _CORNERS for step in range(_CORNERS))
    return _cut([(lon + east * math.sin(a), lat + north * math.cos(a)) for a in angles])


def _cut(corners: list[Position]) -> Area:
    """The part of a shape beyond the antimeridian belongs on the other side of the map."""
    shape = Polygon(corners)
    west, _, east, _ = shape.bounds
    if west >= -180 and east <= 180:
        return shape
    world = box(-180, -90, 180, 90)
    parts: list[BaseGeometry] = [
        shapely.intersection(translate(shape, xoff=turn), world) for turn in (-360, 0, 360)
    ]
    return MultiPolygon([part for part in parts if isinstance(part, Polygon) and part.area > 0])


def _half_diagonal_m(cell: Cell) -> float:
    west, south, east, north = bounds(cell)
    widest = math.cos(math.radians(min(abs(south), abs(north))))
    metres_per_degree = math.radians(_RADIUS_M)
    return math.hypot((east - west) * widest, north - south) * metres_per_degree / 2

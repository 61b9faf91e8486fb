"""Where an organisation may speak: a polygon, kept as its operator gave it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from realtime.announcements.model import House, common
from realtime.errors import Refused
from realtime.geo.areas import BadArea, contains, polygon_from, position_in
from realtime.geo.cells import Position, cell_at
from realtime.geo.covering import TERRITORY_BUDGET, AreaTooLarge, cover, covers

# Outlines of communes are finely drawn.
TERRITORY_VERTICES = 20_000


def territory_from(text: bytes) -> tuple[str, tuple[str, ...]]:
    """GeoJSON (a polygon, a feature, or a collection of them) and its covering; BadArea."""
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise BadArea("this is not JSON") from None
    polygons = [ring for shape in _shapes(given) for ring in _polygons(shape)]
    geojson = {"type": "MultiPolygon", "coordinates": polygons}
    try:
        cells = cover(polygon_from(geojson, TERRITORY_VERTICES), TERRITORY_BUDGET)
    except AreaTooLarge as error:
        raise BadArea(str(error)) from None
    return orjson.dumps(geojson).decode(), cells


def _shapes(given: object) -> list[object]:
    if isinstance(given, Mapping) and given.get("type") == "FeatureCollection":
        features = given.get("features")
        return [one for feature in _list(features) for one in _shapes(feature)]
    if isinstance(given, Mapping) and given.get("type") == "Feature":
        return [given.get("geometry")]
    return [given]


def _polygons(shape: object) -> list[object]:
    if isinstance(shape, Mapping) and shape.get("type") == "Polygon":
        return [shape.get("coordinates")]
    if isinstance(shape, Mapping) and shape.get("type") == "MultiPolygon":
        return _list(shape.get("coordinates"))
    raise BadArea("a GeoJSON Polygon or MultiPolygon is needed")


def _list(given: object) -> list[object]:
    return given if isinstance(given, list) else []


def cells_within(house: House, drawn: object) -> tuple[str, ...]:
    """The covering of a part of the territory. CPU: in a child process."""
    try:
        area = polygon_from(drawn)
        if not contains(polygon_from(orjson.loads(house.territory), TERRITORY_VERTICES), area):
            raise Refused("outside_territory")
        return cover(area, TERRITORY_BUDGET)
    except BadArea:
        raise Refused("invalid", field="area") from None
    except AreaTooLarge:
        raise Refused("outside_territory") from None


def seat_of(house: House) -> str:
    """A home cell inside the territory, where its staff hear official news and its maps begin."""
    return cell_at(*position_in(polygon_from(orjson.loads(house.territory), TERRITORY_VERTICES)))


def clipped(house: House, place: Position, cells: tuple[str, ...]) -> tuple[str, ...]:
    """The part of an alert's covering that lies in the territory; its place must."""
    if not covers(house.cells, cell_at(*place)):
        raise Refused("outside_territory")
    return common(cells, house.cells)

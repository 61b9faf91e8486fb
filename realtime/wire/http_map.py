"""The routes of the map: where its tiles are, and the archive they are read from."""

from __future__ import annotations

from realtime.wire.base import Shape
from realtime.wire.route import RouteSpec


class MapTiles(Shape):
    """`tiles`: the address of the PMTiles archive; null draws the shipped street lines."""

    tiles: str | None


ROUTES: tuple[RouteSpec, ...] = (
    RouteSpec("GET", "/api/map", "Where the map's tiles are, if there are any.", response=MapTiles),
    RouteSpec(
        "GET",
        "/api/map/tiles/{version}",
        "The PMTiles archive, by `Range` (206). An older version is not found.",
        refusals=("not_found",),
    ),
)

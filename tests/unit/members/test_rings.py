"""Who shares a street: neighbours always do, whatever border of a cell runs between them."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from realtime.geo.cells import bounds, cell_at
from realtime.members.model import Member, neighbourhood_topics, short_name, street_topics
from tests.unit.members.test_rights import one

METRES_PER_DEGREE = 111_320.0


def living_at(lon: float, lat: float) -> Member:
    return replace(one("postcard"), home_cell=cell_at(lon, lat, 7))


def across_the_edge(precision: int, side: str) -> tuple[Member, Member]:
    """Two homes 20 m apart, on either side of an edge of that precision, in Rennes."""
    west, south, east, north = bounds(cell_at(-1.6846, 48.1336, precision))
    lat, lon = (south + north) / 2, (west + east) / 2
    ten_north = 10 / METRES_PER_DEGREE
    ten_east = ten_north / math.cos(math.radians(lat))
    if side == "east":
        return living_at(east - ten_east, lat), living_at(east + ten_east, lat)
    if side == "north":
        return living_at(lon, north - ten_north), living_at(lon, north + ten_north)
    return living_at(east - ten_east, north - ten_north), living_at(
        east + ten_east, north + ten_north
    )


@pytest.mark.parametrize("precision", [7, 6, 5])
@pytest.mark.parametrize("side", ["east", "north", "corner"])
def test_two_members_twenty_metres_apart_share_a_street(precision: int, side: str) -> None:
    ada, bo = across_the_edge(precision, side)
    assert ada.home_cell[:precision] != bo.home_cell[:precision]
    for opener, reader in ((ada, bo), (bo, ada)):
        assert opener.street_topic in street_topics(reader)
        assert opener.neighbourhood_topic in neighbourhood_topics(reader)


def test_a_street_is_nine_cells_and_ends_there() -> None:
    ada = one("postcard")
    assert len(set(street_topics(ada))) == len(set(neighbourhood_topics(ada))) == 9
    far = living_at(-1.6846, 48.1336)
    assert not set(street_topics(ada)) & set(street_topics(far))


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Camille Le Goff", "Camille L."),
        ("  Camille   le goff ", "Camille L."),
        ("Camille", "Camille"),
        ("", ""),
    ],
)
def test_beyond_the_street_a_name_is_first_name_and_initial(name: str, short: str) -> None:
    assert short_name(name) == short

"""Shapes that clients draw are accepted or refused; circles hold what they promise."""

import math

import pytest
from geopy.distance import geodesic
from hypothesis import example, given
from hypothesis import strategies as st
from shapely.geometry import Point

from realtime.geo.areas import BadArea, circle_at, polygon_from
from realtime.geo.cells import bounds, cell_at

SQUARE = [[-1.7, 48.1], [-1.6, 48.1], [-1.6, 48.2], [-1.7, 48.2], [-1.7, 48.1]]


@given(
    place=st.tuples(st.floats(-180, 180), st.floats(-80, 80)),
    corner=st.tuples(st.sampled_from([0.0, 0.5, 0.999]), st.sampled_from([0.0, 0.5, 0.999])),
    radius=st.sampled_from([100.0, 300.0, 500.0, 2_000.0, 5_000.0]),
    turn=st.just(0.0) | st.floats(-180, 180),
)
@example(place=(179.9995, 10.0), corner=(0.999, 0.5), radius=300.0, turn=0.0)
def test_a_circle_holds_all_that_is_in_reach_of_any_door_in_the_cell(place, corner, radius, turn):
    """Straight away from the cell's middle (no turn) is where the margin is used up."""
    west, south, east, north = bounds(cell_at(*place))
    door = (west + (east - west) * corner[0], south + (north - south) * corner[1])
    middle = ((west + east) / 2, (south + north) / 2)
    away = math.degrees(
        math.atan2((door[0] - middle[0]) * math.cos(math.radians(middle[1])), door[1] - middle[1])
    )
    edge = geodesic(meters=radius).destination(door[::-1], away + turn)

    assert circle_at(place[0], place[1], radius).covers(Point(edge.longitude, edge.latitude))


@given(st.floats(0.0, 0.999), st.floats(0.0, 0.999))
def test_the_edge_of_a_circle_is_the_same_for_every_door_in_the_cell(x, y):
    west, south, east, north = bounds("gbwc9z1")
    door = (west + (east - west) * x, south + (north - south) * y)

    assert circle_at(*door, 500).equals(circle_at(west, south, 500))


def test_a_circle_is_one_part_in_a_hundred_larger_than_it_must_be_at_most():
    circle = circle_at(-1.68, 48.11, 500)
    metres = 111_300.0 * 111_200.0 * math.cos(math.radians(48.11))

    assert circle.area * metres == pytest.approx(math.pi * 592**2, rel=0.02)


@pytest.mark.parametrize("radius", [0, -1, math.nan, math.inf, 100_001])
def test_a_radius_out_of_bounds_is_refused(radius):
    with pytest.raises(BadArea):
        circle_at(-1.68, 48.11, radius)


def test_a_drawn_polygon_is_taken_as_it_is():
    assert polygon_from({"type": "Polygon", "coordinates": [SQUARE]}).bounds == (
        -1.7,
        48.1,
        -1.6,
        48.2,
    )
    assert polygon_from({"type": "MultiPolygon", "coordinates": [[SQUARE]]}).area > 0


@pytest.mark.parametrize(
    "shape",
    [
        None,
        [],
        {},
        {"type": "Point", "coordinates": [0, 0]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[]]},
        {"type": "Polygon", "coordinates": [SQUARE[:3]]},
        {"type": "Polygon", "coordinates": [SQUARE[:4]]},  # not closed
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},  # a bow
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 2], [0, 0]]]},  # flat
        {"type": "Polygon", "coordinates": [[["0", 0], [1, 0], [1, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[True, 0], [1, 0], [1, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[math.nan, 0], [1, 0], [1, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 90], [1, 0], [1, 1], [0, 90]]]},
        {"type": "Polygon", "coordinates": [SQUARE * 100]},
        {"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]},  # on each other
        {"type": "MultiPolygon", "coordinates": {}},
    ],
)
def test_what_is_not_a_polygon_is_refused(shape):
    with pytest.raises(BadArea):
        polygon_from(shape)

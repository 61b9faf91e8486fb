"""Cells never lie: what they hold, who their neighbours are, what their range is."""

import math

import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from realtime.geo.cells import (
    ALPHABET,
    MAX_LATITUDE,
    OutOfRange,
    bounds,
    cell_at,
    centre,
    check_cell,
    children,
    metres_between,
    neighbours,
    number_range,
    parent,
    prefix_range,
    prefixes,
    region,
    ring,
)

LONGITUDES = st.floats(-180, 180) | st.sampled_from([-180.0, 180.0, 0.0, 1e-30, -1e-30])
LATITUDES = st.floats(-MAX_LATITUDE, MAX_LATITUDE)
POSITIONS = st.tuples(LONGITUDES, LATITUDES)
CELLS = st.text(ALPHABET, min_size=1, max_size=12)
PRECISIONS = st.sampled_from([5, 6, 7])


@given(POSITIONS, st.integers(1, 12))
def test_a_cell_holds_the_position_it_was_made_from(position, precision):
    west, south, east, north = bounds(cell_at(position[0], position[1], precision))

    lon = -180.0 if position[0] == 180.0 else position[0]
    assert west - 1e-12 <= lon < east
    assert south - 1e-12 <= position[1] < north


@given(POSITIONS, st.integers(1, 12), st.integers(1, 12))
def test_a_coarser_cell_is_a_prefix_of_the_finer_one(position, one, other):
    coarse, fine = sorted((one, other))

    assert parent(cell_at(position[0], position[1], fine), coarse) == cell_at(
        position[0], position[1], coarse
    )


@given(POSITIONS)
def test_a_home_is_reached_through_its_region_its_block_and_itself(position):
    home = cell_at(*position)

    assert prefixes(home) == tuple(
        cell_at(position[0], position[1], precision) for precision in (5, 6, 7)
    )
    assert region(home) == cell_at(position[0], position[1], 5)


@given(POSITIONS, st.integers(1, 8))
def test_children_fill_their_parent(position, precision):
    cell = cell_at(position[0], position[1], precision)
    west, south, east, north = bounds(cell)
    squares = [bounds(child) for child in children(cell)]

    assert min(square[0] for square in squares) == west
    assert min(square[1] for square in squares) == south
    assert max(square[2] for square in squares) == east
    assert max(square[3] for square in squares) == north
    area = sum((e - w) * (n - s) for w, s, e, n in squares)
    assert math.isclose(area, (east - west) * (north - south))
    assert len(set(squares)) == 32


@given(POSITIONS, st.floats(0, 2 * math.pi), PRECISIONS)
def test_two_positions_20_m_apart_always_share_a_ring(position, bearing, precision):
    there = geodesic(meters=20).destination((position[1], position[0]), math.degrees(bearing))
    if abs(there.latitude) > MAX_LATITUDE - 0.05:
        return

    here = cell_at(position[0], position[1], precision)
    across = cell_at(there.longitude, there.latitude, precision)

    assert across in ring(here)
    assert here in ring(across)


@pytest.mark.parametrize("precision", [5, 6, 7])
@pytest.mark.parametrize("near", [(-1.6777, 48.1102), (0.0, 0.0), (55.45, -20.88), (179.99, 65.0)])
def test_across_every_edge_and_corner_of_a_cell_is_a_neighbour(precision, near):
    cell = cell_at(near[0], near[1], precision)
    west, south, east, north = bounds(cell)
    width, height = east - west, north - south
    around = {
        cell_at(
            (west + width * (0.5 + dx) + 540) % 360 - 180, south + height * (0.5 + dy), precision
        )
        for dx in (-0.501, 0, 0.501)
        for dy in (-0.501, 0, 0.501)
    }

    assert around == set(ring(cell))
    assert set(neighbours(cell)) == around - {cell}
    assert len(neighbours(cell)) == 8


@given(POSITIONS, PRECISIONS)
def test_neighbours_are_mutual(position, precision):
    cell = cell_at(position[0], position[1], precision)
    try:
        nine = ring(cell)
    except OutOfRange:
        assert abs(position[1]) > MAX_LATITUDE - 0.1
        return

    for other in nine:
        if abs(centre(other)[1]) < MAX_LATITUDE - 0.1:
            assert cell in ring(other)


def test_both_sides_of_the_antimeridian_are_neighbours():
    east, west = cell_at(179.9999, -17.0), cell_at(-179.9999, -17.0)

    assert west in ring(east)
    assert east in ring(west)
    assert cell_at(180.0, -17.0) == cell_at(-180.0, -17.0)
    assert metres_between(east, west) < 200


@pytest.mark.parametrize(
    "position",
    [
        (0, 90),
        (0, -90),
        (0, 82.01),
        (180.001, 0),
        (-181, 0),
        (math.nan, 0),
        (0, math.nan),
        (math.inf, 0),
        (0, -math.inf),
    ],
)
def test_positions_off_the_map_are_refused(position):
    with pytest.raises(OutOfRange):
        cell_at(*position)


@pytest.mark.parametrize("cell", ["zzzzzzz", "upbpbpb", "b", "0", "upzpg", "0000000", "up50000"])
def test_cells_at_the_poles_have_no_ring(cell):
    with pytest.raises(OutOfRange):
        ring(cell)


@pytest.mark.parametrize(
    "text", ["", "a", "GBWC9", "gbé", "gb wc", "gbwc9\n", "g" * 13, "gbi", None]
)
def test_what_is_not_a_cell_is_refused(text):
    with pytest.raises(OutOfRange):
        check_cell(text)


@given(CELLS, CELLS)
def test_a_range_holds_exactly_the_cells_with_its_prefix(prefix, cell):
    low, high = prefix_range(prefix)

    assert (low <= cell < high) == cell.startswith(prefix)


@given(st.text(ALPHABET, min_size=1, max_size=5), st.sampled_from(["", "z", "zz"]), CELLS)
def test_a_range_carries_over_z(head, end, tail):
    """Random cells seldom meet; these lie on and beside the edge of the range."""
    prefix = head + end
    low, high = prefix_range(prefix)

    assert low <= prefix + tail < high
    assert low <= prefix + "z" * 12 < high
    assert prefix.startswith("z" * len(prefix)) or not high.startswith(prefix)
    assert high == "{" or set(high) <= set(ALPHABET)
    assert not low <= high < high


HOMES = st.text(ALPHABET, min_size=7, max_size=7)


@given(st.text(ALPHABET, min_size=1, max_size=7), HOMES, HOMES)
def test_a_range_of_numbers_holds_exactly_the_homes_under_a_cell(prefix, tail, far):
    low, high = number_range(prefix)
    for home in ((prefix + tail)[:7], far):
        number, _ = number_range(home)
        assert (low <= number < high) == home.startswith(prefix)


@given(HOMES, HOMES)
def test_numbers_keep_the_order_of_homes(home, other):
    (number, end), (other_number, _) = number_range(home), number_range(other)

    assert 0 <= number < end == number + 1 <= 2**35
    assert (number < other_number) == (home < other)


def test_nothing_smaller_than_a_home_has_a_range_of_numbers():
    with pytest.raises(OutOfRange):
        number_range("gbwc9z12")


@given(POSITIONS, POSITIONS)
def test_metres_between_centres_agree_with_the_ellipsoid(one, other):
    here, there = cell_at(*one), cell_at(*other)
    exact = geodesic(centre(here)[::-1], centre(there)[::-1]).meters

    assert math.isclose(metres_between(here, there), exact, rel_tol=0.006, abs_tol=0.01)

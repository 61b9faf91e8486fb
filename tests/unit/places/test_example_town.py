"""The example town: real streets, invented numbers, marked as such, small, always the same."""

from collections import Counter, defaultdict
from itertools import pairwise

import pytest
from geopy.distance import geodesic

from realtime.geo.cells import cell_at, ring
from realtime.places.example import town
from realtime.places.example.houses import houses_along
from realtime.places.example.make import join, line_of
from realtime.places.model import OWN_STREET_FROM


@pytest.fixture(scope="module")
def addresses():
    return list(town.example_addresses())


def test_every_address_is_marked_as_an_example(addresses):
    assert len(addresses) > 50_000
    assert all(address.example for address in addresses)
    assert addresses[0].label == "1 Allée Abbé Alphonse Jarry, 35000 Rennes (adresse d’exemple)"


def test_every_door_has_its_own_name(addresses):
    assert len({address.id for address in addresses}) == len(addresses)
    doors = {(a.street, a.number, a.suffix) for a in addresses}
    assert len(doors) == len(addresses)


def test_it_lies_at_rennes_and_knows_its_cells(addresses):
    for address in addresses[::100]:
        assert -1.76 < address.lon < -1.60
        assert 48.06 < address.lat < 48.16
        assert address.cell == cell_at(address.lon, address.lat)


def test_nearly_everybody_has_a_street_of_their_own(addresses):
    by_cell = Counter(address.cell for address in addresses)
    crowded = sum(
        count
        for cell, count in by_cell.items()
        if sum(by_cell[near] for near in ring(cell)) >= OWN_STREET_FROM
    )

    assert crowded > len(addresses) * 0.99


def test_the_file_is_small_and_names_its_source_and_licence():
    text = town._FILE.read_text(encoding="utf-8")

    assert town._FILE.stat().st_size < 400 * 1024
    assert "OpenStreetMap contributors" in text
    assert "ODbL" in text


def test_numbers_are_odd_on_the_left_and_even_on_the_right_every_12_m():
    """A street to the east: left is north."""
    houses = list(houses_along([[(-1.68, 48.11), (-1.679, 48.11)]], (-1.69, 48.11)))

    assert [house.number for house in houses] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    for house in houses:
        assert (house.lat > 48.11) == (house.number % 2 == 1)
        middle = (48.11, house.lon)
        assert geodesic(middle, (house.lat, house.lon)).meters == pytest.approx(8, abs=0.2)
    left = [house for house in houses if house.number % 2]
    for one, other in pairwise(left):
        assert geodesic((one.lat, one.lon), (other.lat, other.lon)).meters == pytest.approx(
            12, abs=0.2
        )


def test_numbers_grow_away_from_the_middle_of_the_town():
    line = [(-1.68, 48.11), (-1.67, 48.11)]

    for drawn in (line, line[::-1]):
        houses = list(houses_along([drawn], (-1.68, 48.11)))
        assert houses[0].lon < houses[-1].lon


def test_two_lines_of_one_avenue_do_not_put_doors_on_each_other():
    line = [(-1.68, 48.11), (-1.67, 48.11)]
    one, two = (list(houses_along(lines, (-1.69, 48.11))) for lines in ([line], [line, line]))

    assert len(one) == len(two)


def test_pieces_of_a_street_that_touch_become_one():
    pieces = [[(0, 0), (1, 0)], [(3, 0), (2, 0)], [(1, 0), (2, 0)], [(9, 9), (9, 8)]]

    joined = join(pieces)

    assert sorted(map(len, joined)) == [2, 4]
    assert [(0, 0), (1, 0), (2, 0), (3, 0)] in [sorted(piece) for piece in joined]
    assert line_of("Rue X", [[(5, 5), (6, 4)]]) == "Rue X\t5 5;1 -1"


@pytest.mark.parametrize("cell", ["gbwc9z1", "s000000", "xczbzur", "81b0bh2", "u4pruyd", "7zzzzzz"])
def test_invented_streets_make_a_street_of_any_cell(cell):
    addresses = list(town.invented_addresses(cell))
    per_cell: defaultdict[str, int] = defaultdict(int)
    for address in addresses:
        per_cell[address.cell] += 1

    assert addresses == list(town.invented_addresses(cell))
    assert all(address.example for address in addresses)
    assert per_cell[cell] > 0
    assert set(per_cell) <= set(ring(cell))
    assert sum(per_cell.values()) >= OWN_STREET_FROM

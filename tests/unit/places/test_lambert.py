"""Lambert coordinates come back to where they were: against a forward formula of its own."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.places.imports.lambert import to_degrees

E2 = 0.00669438002290
CENTIMETRE = 1e-7


def forward(lon, lat, south, north, origin, x0, y0):
    """J. P. Snyder, Map Projections: A Working Manual (1987), (15-7) to (15-10), ellipsoid."""

    def t(latitude):
        e, sine = math.sqrt(E2), math.sin(latitude)
        return math.tan(math.pi / 4 - latitude / 2) / (((1 - e * sine) / (1 + e * sine)) ** (e / 2))

    def m(latitude):
        return math.cos(latitude) / math.sqrt(1 - E2 * math.sin(latitude) ** 2)

    first, second = math.radians(south), math.radians(north)
    n = (math.log(m(first)) - math.log(m(second))) / (math.log(t(first)) - math.log(t(second)))
    big_f = m(first) / (n * t(first) ** n)
    rho = 6_378_137.0 * big_f * t(math.radians(lat)) ** n
    rho0 = 6_378_137.0 * big_f * t(math.radians(origin)) ** n
    theta = n * math.radians(lon - 3)
    return x0 + rho * math.sin(theta), y0 + rho0 - rho * math.cos(theta)


@given(st.floats(-5, 7), st.floats(42.5, 50.9))
def test_lambert_93_comes_back(lon, lat):
    x, y = forward(lon, lat, 44, 49, 46.5, 700_000, 6_600_000)

    assert to_degrees(x, y) == pytest.approx((lon, lat), abs=CENTIMETRE)


@given(st.floats(-4.7, 7.5), st.integers(42, 50), st.floats(-0.9, 0.9))
def test_the_nine_zones_come_back(lon, zone, off):
    lat = zone + off
    x, y = forward(
        lon, lat, zone - 0.75, zone + 0.75, zone, 1_700_000, (zone - 41) * 1_000_000 + 200_000
    )

    assert to_degrees(x, y) == pytest.approx((lon, lat), abs=CENTIMETRE)


def test_corsica_lies_in_lambert_93_where_brittany_lies_in_a_zone():
    x, y = forward(8.74, 41.92, 44, 49, 46.5, 700_000, 6_600_000)

    assert to_degrees(x, y, is_corsica=True) == pytest.approx((8.74, 41.92), abs=CENTIMETRE)


def test_the_origin_of_lambert_93_is_where_the_law_puts_it():
    assert to_degrees(700_000, 6_600_000) == pytest.approx((3, 46.5), abs=CENTIMETRE)


@pytest.mark.parametrize("point", [(0, 0), (-1, 6_600_000), (700_000, 1), (9e9, 9e9)])
def test_other_grids_are_not_guessed(point):
    assert to_degrees(*point) is None

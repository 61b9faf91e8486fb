"""Where an organisation may speak, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.announcements.model import House, common, first_state
from realtime.announcements.territory import cells_within, clipped, seat_of, territory_from
from realtime.errors import Refused
from realtime.geo.areas import BadArea
from realtime.geo.cells import ALPHABET, cell_at, centre, prefixes

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def box(west: float, south: float, east: float, north: float) -> dict[str, object]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


RENNES = box(-1.75, 48.07, -1.62, 48.15)


def house() -> House:
    return House("o", "Maison de quartier", *territory_from(orjson.dumps(RENNES)))


@pytest.mark.parametrize(
    "given",
    [
        RENNES,
        {"type": "Feature", "properties": {}, "geometry": RENNES},
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": {}, "geometry": RENNES}],
        },
    ],
)
def test_a_territory_is_a_polygon_in_any_wrapping(given: dict[str, object]) -> None:
    territory, cells = territory_from(orjson.dumps(given))
    assert orjson.loads(territory)["type"] == "MultiPolygon"
    assert 1 < len(cells) <= 1_024


@pytest.mark.parametrize("given", [b"no", b"{}", b'{"type":"Point","coordinates":[1,2]}'])
def test_anything_else_is_refused(given: bytes) -> None:
    with pytest.raises(BadArea):
        territory_from(given)


def test_a_part_must_lie_within() -> None:
    inside = cells_within(house(), box(-1.70, 48.10, -1.69, 48.11))
    assert 0 < len(inside) < len(house().cells)
    with pytest.raises(Refused) as refusal:
        cells_within(house(), box(-1.70, 48.10, -1.50, 48.11))
    assert refusal.value.code == "outside_territory"
    with pytest.raises(Refused) as refusal:
        cells_within(house(), {"type": "Point"})
    assert refusal.value.fields == {"field": "area"}


def test_an_alert_near_the_edge_is_cut_there() -> None:
    inside, outside = cell_at(-1.70, 48.10), cell_at(-1.50, 48.10)
    assert clipped(house(), (-1.70, 48.10), (inside, outside)) == (inside,)
    with pytest.raises(Refused):
        clipped(house(), (-1.50, 48.10), (inside,))


cells = st.text(ALPHABET[:3], min_size=5, max_size=7)
coverings = st.frozensets(cells, max_size=12).map(
    lambda found: [
        cell for cell in found if not any(cell[:n] in found for n in range(1, len(cell)))
    ]
)


@given(coverings, coverings, st.text(ALPHABET[:3], min_size=7, max_size=7))
def test_what_two_coverings_share_holds_who_is_under_both(
    one: list[str], other: list[str], home: str
) -> None:
    under = [any(cell in covering for cell in prefixes(home)) for covering in (one, other)]
    shared = common(one, other)
    assert any(cell in shared for cell in prefixes(home)) == all(under)


def test_an_announcement_is_published_at_its_hour() -> None:
    week = NOW + timedelta(days=7)
    assert first_state(NOW, week, NOW) == "published"
    assert first_state(NOW + timedelta(hours=1), week, NOW) == "scheduled"


@pytest.mark.parametrize(
    ("publish", "expires", "field"),
    [
        (timedelta(hours=-1), timedelta(days=1), "publish_at"),
        (timedelta(days=91), timedelta(days=92), "publish_at"),
        (timedelta(0), timedelta(0), "expires_at"),
        (timedelta(hours=2), timedelta(hours=1), "expires_at"),
        (timedelta(0), timedelta(days=91), "expires_at"),
    ],
)
def test_times_that_make_no_sense_are_refused(
    publish: timedelta, expires: timedelta, field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        first_state(NOW + publish, NOW + expires, NOW)
    assert refusal.value.fields == {"field": field}


def test_staff_sit_inside_their_territory_and_not_only_inside_its_covering() -> None:
    # A ring road: the middle of its box, and of its covering, lies outside.
    edges = [(-1.75, 48.07, -1.62, 48.15), (-1.745, 48.075, -1.625, 48.145)]
    outer, hole = ([[w, s], [e, s], [e, n], [w, n], [w, s]] for w, s, e, n in edges)
    ring = {"type": "Polygon", "coordinates": [outer, hole[::-1]]}
    around = House("o", "Rocade", *territory_from(orjson.dumps(ring)))
    lon, lat = centre(seat_of(around))
    assert not (-1.745 < lon < -1.625 and 48.075 < lat < 48.145)
    assert clipped(around, (lon, lat), around.cells) == around.cells


def test_staff_sit_in_the_middle_of_a_plain_territory() -> None:
    lon, lat = centre(seat_of(house()))
    assert -1.72 < lon < -1.65
    assert 48.09 < lat < 48.13

"""Who hears an alert, three ways: sockets on this node, SQL, and the covering itself."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realtime.alerts import actions, store
from realtime.alerts.area import reached_by
from realtime.alerts.kinds import KINDS
from realtime.alerts.model import reaches
from realtime.db import Database, Tx
from realtime.fanout.local import Local
from realtime.gateway.standing import keys_of
from realtime.geo.areas import HIDING_M
from realtime.geo.cells import bounds, cell_at, centre, neighbours
from realtime.members.model import Member
from realtime.members.store import count_under, list_under
from realtime.wire.alerts import AlertFollow, AlertUpdate, StillMissing
from tests.integration.alerts.asking import HOME, raise_one, report
from tests.support.residents import BEGUN, RIGHTS, Town, hears, member, settle

RENNES = (-1.68, 48.11)
METRES_LAT = 111_200.0


def somewhere(seed: int, spread_m: float) -> tuple[float, float]:
    dice = random.Random(seed)
    lon, lat = RENNES
    across = METRES_LAT * math.cos(math.radians(lat))
    return (
        lon + dice.uniform(-spread_m, spread_m) / across,
        lat + dice.uniform(-spread_m, spread_m) / METRES_LAT,
    )


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    across = METRES_LAT * math.cos(math.radians(one[1]))
    return math.hypot((one[0] - other[0]) * across, (one[1] - other[1]) * METRES_LAT)


class Device:
    """As much of a socket as the index needs."""

    def __init__(self, owner: Member) -> None:
        self.owner = owner

    def send(self, frame: object) -> None:
        """Not asked here."""


def sockets_of(members: list[Member]) -> Local:
    local = Local(lambda topic: None)
    for one in members:
        followed = RIGHTS.followed(one, BEGUN)
        seen = {f.topic: ("e", 0) for f in followed}
        local.follow(Device(one), keys_of(one, followed), seen)  # type: ignore[arg-type]
    return local


LEVELS = ["postcard", "postcard", "vouched", "location", "none", "organisation"]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seed=st.integers(0, 10_000),
    kind=st.sampled_from(sorted(k for k, row in KINDS.items() if row.greatest_radius <= 5_000)),
    share=st.floats(0, 1),
    drawn=st.booleans(),
    expired=st.booleans(),
)
async def test_sockets_sql_and_covering_agree(
    database: Database, seed: int, kind: str, share: float, drawn: bool, expired: bool
) -> None:
    dice = random.Random(seed)
    homes = [somewhere(seed * 1_000 + at, 4_000) for at in range(120)]
    people = [member(cell_at(*home), level=dice.choice(LEVELS)) for home in homes]
    now = BEGUN.replace(day=BEGUN.day + 5) if expired else BEGUN
    row = KINDS[kind]
    radius = round(100 + share * (row.greatest_radius - 100))
    place = somewhere(seed, 1_000)
    area = square(place, radius / 2) if drawn else None
    reached = reached_by(kind, place, None if drawn else radius, area, official=False)

    def by_sql(tx: Tx) -> tuple[list[str], int]:
        tx.run("DELETE FROM member")
        settle(tx, *people)
        return list_under(tx, reached.cells, now), count_under(tx, reached.cells, now)

    found, count = await database.write(by_sql)
    local = sockets_of([one for one in people if one.status(now) != "expired"])
    heard = [
        socket.owner.account
        for cell in reached.cells
        for socket in local.audience(f"area:{cell}")
        if isinstance(socket, Device)
    ]
    covered = [
        one.account
        for one in people
        if reaches(reached.cells, one.home_cell) and one.level != "organisation"
        if one.status(now) != "expired"
    ]
    assert len(heard) == len(set(heard)), "an alert is heard once"
    assert sorted(heard) == sorted(found) == sorted(covered)
    assert count == len(found)
    if not drawn:
        for one, home in zip(people, homes, strict=True):
            if metres(place, home) <= radius:
                assert reaches(reached.cells, one.home_cell), "everybody inside is reached"
            elif reaches(reached.cells, one.home_cell) and radius <= 2_000:
                outside = metres(centre(reached.cell), home) - (radius + HIDING_M)
                assert outside <= (200 if radius <= 500 else 600), "nobody far outside the area"


def square(place: tuple[float, float], half_m: float) -> dict[str, Any]:
    lon, lat = place
    x = half_m / (METRES_LAT * math.cos(math.radians(lat)))
    y = half_m / METRES_LAT
    ring = [[lon - x, lat - y], [lon + x, lat - y], [lon + x, lat + y], [lon - x, lat + y]]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


@pytest.mark.parametrize("precision", [5, 6, 7])
@pytest.mark.parametrize("side", ["east", "north"])
async def test_neighbours_across_an_edge_both_hear(
    database: Database, precision: int, side: str
) -> None:
    """20 m apart, on both sides of an edge of that precision; an alert of 300 m round one."""
    cell = cell_at(*RENNES, precision)
    _, _, east, north = bounds(cell)
    lon, lat = centre(cell)
    across = 10 / (METRES_LAT * math.cos(math.radians(lat)))
    up = 10 / METRES_LAT
    if side == "east":
        here, there = (east - across, lat), (east + across, lat)
    else:
        here, there = (lon, north - up), (lon, north + up)
    ada, bo = member(cell_at(*here)), member(cell_at(*there))
    assert ada.home_cell[:precision] != bo.home_cell[:precision]
    town = Town(database)
    await town.settle(ada, bo)
    place = {"lon": here[0], "lat": here[1]}
    await raise_one(town, ada, ada.home_cell, kind="theft", radius_m=300, place=place)
    for one in (ada, bo):
        assert len(hears(one, town.topics(), town.now)) == 1


async def test_author_reporter_and_follower_far_away_hear_all_of_it(database: Database) -> None:
    place = HOME
    far = ["gbwcd5p", "gbwcd5n", "gbwcd5q", "gbwcd5r"]
    author, reporter, follower, nobody = (member(cell) for cell in far)
    town = Town(database)
    await town.settle(author, reporter, follower, nobody)
    alert = await raise_one(town, author, place)
    assert hears(author, town.topics(), town.now) == [author.account_topic]
    await report(town, reporter, alert)
    follow = AlertFollow(id=alert)
    await town.act(lambda tx, now: actions.follow(tx, follower, RIGHTS, follow, now))
    update = AlertUpdate(id=alert, body="Toujours dehors")
    await town.act(lambda tx, now: actions.update(tx, author, RIGHTS, update, now))
    for one in (author, reporter, follower):
        assert hears(one, town.topics(), town.now) == [one.account_topic]
    assert hears(nobody, town.topics(), town.now) == []


async def test_who_is_covered_and_belongs_to_it_hears_one_copy(database: Database) -> None:
    ada, bo = member(HOME), member(HOME)
    town = Town(database)
    await town.settle(ada, bo)
    alert = await raise_one(town, ada)
    await report(town, bo, alert)
    update = AlertUpdate(id=alert, body="Toujours dehors")
    await town.act(lambda tx, now: actions.update(tx, ada, RIGHTS, update, now))
    for one in (ada, bo):
        assert len(hears(one, town.topics(), town.now)) == 1


async def test_after_widening_and_moving_every_open_alert_is_right(database: Database) -> None:
    """What `sync` gives is what a member hears: newcomers too, those reached before still."""
    ada, near, moving = member(HOME), member(HOME), member("gbwcd5p")
    outer = member(next(cell for cell in neighbours(HOME[:5])) + "zz")
    town = Town(database)
    await town.settle(ada, near, moving, outer)
    alert = await raise_one(town, ada, radius_m=300)

    async def open_for(one: Member) -> list[str]:
        found = await town.db.read(actions.list_open, one, RIGHTS, town.now)
        return [a.id for a in found]

    assert await open_for(moving) == []
    newcomer = member(HOME, account=moving.account)
    assert await open_for(newcomer) == [alert]
    before = await town.db.read(store.get_alert, alert)
    wider = StillMissing(id=alert, radius_m=2_000)
    await town.act(lambda tx, now: actions.still_missing(tx, ada, RIGHTS, wider, now))
    after = await town.db.read(store.get_alert, alert)
    for cell in {*before.cells, *after.cells}:
        home = member((cell + "777")[:7])
        assert await open_for(home) == [alert]
        assert len(hears(home, town.topics(), town.now)) == 1
    assert await open_for(outer) == []
    gone = member("gbwcd5p", account=ada.account)
    assert await open_for(gone) == [alert], "its author, wherever the new home"

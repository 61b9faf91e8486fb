"""Who hears an alert, three ways: sockets on this node, SQL, and the covering itself."""

from __future__ import annotations

import math
import random
from typing import NamedTuple

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
from realtime.geo.cells import ALPHABET, bounds, cell_at, centre, neighbours
from realtime.members.audience.store import count_under, list_under, sample_under
from realtime.members.model import Member
from realtime.wire.alerts import AlertFollow, AlertUpdate, StillMissing
from tests.integration.alerts.asking import HOME, raise_one, report, widen
from tests.integration.alerts.shapes import (
    METRES_LAT,
    around,
    drawn,
    metres,
    metres_outside,
    within_edge,
)
from tests.support.residents import BEGUN, RIGHTS, Town, hears, member, settle

RENNES = (-1.68, 48.11)


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


async def they_agree(database: Database, case: Case) -> None:
    """Sockets, SQL and covering, for people of a town; everybody inside, and nobody far outside."""
    row = KINDS[case.kind]
    radius = round(100 + case.share * (row.greatest_radius - 100))
    dice = random.Random(case.seed)
    place = around(dice, RENNES, 1_000)
    area = drawn(dice, place, radius) if case.drawn else None
    # Half of them just within its edge, where an area that is a little too small loses them.
    homes = [around(dice, place, radius + 400 if at % 2 else 4_000) for at in range(60)]
    homes += [within_edge(dice, place, radius, area) for _ in range(60)]
    people = [member(cell_at(*home), level=dice.choice(LEVELS)) for home in homes]
    now = BEGUN.replace(day=BEGUN.day + 5) if case.expired else BEGUN
    given_m = None if case.drawn else radius
    reached = reached_by(case.kind, place, given_m, area, official=False)

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
    for home in homes:
        hears_it = reaches(reached.cells, cell_at(*home))
        if area is not None:
            outside = metres_outside(area, home)
            assert hears_it or outside > 0, "everybody inside is reached"
        else:
            assert hears_it or metres(place, home) > radius, "everybody inside is reached"
            outside = metres(centre(reached.cell), home) - (radius + HIDING_M)
        if hears_it and radius <= 2_000:
            assert outside <= (200 if radius <= 500 else 600), "nobody far outside the area"


class Case(NamedTuple):
    seed: int
    kind: str
    share: float
    drawn: bool
    expired: bool


NEAR_KINDS = sorted(kind for kind, row in KINDS.items() if row.greatest_radius <= 5_000)
CASES = st.builds(
    Case,
    st.integers(0, 1_000_000),
    st.sampled_from(NEAR_KINDS),
    st.floats(0, 1),
    st.booleans(),
    st.booleans(),
)
quietly = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@settings(quietly, max_examples=25)
@given(case=CASES)
async def test_sockets_sql_and_covering_agree(database: Database, case: Case) -> None:
    await they_agree(database, case)


@pytest.mark.long
@pytest.mark.timeout(1_800)
@settings(quietly, max_examples=400)
@given(case=CASES)
async def test_sockets_sql_and_covering_agree_for_long(database: Database, case: Case) -> None:
    await they_agree(database, case)


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
    await town.act(lambda tx, now: widen(tx, ada, wider, now))
    after = await town.db.read(store.get_alert, alert)
    for cell in {*before.cells, *after.cells}:
        home = member((cell + "777")[:7])
        assert await open_for(home) == [alert]
        assert len(hears(home, town.topics(), town.now)) == 1
    assert await open_for(outer) == []
    gone = member("gbwcd5p", account=ada.account)
    assert await open_for(gone) == [alert], "its author, wherever the new home"


async def test_those_nearest_are_named_first(database: Database) -> None:
    """More cells than one statement asks for, in an order that is not their own."""
    cells = [f"{HOME[:5]}{one}{other}" for one in reversed(ALPHABET) for other in "7f1mz"]
    people = [member(cell) for cell in cells]
    town = Town(database)
    await town.settle(*reversed(people), member("gbwcd5n"))

    found = await database.read(list_under, cells, BEGUN)
    assert found == [one.account for one in people]
    assert await database.read(list_under, [], BEGUN) == []
    some = await database.read(sample_under, cells, BEGUN, 4)
    assert set(some) == {one for one in found if int(one, 16) < 2**78}

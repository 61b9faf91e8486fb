"""FEATURES' table written out once more, by hand: who may do what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from realtime.errors import Refused
from realtime.members.model import Member
from realtime.members.rights import Act, Rights

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
COLUMNS = (
    "visitor", "expired", "location", "vouched", "postcard", "in_person", "organisation",
)  # fmt: skip
# "verify" is the one departure from FEATURES' grid: verified as a resident, an institution would
# read residents' rooms, and that right never moves.
# y: yes. -: no. s: by setting. v: a fortnight after the verification.
TABLE = """
    read_official        y y y y y y y
    verify               y y y y y y -
    receive_alerts       y - y y y y -
    read_neighbourhood   y - y y y y -
    see_neighbours       y - y y y y -
    write_direct         y - y y y y -
    write_neighbourhood  - - y y y y -
    read_street          - - s y y y -
    write_street         - - s y y y -
    raise_found_pet      y - y y y y -
    raise_everyday       - - y y y y -
    raise_serious        - - - y y y -
    raise_danger         - - - - y y -
    vouch                - - - - v v -
    publish              - - - - - - y
"""
CELLS = [
    (act, column, mark)
    for act, *marks in (line.split() for line in TABLE.strip().splitlines())
    for column, mark in zip(COLUMNS, marks, strict=True)
]
USUAL = Rights(frozenset({"vouched", "postcard", "in_person"}))
OPEN = Rights(frozenset({"location", "vouched", "postcard", "in_person"}))


def one(standing: str, *, verified_ago: timedelta = timedelta(days=14)) -> Member:
    is_verified = standing not in ("visitor", "expired")
    return Member(
        account="00" * 10,
        name="Camille Le Goff",
        language="fr",
        level=standing if is_verified else "none",
        verified_at=NOW - verified_ago if is_verified else None,
        visitor_until=NOW + timedelta(seconds=1 if standing == "visitor" else 0),
        home_cell="gbwc9z1",
        street="Rue de la Chaussée",
        city="Rennes",
        street_is_neighbourhood=False,
        household="h",
    )


def test_the_table_has_every_act_and_no_other() -> None:
    assert {act for act, _, _ in CELLS} == {act.value for act in Act}


@pytest.mark.parametrize(("act", "column", "mark"), CELLS)
def test_the_table_holds(act: str, column: str, mark: str) -> None:
    member = one(column)
    assert member.standing(NOW) == column
    assert USUAL.may(member, Act(act), NOW) is (mark in "yv")
    assert OPEN.may(member, Act(act), NOW) is (mark in "yvs")
    fresh = one(column, verified_ago=timedelta(days=14) - timedelta(seconds=1))
    assert USUAL.may(fresh, Act(act), NOW) is (mark == "y")


def test_a_visitor_is_expired_to_the_second() -> None:
    visitor = one("visitor")
    assert visitor.status(NOW) == "visitor"
    assert visitor.status(NOW + timedelta(seconds=1)) == "expired"


@pytest.mark.parametrize(
    ("standing", "act", "code"),
    [
        ("expired", Act.READ_NEIGHBOURHOOD, "expired"),
        ("expired", Act.WRITE_STREET, "expired"),
        ("visitor", Act.WRITE_NEIGHBOURHOOD, "visitor"),
        ("visitor", Act.READ_STREET, "street"),
        ("location", Act.WRITE_STREET, "street"),
        ("vouched", Act.RAISE_DANGER, "not_allowed"),
        ("organisation", Act.READ_NEIGHBOURHOOD, "not_allowed"),
        ("organisation", Act.VERIFY, "not_allowed"),
    ],
)
def test_a_refusal_says_what_would_help(standing: str, act: Act, code: str) -> None:
    with pytest.raises(Refused) as refused:
        USUAL.require(one(standing), act, NOW)
    assert refused.value.code == code


@pytest.mark.parametrize("column", COLUMNS)
def test_a_street_that_is_too_small_is_the_neighbourhood_under_another_name(column: str) -> None:
    alone = replace(one(column), street_is_neighbourhood=True)
    for street, wide in (
        (Act.READ_STREET, Act.READ_NEIGHBOURHOOD),
        (Act.WRITE_STREET, Act.WRITE_NEIGHBOURHOOD),
    ):
        assert USUAL.may(alone, street, NOW) is USUAL.may(alone, wide, NOW)
    assert alone.street_topic == alone.neighbourhood_topic == "neighbourhood:gbwc9z"
    assert not [t for t in USUAL.followed(alone, NOW) if t.view == "street"]


@pytest.mark.parametrize(
    ("column", "views"),
    [
        ("visitor", {"account": 1, "official": 3, "area": 3, "neighbourhood": 9}),
        ("expired", {"account": 1, "official": 3}),
        ("location", {"account": 1, "official": 3, "area": 3, "neighbourhood": 9}),
        (
            "vouched",
            {"account": 1, "official": 3, "area": 3, "neighbourhood": 9, "street": 9},
        ),
        (
            "postcard",
            {"account": 1, "official": 3, "area": 3, "neighbourhood": 9, "street": 9},
        ),
        ("organisation", {"account": 1, "official": 3}),
    ],
)
def test_what_is_heard_follows_from_what_may_be_read(column: str, views: dict[str, int]) -> None:
    followed = USUAL.followed(one(column), NOW)
    assert len({topic.topic for topic in followed}) == len(followed)
    found: dict[str, int] = {}
    for topic in followed:
        found[topic.view] = found.get(topic.view, 0) + 1
    assert found == views


def test_only_visitors_are_held_to_the_last_seven_days() -> None:
    assert USUAL.reads_since(one("visitor"), NOW) == NOW - timedelta(days=7)
    for standing in ("location", "vouched", "postcard", "in_person"):
        assert USUAL.reads_since(one(standing), NOW) is None

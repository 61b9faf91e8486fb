"""Counting those who are here, without saying who, and without flicker."""

from __future__ import annotations

from realtime.geo.cells import ring
from realtime.presence.model import (
    GRACE_SECONDS,
    Here,
    Presence,
    as_shown,
    count_cells,
    shown_round,
    split_shown,
)

HOME = "gbwc9z1"


def people(count: int, cell: str = HOME) -> list[Here]:
    return [Here(f"{cell}{n}", cell, cell[:6]) for n in range(count)]


def test_a_room_counts_the_nine_cells_around_a_home() -> None:
    beside = sorted(set(ring(HOME)) - {HOME})[0]
    counted = count_cells([*people(6), *people(4, beside)])
    assert shown_round(HOME, counted) == 10
    assert shown_round("u09tvw0", counted) is None


def test_a_member_on_two_nodes_is_one() -> None:
    assert count_cells([*people(9), *people(9)])[HOME] == 9


def test_who_may_not_read_the_street_is_counted_in_the_neighbourhood_only() -> None:
    counted = count_cells([Here("ada", "", HOME[:6])])
    assert dict(counted) == {HOME[:6]: 1}
    assert shown_round("", counted) is None


def test_who_comes_back_soon_has_never_been_away() -> None:
    presence = Presence()
    (ada,) = people(1)
    presence.arrive(ada, "phone")
    presence.leave(ada.account, "phone", now=100)
    presence.sweep(100 + GRACE_SECONDS - 1)
    assert presence.by_region() == {"gbwc9": {ada}}
    presence.arrive(ada, "phone again")
    presence.sweep(200)
    assert presence.by_region() == {"gbwc9": {ada}}
    presence.leave(ada.account, "phone again", now=200)
    presence.sweep(200 + GRACE_SECONDS)
    assert presence.by_region() == {}


def test_while_nobody_comes_or_goes_everybody_is_the_same_object() -> None:
    presence = Presence()
    ada, bo = people(2)
    presence.arrive(ada, "phone")
    before = presence.by_region()
    presence.sweep(0)
    assert presence.by_region() is before
    presence.arrive(bo, "phone")
    assert presence.by_region() == {"gbwc9": {ada, bo}}


def test_one_of_two_devices_is_enough() -> None:
    presence = Presence()
    (ada,) = people(1)
    presence.arrive(ada, "phone")
    presence.arrive(ada, "tablet")
    presence.leave(ada.account, "phone", now=0)
    presence.sweep(1_000)
    assert presence.by_region() == {"gbwc9": {ada}}


def test_who_shows_it_to_contacts_is_told_apart_from_who_is_in_a_room() -> None:
    ada, bo = Here("ada", "gbwc9z1", "gbwc9z"), Here("bo", "", "")
    others, shown = split_shown({ada, bo, *as_shown(["ada", "cy"])})

    assert others == {ada, bo}
    assert shown == frozenset({"ada", "cy"})
    assert count_cells(others)["gbwc9z1"] == 1

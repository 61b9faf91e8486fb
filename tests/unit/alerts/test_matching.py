"""Lost and found may be the same animal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from realtime.alerts.matching import colours_of, may_be_same
from realtime.alerts.model import Alert
from tests.unit.alerts.test_lifecycle import NOW, alert

LOST = alert("lost_cat", author="owner", details={"colours": ["noir", "blanc"]})


def found(**changes: object) -> Alert:
    details = changes.pop("details", {"species": "chat", "colours": ["noire et blanche"]})
    return alert("found_pet", author="finder", details=details, **changes)


def test_same_species_and_a_common_colour_match() -> None:
    assert may_be_same(LOST, found())


@pytest.mark.parametrize(
    "details",
    [
        {"species": "chien", "colours": ["noir"]},
        {"species": "chat", "colours": ["roux"]},
        {"colours": ["noir"]},
    ],
)
def test_another_animal_does_not(details: dict[str, object]) -> None:
    assert not may_be_same(LOST, found(details=details))


def test_a_colour_nobody_gave_contradicts_nothing() -> None:
    assert may_be_same(LOST, found(details={"species": "chaton"}))


def test_found_before_it_was_lost_is_another_one() -> None:
    assert may_be_same(LOST, found(occurred_at=NOW - timedelta(hours=20)))
    assert not may_be_same(LOST, found(occurred_at=NOW - timedelta(days=2)))


def test_nobody_matches_the_own_alert() -> None:
    assert not may_be_same(LOST, replace(found(), author="owner"))


@pytest.mark.parametrize(
    ("one", "other"),
    [("noire", "black"), ("tigrée", "tabby"), ("grises", "gris"), ("Rousse", "ginger")],
)
def test_colours_meet_across_words(one: str, other: str) -> None:
    first, second = (alert("lost_cat", details={"colours": [word]}) for word in (one, other))
    assert colours_of(first) == colours_of(second)

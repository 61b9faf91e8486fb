"""Names that would be taken for a neighbour's are told from namesakes."""

from __future__ import annotations

import pytest

from realtime.members.lookalikes import is_dressed_up, looks_like

AROUND = ["Camille Le Goff", "Zoé Martin", "Anna Kermarrec"]


@pytest.mark.parametrize(
    "name", ["CamiIle Le Goff", "Cаmille Le Goff", "Camille Le G0ff", "Zoé Martln", "Zoé Μartin"]
)
def test_what_a_hurried_eye_takes_for_a_neighbour_looks_like_one(name: str) -> None:
    assert looks_like(name, AROUND)


@pytest.mark.parametrize(
    "name", ["Camille Le Goff", "camille le-goff", "Zoe Martin", "Camille Le Gall", "Hanna", "李雷"]
)
def test_namesakes_and_others_do_not(name: str) -> None:
    assert not looks_like(name, AROUND)


@pytest.mark.parametrize(
    ("name", "dressed"),
    [
        ("Cam1lle", True),
        ("G0ff", True),
        ("M@rie", True),
        ("Camille (3e étage)", False),
        ("Marie 2", False),
        ("Marie75", False),
        ("Léa 2nde", False),
        ("O’Brien", False),
        ("李雷", False),
    ],
)
def test_digits_in_the_place_of_letters_are_a_disguise(name: str, dressed: bool) -> None:
    assert is_dressed_up(name) is dressed

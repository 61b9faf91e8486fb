"""People write streets in many ways; one folding and one look-up must see through them."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from realtime.places.spelling import (
    LONG,
    can_be_misspelt,
    distance,
    fold,
    indexed,
    is_near,
    typo_keys,
)

LETTERS = "abcdefghij"
WORDS = st.text(LETTERS, min_size=4, max_size=12)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Rue de l’Église", ["rue", "de", "l", "eglise"]),
        ("RUE DE L'EGLISE", ["rue", "de", "l", "eglise"]),
        ("Allée du Cœur-Volant", ["allee", "du", "coeur", "volant"]),
        ("Straße 12bis", ["strasse", "12bis"]),
        ("e\u0301cole", ["ecole"]),
        ("  ;-- ", []),
    ],
)
def test_accents_case_and_signs_do_not_matter(text, words):
    assert fold(text) == words


def test_short_forms_are_indexed_in_full():
    assert indexed("Av. du Gal Leclerc", "St-Malo", "35400") == [
        "avenue", "du", "general", "leclerc", "saint", "malo", "35400",
    ]  # fmt: skip
    assert indexed("R. du R") == ["rue", "du", "r"]


@given(WORDS, st.data())
def test_a_word_with_one_mistake_shares_a_key_with_the_right_one(word, data):
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from(LETTERS))
    wrong = data.draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
            ]
        )
    )

    assert typo_keys(wrong) & typo_keys(word)
    assert is_near(wrong, word)


@given(WORDS, WORDS)
def test_distance_is_the_same_both_ways_and_bounded(one, other):
    assert distance(one, other, 3) == distance(other, one, 3) <= 4
    assert (distance(one, other, 3) == 0) == (one == other)


@pytest.mark.parametrize("word", ["abc", "12345", "a" * 21])
def test_words_too_short_too_long_or_with_digits_are_taken_as_typed(word):
    assert not can_be_misspelt(word)


@given(WORDS, st.data())
def test_words_that_are_near_share_a_key(word, data):
    """Two mistakes in a long word, one in a short one."""
    other = word
    for _ in range(2 if len(word) >= LONG else 1):
        at = data.draw(st.integers(0, len(other) - 1))
        other = other[:at] + data.draw(st.sampled_from(["", "x", "xy"])) + other[at + 1 :]
    assume(is_near(word, other))

    assert typo_keys(word) & typo_keys(other)

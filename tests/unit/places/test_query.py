"""The house number is found wherever people put it, and is not taken from street names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.errors import Refused
from realtime.places.query import MOST_CHARACTERS, MOST_WORDS, read_query


def first(text):
    query = read_query(text)[0]
    return query.number, query.suffix, " ".join(query.words)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("12 rue de Brest", (12, "", "rue de brest")),
        ("12, rue de Brest", (12, "", "rue de brest")),
        ("n° 12 rue de Brest", (12, "", "rue de brest")),
        ("12bis rue de Brest", (12, "bis", "rue de brest")),
        ("12 bis rue de Brest", (12, "bis", "rue de brest")),
        ("12 B rue de Brest", (12, "b", "rue de brest")),
        ("12 B bd de Brest", (12, "b", "bd de brest")),
        ("12 d'Artagnan", (12, "", "d artagnan")),
        ("12-14 rue de Brest", (12, "", "rue de brest")),
        ("12 rue de Brest, bâtiment A, apt 4", (12, "", "rue de brest")),
        ("12 rue de Brest 35000 Rennes cedex", (12, "", "rue de brest 35000 rennes")),
        ("rue de Brest", (0, "", "rue de brest")),
        ("41e Régiment", (0, "", "41e regiment")),
        ("35000 Rennes", (0, "", "35000 rennes")),
        ("Porte de France", (0, "", "porte de")),
    ],
)
def test_a_text_is_read_as_a_number_and_a_street(text, reading):
    assert first(text) == reading


def test_a_number_at_the_end_is_the_second_thought():
    readings = [(q.number, " ".join(q.words)) for q in read_query("rue de Brest 12")]

    assert readings == [(0, "rue de brest 12"), (12, "rue de brest")]
    assert (0, "8 mai 1945") in [(q.number, " ".join(q.words)) for q in read_query("8 mai 1945")]


@pytest.mark.parametrize("text", ["", "  ", "ru", "é", "--- ---", "12", "\x00\x00\x00\x00"])
def test_too_short_is_refused(text):
    with pytest.raises(Refused) as refusal:
        read_query(text)

    assert refusal.value.code == "query_too_short"


def test_a_long_text_is_cut():
    (query,) = read_query("mot " * 100)

    assert query.words == ("mot",) * MOST_WORDS
    assert read_query("a" * 1_000)[0].words == ("a" * MOST_CHARACTERS,)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text):
    try:
        readings = read_query(text)
    except Refused:
        return
    for query in readings:
        assert 0 <= query.number <= 9999
        assert 1 <= len(query.words) <= MOST_WORDS
        assert all(word.isascii() and word.isalnum() for word in query.words)

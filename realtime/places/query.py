"""What somebody typed into the address field, read as a house number and words. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from realtime.errors import Refused
from realtime.places.spelling import KINDS, LIGHT, SHORT, fold

MOST_WORDS = 12
MOST_CHARACTERS = 200
FEWEST_CHARACTERS = 3

_NUMBER = re.compile(r"(\d{1,4})([a-z]{0,9})")
_ORDINAL = {"e", "eme", "er", "ere", "nd", "th"}
_SUFFIXES = {"bis", "ter", "quater", "quinquies", "sexies"}
# Parts of a building: they and the word that follows say nothing about the street.
_INSIDE = {
    "appartement", "apt", "appt", "batiment", "bat", "bt", "escalier", "esc", "etage", "porte",
}  # fmt: skip
_NOISE = {"cedex", "france", "numero"}


@dataclass(frozen=True, slots=True)
class Query:
    """`number` is 0 when none was typed. `words` are folded, in the order typed."""

    number: int
    suffix: str
    words: tuple[str, ...]


def read_query(text: str) -> list[Query]:
    """The readings of a text, likeliest first. Refuses what is too short to mean anything."""
    words = [word for word in fold(text[:MOST_CHARACTERS]) if word not in _NOISE][:MOST_WORDS]
    if sum(map(len, words)) < FEWEST_CHARACTERS:
        raise Refused("query_too_short")
    words = _outside(words)
    readings = [_number_first(words), Query(0, "", tuple(words)), _number_last(words)]
    found = [reading for reading in readings if reading and _says_something(reading.words)]
    return list(dict.fromkeys(found))


def _outside(words: list[str]) -> list[str]:
    """Without « appartement 4 », « bât B »; a street may begin with such a word, and keeps it."""
    kept: list[str] = []
    at = 0
    while at < len(words):
        if words[at] in _INSIDE and kept and at + 1 < len(words) and len(words[at + 1]) <= 3:
            at += 2
            continue
        kept.append(words[at])
        at += 1
    return kept


def _number_first(words: list[str]) -> Query | None:
    """« 12 bis rue … », « 12b rue … », « n° 12 rue … », « 12-14 rue … »."""
    rest = words[1:] if words and words[0] in ("n", "no") else words
    match = _NUMBER.fullmatch(rest[0]) if rest else None
    if match is None or match[2] in _ORDINAL:
        return None
    number, suffix, rest = int(match[1]), match[2], rest[1:]
    if not suffix and rest and _is_suffix(rest):
        suffix, rest = rest[0], rest[1:]
    if len(rest) > 1 and rest[0].isdigit() and rest[1] in KINDS | SHORT.keys():
        rest = rest[1:]
    return Query(number, suffix, tuple(rest))


def _is_suffix(rest: list[str]) -> bool:
    """A lone letter is one only before a kind of street: « 12 b rue », but « 12 d’Artagnan »."""
    if rest[0] in _SUFFIXES:
        return True
    return len(rest) > 1 and len(rest[0]) == 1 and rest[1] in KINDS | SHORT.keys() | {"r"}


def _number_last(words: list[str]) -> Query | None:
    """« rue de Brest 12 » or « rue de Brest 12 bis »."""
    suffix = words[-1] if len(words) > 2 and words[-1] in _SUFFIXES else ""
    rest = words[:-1] if suffix else words
    match = _NUMBER.fullmatch(rest[-1]) if len(rest) > 1 else None
    if match is None or match[2] in _ORDINAL:
        return None
    return Query(int(match[1]), suffix or match[2], tuple(rest[:-1]))


def _says_something(words: tuple[str, ...]) -> bool:
    return any(word not in LIGHT for word in words)

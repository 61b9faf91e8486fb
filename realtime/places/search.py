"""From what somebody typed to doors: exact first, then other kinds of street, then misspellings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest

from realtime.db import Tx
from realtime.places import store
from realtime.places.model import Address, Street
from realtime.places.query import Query, read_query
from realtime.places.spelling import (
    KINDS,
    LIGHT,
    SHORT,
    can_be_misspelt,
    indexed,
    is_near,
    spell_out,
    typo_keys,
)

MOST_FOUND = 10
_MOST_SPELLINGS = 12

# The words that will do for one typed word; one that ends in `*` is a beginning.
Group = tuple[str, ...]


def search(tx: Tx, text: str, limit: int = MOST_FOUND) -> list[Address]:
    """The likeliest doors for a text. Refuses `query_too_short`."""
    for query in read_query(text):
        streets = _find_streets(tx, query)
        if streets:
            return _doors(tx, query, streets, limit)
    return []


def _find_streets(tx: Tx, query: Query) -> list[tuple[int, Street]]:
    """Streets, likeliest first, from the first way of asking that finds any."""
    telling = [word for word in query.words if word not in LIGHT] or list(query.words)
    for asked in _ways(tx, telling):
        if asked and (found := store.list_streets(tx, asked)):
            return sorted(found, key=lambda one: _rank(one[1], query))
    return []


def _ways(tx: Tx, telling: list[str]) -> Iterable[list[Group]]:
    """From the narrowest on; each is asked only when those before found nothing."""
    yield _all_as_typed(telling)
    # A BAL has no postcodes, and people mistake theirs.
    telling = [word for word in telling if not (word.isdigit() and len(word) == 5)]
    typed = _all_as_typed(telling)
    yield typed
    pairs = list(zip(telling, typed, strict=True))
    yield [
        asked
        for word, group in pairs
        if (asked := group if store.knows_beginning(tx, word) else _corrected(tx, word, group))
    ]
    # « avenue de Brest » for « rue de Brest »; then a right word that is the wrong one.
    own = [(word, group) for word, group in pairs if spell_out([word])[0] not in KINDS]
    yield [group for _, group in own]
    yield [asked for word, group in own if (asked := _corrected(tx, word, group))]


def _all_as_typed(words: list[str]) -> list[Group]:
    return [_as_typed(word, first=at == 0) for at, word in enumerate(words)]


def _as_typed(word: str, *, first: bool) -> Group:
    """The word as the beginning of one, and what it stands for if it is a short form."""
    beginning = f"{word}*" if len(word) > 1 else word
    full = spell_out([word]) if first or word in SHORT else [word]
    return (beginning,) if full == [word] else (full[-1], beginning)


def _corrected(tx: Tx, word: str, group: Group) -> Group:
    """The group with the indexed words that may be meant; empty if it may mean nothing here."""
    if not can_be_misspelt(word):
        return group if word in SHORT or not word.isalpha() or word in KINDS else ()
    near = [found for found in store.list_spellings(tx, typo_keys(word)) if is_near(word, found)]
    if not near and not store.knows_beginning(tx, word):
        return ()
    return (*group, *sorted(near)[:_MOST_SPELLINGS])


def _rank(street: Street, query: Query) -> tuple[int, int, int, str, str]:
    """Fewest typed words it lacks, then begun words, then words nobody typed, then by name."""
    typed = spell_out(list(query.words))
    name = indexed(street.name)
    all_words = {*name, *indexed(street.city, street.postcode)}
    lacking = [word for word in typed if word not in all_words]
    begun = sum(any(own.startswith(word) for own in all_words) for word in lacking)
    untyped = len(set(name) - set(typed) - LIGHT)
    return len(lacking) - begun, begun, untyped, street.name, street.city


def _doors(
    tx: Tx, query: Query, streets: Sequence[tuple[int, Street]], limit: int
) -> list[Address]:
    """A door of each street in turn: those with the number typed, then the nearest to it."""
    by_street = store.list_houses(tx, dict(streets[:limit]), query.number or 1, limit)
    in_turn = [
        address
        for address in chain.from_iterable(zip_longest(*by_street.values()))
        if address is not None
    ]
    if query.number:
        # Stable: streets keep their order among the doors that have, or have not, the number.
        in_turn.sort(key=lambda address: _misses(address, query))
    return in_turn[:limit]


def _misses(address: Address, query: Query) -> int:
    if address.number != query.number:
        return 2
    suffix = address.suffix
    same = suffix == query.suffix or (
        bool(suffix and query.suffix) and suffix[0] == query.suffix[0]
    )
    return 0 if same else 1

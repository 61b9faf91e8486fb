"""Reading the gazetteer. Streets are indexed by their words, addresses hang from streets.

Only rows that their commune's edition shows are seen (see `editions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from realtime.db import Tx
from realtime.db.tx import Row
from realtime.geo.cells import Cell, prefix_range, ring
from realtime.places.model import EXAMPLE, Address, Street

# More streets than anybody reads; beyond it the question was too vague to rank.
MOST_STREETS = 200

_SHOWN = "JOIN gazetteer_commune c ON c.code = s.commune AND c.edition = s.edition"
_ADDRESS = (
    "SELECT a.id, a.number, a.suffix, a.lon, a.lat, a.cell,"
    " s.name, s.postcode, s.city, s.commune, s.code, s.id"
    " FROM gazetteer_address a JOIN gazetteer_street s ON s.id = a.street " + _SHOWN
)


def is_empty(tx: Tx) -> bool:
    """Whether there is no commune; streets invented for a cell are none."""
    found = tx.value(
        "SELECT code FROM gazetteer_commune WHERE code NOT LIKE :invented LIMIT 1",
        invented=f"{EXAMPLE}-%",
    )
    return found is None


def find_address(tx: Tx, id: str) -> Address | None:
    row = tx.find(f"{_ADDRESS} WHERE a.id = :id LIMIT 1", id=id)
    return None if row is None else _address(row)


def count_in_ring(tx: Tx, cell: Cell, at_most: int) -> int:
    """Addresses in the cell and its eight neighbours; counting stops at `at_most`."""
    return int(
        tx.value(
            "SELECT count(*) FROM (SELECT 1 FROM gazetteer_address a"
            f" JOIN gazetteer_street s ON s.id = a.street {_SHOWN}"
            " WHERE a.cell IN :cells LIMIT :at_most) AS found",
            cells=ring(cell),
            at_most=at_most,
        )
    )


def list_under(tx: Tx, prefix: Cell, limit: int) -> list[Address]:
    """Addresses whose cell begins so."""
    low, high = prefix_range(prefix)
    rows = tx.all(
        f"{_ADDRESS} WHERE a.cell >= :low AND a.cell < :high"
        " ORDER BY a.cell, a.street, a.number, a.suffix LIMIT :limit",
        low=low,
        high=high,
        limit=limit,
    )
    return [_address(row) for row in rows]


def list_street_ids(tx: Tx) -> list[int]:
    """Every street that is shown."""
    return [int(id) for (id,) in tx.all(f"SELECT s.id FROM gazetteer_street s {_SHOWN} ORDER BY 1")]


def list_on_streets(tx: Tx, streets: tuple[int, ...]) -> list[tuple[int, Address]]:
    rows = tx.all(
        f"{_ADDRESS} WHERE a.street IN :streets ORDER BY a.street, a.number, a.suffix",
        streets=streets,
    )
    return [(int(row[11]), _address(row)) for row in rows]


def list_streets(tx: Tx, groups: Sequence[Iterable[str]]) -> list[tuple[int, Street]]:
    """Streets that have a word of every group; a word that ends in `*` is a beginning."""
    if tx.dialect == "sqlite":
        source = "gazetteer_search f JOIN gazetteer_street s ON s.id = f.rowid"
        found = "gazetteer_search MATCH :groups"
        asked = " AND ".join(f"({' OR '.join(map(_fts_term, group))})" for group in groups)
    else:
        source = "gazetteer_street s"
        found = "terms @@ CAST(:groups AS tsquery)"
        asked = " & ".join(f"({' | '.join(map(_tsquery_term, group))})" for group in groups)
    rows = tx.all(
        f"SELECT s.id, s.name, s.postcode, s.city, s.commune, s.code FROM {source} {_SHOWN}"
        f" WHERE {found} LIMIT :most",
        groups=asked,
        most=MOST_STREETS,
    )
    return [(int(id), Street(*rest)) for id, *rest in rows]


def list_houses(
    tx: Tx, streets: Mapping[int, Street], number: int, limit: int
) -> dict[int, list[Address]]:
    """Of each street the `limit` houses nearest to a number."""
    houses: dict[int, list[Address]] = {id: [] for id in streets}
    for id, *row in tx.all(
        "SELECT street, id, number, suffix, lon, lat, cell FROM"
        " (SELECT street, id, number, suffix, lon, lat, cell, row_number() OVER"
        " (PARTITION BY street ORDER BY abs(number - :number), number, suffix) AS place"
        " FROM gazetteer_address WHERE street IN :streets) AS near"
        " WHERE place <= :limit ORDER BY street, place",
        streets=tuple(streets),
        number=number,
        limit=limit,
    ):
        houses[id].append(_at(row, streets[id]))
    return houses


def knows_beginning(tx: Tx, word: str) -> bool:
    """Whether some indexed word begins so."""
    return (
        tx.value(
            "SELECT word FROM gazetteer_typo"
            " WHERE key >= :word AND key < :after AND key = word LIMIT 1",
            word=word,
            after=word + "{",
        )
        is not None
    )


def list_spellings(tx: Tx, keys: Iterable[str]) -> list[str]:
    """Indexed words that share one of these typo keys."""
    rows = tx.all("SELECT DISTINCT word FROM gazetteer_typo WHERE key IN :keys", keys=tuple(keys))
    return [word for (word,) in rows]


def _fts_term(word: str) -> str:
    return f'"{word[:-1]}" *' if word.endswith("*") else f'"{word}"'


def _tsquery_term(word: str) -> str:
    return f"'{word[:-1]}':*" if word.endswith("*") else f"'{word}'"


def _address(row: Row) -> Address:
    return _at(row[:6], Street(*row[6:11]))


def _at(row: Sequence[Any], street: Street) -> Address:
    id, number, suffix, lon, lat, cell = row
    return Address(id, number, suffix, street, lon, lat, cell)

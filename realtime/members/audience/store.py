"""The SQL of who lives under some cells, and how many.

A query goes through the index once for each range of cells, and counts or joins there: a hundred
thousand rows cost more to hand on, and to fetch, than to find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from realtime.clock import to_millis
from realtime.db import Condition, Dialect, Tx
from realtime.geo.cells import HOME, Cell, number_range, prefix_range

Bound = TypeVar("Bound", str, int)
Statement: TypeAlias = tuple[str, dict[str, Any]]

# One statement asks for this many ranges: SQLite joins at most 500 SELECTs.
_RANGES_AT_ONCE = 128
# Cells are joined to ranges of so many home cells: what one gives is read while the next is looked
# for (`Tx.each`). In a dense town that is 50 KB of text; from 128 KB on malloc maps pages anew.
_HOME_CELLS_IN_RANGE = 16
# Those whom FEATURES lets hear residents' alerts (rights.TABLE says the same).
_HEARS = "level <> 'organisation' AND (level <> 'none' OR visitor_until > :now)"
_WITHIN = {
    int: ("int8", "home_number >= low AND home_number < high"),
    str: ("text", 'home_cell >= low COLLATE "C" AND home_cell < high COLLATE "C"'),
}


def count_under(tx: Tx, cells: Sequence[Cell], now: datetime) -> int:
    """Members who hear alerts and whose home lies under one of these prefix-free cells."""
    return _count(tx, _hearing(tx, sorted(cells), "count(*)", now))


def list_under(tx: Tx, cells: Sequence[Cell], now: datetime) -> list[str]:
    """The same members' accounts, in the order of the cells given."""
    return _list(tx, _hearing(tx, cells, _accounts(tx), now))


def sample_under(tx: Tx, cells: Sequence[Cell], now: datetime, one_in: int) -> list[str]:
    """About one in so many of them, always the same: account ids are random, and the lowest stand
    for all. Handing over a town costs as much again as finding it.
    """
    last = f"{2**80 // one_in - 1:020x}"
    what = _accounts(tx)
    return _list(tx, _hearing(tx, sorted(cells), what, now, "account <= :last", last=last))


def hears_all(dialect: Dialect, cells: Sequence[Cell]) -> Condition:
    """Somebody under these few cells chose to be rung for every word of a room."""
    ((sql, params),) = _under(dialect, _ranges(sorted(cells), prefix_range), "1", "hears_all")
    return Condition(f"EXISTS ({sql})", params)


def list_hearing_all(tx: Tx, cells: Sequence[Cell]) -> list[str]:
    """The accounts of those who did."""
    ranges = _ranges(sorted(cells), prefix_range)
    return _list(tx, _under(tx.dialect, ranges, _accounts(tx), "hears_all"))


def _accounts(tx: Tx) -> str:
    join = "string_agg" if tx.dialect == "postgresql" else "group_concat"
    return f"{join}(account, ' ')"


def _count(tx: Tx, asked: Iterable[Statement]) -> int:
    return sum(count for sql, params in asked for (count,) in tx.all(sql, **params))


def _list(tx: Tx, asked: Iterable[Statement]) -> list[str]:
    accounts: list[str] = []
    for sql, params in asked:
        for (text,) in tx.each(sql, **params):
            if text is not None:
                accounts += text.split(" ")
    return accounts


def _hearing(
    tx: Tx, cells: Sequence[Cell], what: str, now: datetime, who: str = "TRUE", **more: Any
) -> Iterator[Statement]:
    """`_under` of those who hear alerts. Numbers are PostgreSQL's alone: it compares them a third
    faster than text; SQLite does not, and reads what it generates from the table, never the index.
    """
    more["now"] = to_millis(now)
    if tx.dialect == "postgresql":
        hears = f"hears_until > :now AND {who}"
        return _under(tx.dialect, _ranges(cells, number_range), what, hears, **more)
    return _under(tx.dialect, _ranges(cells, prefix_range), what, f"{_HEARS} AND {who}", **more)


def _ranges(
    cells: Sequence[Cell], range_of: Callable[[Cell], tuple[Bound, Bound]]
) -> list[tuple[Bound, Bound]]:
    """The cells' ranges in their order; those that go on where the last ended lengthen it."""
    ranges: list[tuple[Bound, Bound]] = []
    held = 0
    for cell in cells:
        low, high = range_of(cell)
        more = 32 ** (HOME - len(cell))
        if ranges and ranges[-1][1] == low and held + more <= _HOME_CELLS_IN_RANGE:
            ranges[-1] = (ranges[-1][0], high)
            held += more
        else:
            ranges.append((low, high))
            held = more
    return ranges


def _under(
    dialect: Dialect, ranges: Sequence[tuple[Bound, Bound]], what: str, who: str, **more: Any
) -> Iterator[Statement]:
    """For `what` of those who live there and are `who`: one row for each range, in their order.

    PostgreSQL joins an array of ranges: planning a hundred SELECTs costs it more than running them.
    SQLite wants UNION ALL: OR is four times slower there.
    """
    if dialect == "postgresql" and ranges:
        kind, within = _WITHIN[type(ranges[0][0])]
        lows, highs = [low for low, _ in ranges], [high for _, high in ranges]
        yield (
            f"""SELECT part FROM unnest(CAST(:lows AS {kind}[]), CAST(:highs AS {kind}[]))
                    AS given(low, high)
                CROSS JOIN LATERAL
                    (SELECT {what} AS part FROM member WHERE {within} AND {who}) AS homes""",
            {"lows": lows, "highs": highs, **more},
        )
        return
    for start in range(0, len(ranges), _RANGES_AT_ONCE):
        some = list(enumerate(ranges[start : start + _RANGES_AT_ONCE]))
        union = " UNION ALL ".join(
            f"""SELECT {what} FROM member
                WHERE home_cell >= :low_{at} AND home_cell < :high_{at} AND {who}"""
            for at, _ in some
        )
        lows_and_highs = {f"low_{at}": low for at, (low, _) in some}
        lows_and_highs |= {f"high_{at}": high for at, (_, high) in some}
        yield union, {**lows_and_highs, **more}

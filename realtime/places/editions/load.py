"""One load: batches of addresses in, then all shown at once, then the old ones swept away.

Every step is a small write, so that a server beside it keeps its pace, and a kill at any moment
leaves the gazetteer as it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.places.editions import store
from realtime.places.model import Address, Street
from realtime.places.spelling import can_be_misspelt, indexed

ROWS_A_WRITE = 500
WORDS_A_WRITE = 25
"""A word of ten letters is 56 rows of the misspelling table."""


@dataclass(slots=True)
class _Seen:
    """Streets by their place in the edition, words already indexed, communes met."""

    streets: dict[Street, int] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Batch:
    streets: Sequence[tuple[int, Street]]
    words: Sequence[str]
    addresses: Sequence[tuple[int, Address]]


async def load(
    db: Database,
    clock: Clock,
    source: str,
    batches: Iterator[list[Address]],
    *,
    ends_example: bool = False,
) -> int:
    """Replace the addresses of every commune that occurs in `batches`; how many there are now.

    `batches` is read in a thread (it may read a file) and holds at most 500 addresses each, no
    door of a street twice.
    """
    edition = await db.write(store.open_edition, source, clock.now())
    seen = _Seen()
    count = 0
    while (addresses := await asyncio.to_thread(next, batches, None)) is not None:
        batch = _prepare(addresses, seen)
        # Side by side, and small: on SQLite they share one commit.
        await asyncio.gather(
            *(db.write(store.add_words, words) for words in _chunks(batch.words)),
            db.write(_add, edition, batch, clock.now()),
        )
        count += len(addresses)
    await db.write(store.gather_statistics)
    communes = sorted({street.commune for street in seen.streets})
    await db.write(_show, edition, communes, clock.now(), ends_example)
    await sweep(db, clock)
    await db.write(store.gather_statistics)
    return count


async def sweep(db: Database, clock: Clock) -> None:
    """Remove what is not shown any more, and what a killed load left."""
    for edition, commune in await db.read(store.list_hidden, clock.now()):
        while await db.write(store.remove_some, edition, commune, ROWS_A_WRITE):
            pass
    await db.write(store.remove_empty_editions, clock.now())


def _prepare(addresses: list[Address], seen: _Seen) -> _Batch:
    """The batch with the streets and words that no earlier one brought."""
    streets: list[tuple[int, Street]] = []
    placed: list[tuple[int, Address]] = []
    words: set[str] = set()
    for address in addresses:
        street = address.street
        place = seen.streets.get(street)
        if place is None:
            place = seen.streets[street] = len(seen.streets)
            streets.append((place, street))
            words.update(indexed(street.name, street.city))
        placed.append((place, address))
    new = sorted(word for word in words - seen.words if can_be_misspelt(word))
    seen.words |= words
    return _Batch(streets, new, placed)


def _chunks(words: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(words), WORDS_A_WRITE):
        yield words[start : start + WORDS_A_WRITE]


def _add(tx: Tx, edition: int, batch: _Batch, now: datetime) -> None:
    store.add_streets(tx, edition, batch.streets)
    store.add_addresses(tx, edition, batch.addresses)
    store.touch_edition(tx, edition, now)


def _show(tx: Tx, edition: int, communes: list[str], now: datetime, ends_example: bool) -> None:
    store.show_edition(tx, edition, communes, now, ends_example=ends_example)

"""`places import FILE.csv`: read, report, replace the file's communes, end the example town."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from realtime.clock import Clock
from realtime.db import Database
from realtime.places.editions.load import load
from realtime.places.example.town import batches_of
from realtime.places.imports.columns import read_header
from realtime.places.imports.lines import BadFile, Line, read_lines
from realtime.places.imports.rows import BadRow, NotAnAddress, RowReader, own_id
from realtime.places.model import Address, Street

# Enough to mend a file by; the counts by reason are of all.
MOST_LISTED = 1_000
# The house is where it is, whatever the word for it.
ODD_POSITION = "position.valeur_invalide"


@dataclass(slots=True)
class Report:
    """What became of the rows. `bad`, `odd` and `repeated` list (line, reason); odd ones count."""

    rows: int = 0
    imported: int = 0
    toponyms: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    odd_rows: int = 0
    communes: set[str] = field(default_factory=set)
    bad: list[tuple[int, str]] = field(default_factory=list)
    odd: list[tuple[int, str]] = field(default_factory=list)
    repeated: list[tuple[int, str]] = field(default_factory=list)

    @property
    def bad_rows(self) -> int:
        return self.reasons.total()

    def lines(self) -> list[str]:
        """For the operator, the counts first."""
        text = [
            f"{self.rows} rows: {self.imported} addresses of {len(self.communes)} communes, "
            f"{self.toponyms} places without a number, {self.repeats} further positions of an "
            f"address already read, {self.bad_rows} bad."
        ]
        text += [f"  {count} x {reason}" for reason, count in self.reasons.most_common()]
        if self.odd_rows:
            text.append(f"  {self.odd_rows} x {ODD_POSITION} (taken all the same)")
        text += [f"line {line}: {reason}" for line, reason in self.bad]
        if self.bad_rows > len(self.bad):
            text.append(f"... and {self.bad_rows - len(self.bad)} more bad rows")
        text += [f"line {line}: {reason}" for line, reason in (*self.odd, *self.repeated)]
        return text


async def import_file(db: Database, clock: Clock, path: Path, postcode: str = "") -> Report:
    """Replace the addresses of every commune in the file. Raises BadFile and changes nothing.

    `postcode` is for BAL files, which have none.
    """
    report = Report()
    batches = batches_of(_addresses(path, postcode, report))
    first = await asyncio.to_thread(next, batches, None)
    if first is None:
        raise BadFile(
            "\n".join([f"{path.name} holds no address that can be used.", *report.lines()])
        )
    await load(db, clock, path.name, chain([first], batches), ends_example=True)
    return report


def _addresses(path: Path, postcode: str, report: Report) -> Iterator[Address]:
    lines = read_lines(path)
    header = next(lines, Line(1, None))
    reader = RowReader(read_header(header.cells), postcode)
    doors: dict[tuple[Street, int, str], int] = {}
    ids: set[str] = set()
    for line in lines:
        report.rows += 1
        try:
            address = reader.read(line.cells)
        except NotAnAddress:
            report.toponyms += 1
            continue
        except BadRow as bad:
            report.reasons[bad.reason] += 1
            _keep(report.bad, line, bad.reason)
            continue
        if line.cells is not None and not reader.knows_position(line.cells):
            report.odd_rows += 1
            _keep(report.odd, line, ODD_POSITION)
        door = (address.street, address.number, address.suffix)
        first = doors.setdefault(door, line.number)
        if first != line.number:
            report.repeats += 1
            _keep(report.repeated, line, f"repeats line {first}")
            continue
        address = _with_own_id(address, ids)
        report.imported += 1
        report.communes.add(address.street.commune)
        yield address


def _keep(listed: list[tuple[int, str]], line: Line, reason: str) -> None:
    if len(listed) < MOST_LISTED:
        listed.append((line.number, reason))


def _with_own_id(address: Address, ids: set[str]) -> Address:
    """Two doors under one key: the second gets a name of its own."""
    id = address.id
    if id in ids:
        id = own_id(address.street, address.number, address.suffix)
    copies = 1
    while id in ids:
        copies += 1
        id = f"{own_id(address.street, address.number, address.suffix)}~{copies}"
    ids.add(id)
    return address if id == address.id else replace(address, id=id)

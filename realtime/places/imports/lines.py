"""The file as numbered rows of cells: whatever encoding, separator and quoting it came in."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SEPARATORS = ";,\t|"
_CHUNK = 1 << 20


class BadFile(Exception):
    """The whole file cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """`number` is the line in the file, from 1. `cells` is None where it cannot be read."""

    number: int
    cells: list[str] | None


def read_lines(path: Path) -> Iterator[Line]:
    """Every line that is not empty, the header first. Each line is a row: no cell spans two."""
    encoding = _encoding_of(path)
    with path.open(encoding=encoding, errors="replace", newline=None) as file:
        separator = ""
        for number, text in enumerate(file, 1):
            if not text.strip(" \t\r\n;,|\ufeff"):
                continue
            separator = separator or max(_SEPARATORS, key=text.count)
            yield Line(number, _cells(text, separator))


def _cells(text: str, separator: str) -> list[str] | None:
    try:
        (row,) = csv.reader([text.rstrip("\r\n")], delimiter=separator, strict=True)
    except (csv.Error, ValueError):
        return None
    return [cell.strip() for cell in row]


def _encoding_of(path: Path) -> str:
    """UTF-8 with or without a mark, UTF-16 with one; otherwise what Windows calls ANSI.

    One spoilt letter does not make a UTF-8 file ANSI: more wrong bytes than right letters do.
    """
    wrong = right = 0
    try:
        with path.open("rb") as raw:
            if raw.read(2) in (b"\xff\xfe", b"\xfe\xff"):
                return "utf-16"
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            while text := file.read(_CHUNK):
                if not text.isascii():
                    wrong += text.count("\ufffd")
                    right += sum(letter > "\x7f" for letter in text)
    except OSError as error:
        raise BadFile(f"{path.name} cannot be read: {error.strerror}") from None
    return "cp1252" if wrong > (right - wrong) else "utf-8-sig"

"""Pending cards on paper: one PDF with an A6 page a card, and the JSON list for other printers.

Runs on the command line only: setting 500 pages takes a second of one core.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from datetime import date
from itertools import count
from pathlib import Path

import orjson
import segno
import typst

from realtime.accounts.postcards.actions import Sheet

_TEMPLATE = Path(__file__).parent / "card.typ"
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
ALL = "postcards"


def free_name(folder: Path, day: date) -> str:
    """`postcards-2026-11-27`, or `…-2` and so on: of no file in the folder."""
    dated = f"{ALL}-{day}"
    names = (dated if number == 1 else f"{dated}-{number}" for number in count(1))
    return next(name for name in names if not any(folder.glob(f"{name}.*")))


def print_cards(sheets: Sequence[Sheet], origin: str, folder: Path, name: str = ALL) -> list[str]:
    """NAME.json and NAME.pdf, readable by their owner only: whoever has them can enter.

    The names of the files. Without a sheet the list is empty and there is no PDF.
    """
    folder.mkdir(parents=True, exist_ok=True)
    listed = [{"account": s.account, "address": s.address, "code": s.code} for s in sheets]
    files = {f"{name}.json": orjson.dumps(listed, option=orjson.OPT_INDENT_2) + b"\n"}
    if sheets:
        files[f"{name}.pdf"] = pdf_of(sheets, origin)
    else:
        (folder / f"{name}.pdf").unlink(missing_ok=True)
    for file, content in files.items():
        _write(folder / file, content)
    return list(files)


def pdf_of(sheets: Sequence[Sheet], origin: str) -> bytes:
    """The fonts are typst's own and lie in the PDF; the words come in as data, never as markup."""
    cards = orjson.dumps([_card(sheet, origin) for sheet in sheets]).decode()
    pdf = typst.compile(
        _TEMPLATE, format="pdf", ignore_system_fonts=True, sys_inputs={"cards": cards}
    )
    if not isinstance(pdf, bytes):
        raise TypeError("typst made no PDF")
    return pdf


def _card(sheet: Sheet, origin: str) -> dict[str, object]:
    site = origin.split("://", 1)[1]
    until = f"{sheet.until.day} {_MONTHS[sheet.until.month - 1]} {sheet.until.year}"
    return {
        "code": sheet.code,
        "page": f"{site}/rester/code",
        "until": until,
        "refusal": sheet.refusal,
        "refusal_page": f"{site}/rester/refus",
        "lines": [part for part in (sheet.name, sheet.door, sheet.line, sheet.town) if part],
        # After #: the code reaches our page and no server's log.
        "qr": _qr(f"{origin}/rester/code#{sheet.code}"),
    }


def _qr(text: str) -> str:
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", xmldecl=False, border=2)
    return drawn.getvalue().decode()


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        # The database notes them as exported next: a power cut must not leave it alone with that.
        os.fsync(handle)
    part.rename(path)

"""What a report is. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`snapshot` is the object as its reporter saw it: it may be gone tomorrow. `household` is the
    reporter's, for reports count households.
    """

    id: str
    number: str
    reporter: str
    household: str
    kind: str
    about: str
    reason: str
    note: str
    snapshot: Mapping[str, object]
    at: datetime


def number_of(report_id: str) -> str:
    """The receipt: the 40 random bits at the end of the id, in a form that can be read aloud."""
    return f"{report_id[-8:-4]}-{report_id[-4:]}"

"""A sighting: a place, a time, a photo. Its owner hears first. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

State = Literal["waiting", "shown", "declined"]
Says = Literal["confirm", "dispute"]

SHOWN_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """`waiting` is for the owner alone; after ten minutes without an answer it is shown."""

    id: str
    alert: str
    author: str
    at: datetime
    cell: str
    text: str
    photo: str | None
    told_at: datetime
    state: State = "waiting"

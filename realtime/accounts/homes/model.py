"""A home as it is sealed, compared and shown. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from realtime.accounts.model import Home

_DOOR_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Sealed:
    """What an envelope needs, and the position; never leaves the server but on paper."""

    line: str
    town: str
    door: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Dwelling:
    """One home as it is compared: `building` and `door` are keyed hashes."""

    building: str
    door: str
    home: Home
    sealed: Sealed


@dataclass(frozen=True, slots=True)
class Lived:
    """Where an account lives now."""

    building: str
    door: str
    sealed: Sealed


def normal_door(text: str) -> str:
    """« Appt. 4-B » and « appt 4b » are one door: letters and digits, without accents or case."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if c.isalnum())[:_DOOR_CHARACTERS]

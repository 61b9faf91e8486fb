"""What a member says of themselves. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

PAGE = 50
# A newcomer is new for this long.
ARRIVED = timedelta(days=30)
ARRIVALS_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Nobody is listed before choosing so; arriving is told unless one chose otherwise."""

    listed: bool = False
    skills: tuple[str, ...] = ()
    loans: tuple[str, ...] = ()
    shows_pets: bool = False
    announced: bool = True
    requests: str = "everybody"

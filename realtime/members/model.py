"""Who a member is, and what follows from where the home lies. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from realtime.geo.cells import BLOCK, Cell, ring

# Who came this week founds one group and asks few strangers: what a false account would begin with.
NEW_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A resident or visitor. `level` is how the address was proved: "none" until it was."""

    account: str
    name: str
    language: str
    level: str
    verified_at: datetime | None
    visitor_until: datetime
    home_cell: str
    street: str
    city: str
    street_is_neighbourhood: bool
    household: str

    def status(self, now: datetime) -> str:
        if self.level != "none":
            return "verified"
        return "visitor" if now < self.visitor_until else "expired"

    def is_new(self, now: datetime) -> bool:
        """Not verified, or not for a week yet."""
        return self.verified_at is None or now - self.verified_at < NEW_FOR

    def standing(self, now: datetime) -> str:
        """The member's column in FEATURES: the level, else visitor or expired."""
        return self.level if self.level != "none" else self.status(now)

    @property
    def home(self) -> str:
        """Where a new street conversation of this member would live."""
        return f"street:{self.home_cell}"

    @property
    def street_topic(self) -> str:
        return self.neighbourhood_topic if self.street_is_neighbourhood else self.home

    @property
    def neighbourhood_topic(self) -> str:
        return f"neighbourhood:{self.home_cell[:BLOCK]}"

    def is_neighbour_of(self, other: Member) -> bool:
        """Whether each lives in the other's neighbourhood."""
        return other.home_cell[:BLOCK] in ring(self.home_cell[:BLOCK])

    @property
    def account_topic(self) -> str:
        return f"account:{self.account}"


class Followed(NamedTuple):
    """A topic a member hears, the view it belongs to, and the view's title."""

    topic: str
    view: str
    title: str


def street_topics(member: Member) -> list[str]:
    if member.street_is_neighbourhood:
        return neighbourhood_topics(member)
    return topics_round("street", member.home_cell)


def neighbourhood_topics(member: Member) -> list[str]:
    return topics_round("neighbourhood", member.home_cell[:BLOCK])


def topics_round(view: str, cell: Cell) -> list[str]:
    """Those of a cell and of the eight around it."""
    return [f"{view}:{near}" for near in ring(cell)]


def short_name(name: str) -> str:
    """First name and initial, for those beyond the street: "Camille Le Goff" is "Camille L."."""
    first, _, rest = name.strip().partition(" ")
    return f"{first} {rest.strip()[0].upper()}." if rest.strip() else first

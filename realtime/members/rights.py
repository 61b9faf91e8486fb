"""Who may do what: FEATURES.md as one table. Every action asks here first. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from realtime.errors import Refused
from realtime.geo.cells import BLOCK, Cell, prefixes
from realtime.members.model import Followed, Member, topics_round

VOUCHES_AFTER = timedelta(days=14)
VISITOR_READS = timedelta(days=7)


class Act(StrEnum):
    """One row of the table."""

    READ_OFFICIAL = "read_official"
    VERIFY = "verify"
    RECEIVE_ALERTS = "receive_alerts"
    READ_NEIGHBOURHOOD = "read_neighbourhood"
    SEE_NEIGHBOURS = "see_neighbours"
    WRITE_DIRECT = "write_direct"
    WRITE_NEIGHBOURHOOD = "write_neighbourhood"
    READ_STREET = "read_street"
    WRITE_STREET = "write_street"
    RAISE_FOUND_PET = "raise_found_pet"
    RAISE_EVERYDAY = "raise_everyday"
    RAISE_SERIOUS = "raise_serious"
    RAISE_DANGER = "raise_danger"
    VOUCH = "vouch"
    PUBLISH = "publish"


_EVERYONE = frozenset(
    {"visitor", "expired", "location", "vouched", "postcard", "in_person", "organisation"}
)
_PROVED = frozenset({"postcard", "in_person"})
_KNOWN = _PROVED | {"vouched"}
_VERIFIED = _KNOWN | {"location"}
_INSIDE = _VERIFIED | {"visitor"}

# "organisation" writes on its own page only: its folder's business, not of residents' rooms.
TABLE: dict[Act, frozenset[str]] = {
    Act.READ_OFFICIAL: _EVERYONE,
    # Not "organisation": its level would become a resident's, and it would read residents' rooms.
    Act.VERIFY: _EVERYONE - {"organisation"},
    Act.RECEIVE_ALERTS: _INSIDE,
    Act.READ_NEIGHBOURHOOD: _INSIDE,
    Act.SEE_NEIGHBOURS: _INSIDE,
    Act.WRITE_DIRECT: _INSIDE,
    Act.WRITE_NEIGHBOURHOOD: _VERIFIED,
    # … and "location" where PALIER_STREET_LEVELS says so.
    Act.READ_STREET: _KNOWN,
    Act.WRITE_STREET: _KNOWN,
    Act.RAISE_FOUND_PET: _INSIDE,
    Act.RAISE_EVERYDAY: _VERIFIED,
    Act.RAISE_SERIOUS: _KNOWN,
    Act.RAISE_DANGER: _PROVED,
    Act.VOUCH: _PROVED,
    Act.PUBLISH: frozenset({"organisation"}),
}
_OF_THE_STREET = (Act.READ_STREET, Act.WRITE_STREET)
_AS_NEIGHBOURHOOD = {
    Act.READ_STREET: Act.READ_NEIGHBOURHOOD,
    Act.WRITE_STREET: Act.WRITE_NEIGHBOURHOOD,
}


@dataclass(frozen=True, slots=True)
class Rights:
    """The table, with the operator's choice of levels that open the street."""

    street_levels: frozenset[str]

    def may(self, member: Member, act: Act, now: datetime) -> bool:
        if act in _OF_THE_STREET:
            # Where the street is too small to be one, it is the neighbourhood under another name.
            if member.street_is_neighbourhood:
                return self.may(member, _AS_NEIGHBOURHOOD[act], now)
            return member.standing(now) in self.street_levels
        if act is Act.VOUCH and not _proved_long_ago(member, now):
            return False
        return member.standing(now) in TABLE[act]

    def require(self, member: Member, act: Act, now: datetime) -> None:
        """Refused, with the code whose sentence tells what would help."""
        if self.may(member, act, now):
            return
        standing = member.standing(now)
        if standing == "expired":
            raise Refused("expired")
        if act in _OF_THE_STREET and not member.street_is_neighbourhood:
            raise Refused("street")
        raise Refused("visitor" if standing == "visitor" else "not_allowed")

    def followed(self, member: Member, now: datetime) -> list[Followed]:
        """The topics this member hears now. Rights change by changing this list."""
        hears_street = not member.street_is_neighbourhood and self.may(member, Act.READ_STREET, now)
        return [
            Followed(member.account_topic, "account", member.name),
            *_of_home(
                member.home_cell,
                member.city,
                member.street if hears_street else None,
                alerts=self.may(member, Act.RECEIVE_ALERTS, now),
                neighbourhood=self.may(member, Act.READ_NEIGHBOURHOOD, now),
            ),
        ]

    def reads_since(self, member: Member, now: datetime) -> datetime | None:
        """Visitors read the last seven days; None means everything."""
        return now - VISITOR_READS if member.standing(now) == "visitor" else None


@lru_cache(maxsize=10_000)
def _of_home(
    cell: Cell, city: str, street: str | None, *, alerts: bool, neighbourhood: bool
) -> tuple[Followed, ...]:
    """What is heard because of where one lives. Kept: everybody who connects is asked for it."""
    found = []
    # Coverings are prefix-free: of these three cells, one at most is in an alert's.
    for area in prefixes(cell):
        found.append(_shared(f"official:{area}", "official", city))
        if alerts:
            found.append(_shared(f"area:{area}", "area", city))
    if neighbourhood:
        around = topics_round("neighbourhood", cell[:BLOCK])
        found += [_shared(topic, "neighbourhood", city) for topic in around]
    if street is not None:
        found += [_shared(topic, "street", street) for topic in topics_round("street", cell)]
    return tuple(found)


@lru_cache(maxsize=50_000)
def _shared(topic: str, view: str, title: str) -> Followed:
    """Neighbours hear the same topics: one object for all, 3 KB less per connected socket."""
    return Followed(topic, view, title)


def _proved_long_ago(member: Member, now: datetime) -> bool:
    return member.verified_at is not None and now - member.verified_at >= VOUCHES_AFTER

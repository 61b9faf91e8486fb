"""Who is here, as one node sees it. Each session is a fact; a member is present while any is. Pure.

Rooms show how many are here only in wide buckets: "online" and "away" are burglary signals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from realtime.geo.cells import ring

# The least of each bucket; under the first nothing is shown at all.
BUCKETS = (10, 25, 50, 100)
# Who comes back within this time has never been away.
GRACE_SECONDS = 15.0
# Stands where a region or a cell would: no geohash has an "o".
SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Diff:
    """What a change means to those who look: members who came, members who left."""

    came: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()


@dataclass(slots=True)
class Roster:
    """Sessions by member."""

    # Few each, and a tuple of one is a fifth of a set.
    _sessions: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def track(self, member: str, session: str) -> Diff:
        """One more session; tracking it twice changes nothing."""
        sessions = self._sessions.get(member, ())
        if session not in sessions:
            self._sessions[member] = (*sessions, session)
        return Diff() if sessions else Diff(came=frozenset({member}))

    def untrack(self, member: str, session: str) -> Diff:
        """One session less; an unknown one changes nothing."""
        sessions = self._sessions.get(member)
        if sessions is None:
            return Diff()
        left = tuple(one for one in sessions if one != session)
        if left:
            self._sessions[member] = left
            return Diff()
        del self._sessions[member]
        return Diff(left=frozenset({member}))

    def present(self) -> frozenset[str]:
        return frozenset(self._sessions)


class Here(NamedTuple):
    """One member who is here, and the cells the member's rooms stand round; "" for none."""

    account: str
    street: str
    neighbourhood: str

    @property
    def region(self) -> str:
        return self.neighbourhood[:5]


@dataclass(slots=True)
class Presence:
    """The members of one node: their sessions, and for a while those who just left."""

    _roster: Roster = field(default_factory=Roster)
    _here: dict[str, Here] = field(default_factory=dict)
    _leaving: dict[str, float] = field(default_factory=dict)
    # The last answer of `by_region`, until somebody comes or goes.
    _regions: Mapping[str, set[Here]] | None = None

    def arrive(self, here: Here, session: str) -> None:
        self._roster.track(here.account, session)
        self._here[here.account] = here
        self._leaving.pop(here.account, None)
        self._regions = None

    def leave(self, account: str, session: str, now: float) -> None:
        """`now` in seconds of any steady clock."""
        for gone in self._roster.untrack(account, session).left:
            self._leaving[gone] = now

    def sweep(self, now: float) -> None:
        """Forget who left longer ago than the grace."""
        for account, left in list(self._leaving.items()):
            if now - left >= GRACE_SECONDS:
                del self._leaving[account], self._here[account]
                self._regions = None

    def accounts(self) -> frozenset[str]:
        """Everybody here."""
        return frozenset(self._here)

    def by_region(self) -> Mapping[str, set[Here]]:
        """Everybody here, where the other nodes may ask. The same object while nothing changes."""
        if self._regions is None:
            found: dict[str, set[Here]] = {}
            for here in self._here.values():
                found.setdefault(here.region, set()).add(here)
            self._regions = found
        return self._regions


def split_shown(others: Iterable[Here]) -> tuple[set[Here], frozenset[str]]:
    """Of what other nodes tell: who is in which rooms, and who shows it to contacts."""
    found = set(others)
    shown = {here for here in found if here.street == SHOWN}
    return found - shown, frozenset(here.account for here in shown)


def as_shown(accounts: Iterable[str]) -> set[Here]:
    """Who shows it to contacts, as nodes tell each other under the name SHOWN: contacts may live in
    any region.
    """
    return {Here(account, SHOWN, "") for account in accounts}


def bucket(count: int) -> int | None:
    """The number a room may show for `count` present members: 10, 25, 50, 100, or nothing."""
    return max((least for least in BUCKETS if least <= count), default=None)


def count_cells(everybody: Iterable[Here]) -> Mapping[str, int]:
    """Members by cell, of both sizes. A member seen by two nodes is one."""
    counted: Counter[str] = Counter()
    for here in {one.account: one for one in everybody}.values():
        counted.update(cell for cell in (here.street, here.neighbourhood) if cell)
    return counted


def shown_round(cell: str, counted: Mapping[str, int]) -> int | None:
    """What the room round a home cell shows."""
    return bucket(sum(counted.get(near, 0) for near in ring(cell))) if cell else None

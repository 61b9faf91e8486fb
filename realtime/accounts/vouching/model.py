"""Who may vouch for whom, and when it is enough. Pure.

Each admission takes two households, and a household vouches three times in 90 days, counted from
when its word took effect: k colluding households admit at most 3k/2 accounts in any 90 days, and a
single one admits nobody. (Counted from when it was given, words saved up at the edge of a window
would make it more.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from realtime.clock import from_millis
from realtime.geo.cells import ring
from realtime.members.model import Member
from realtime.members.rights import TABLE, Act, Rights

NEEDED = 2
HOLDS = timedelta(days=7)
PER_HOUSEHOLD = 3
QUOTA_TIME = timedelta(days=90)
ASKS, ASK_TIME = 3, timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asks to be vouched for."""

    id: str
    account: str
    asked_at: int
    closed_at: int | None

    def is_open(self, now: datetime) -> bool:
        return self.closed_at is None and now < from_millis(self.asked_at) + HOLDS


@dataclass(frozen=True, slots=True)
class Vouch:
    """One neighbour's word, with the household and door it was given from."""

    request: str
    voucher: str
    account: str
    household: str
    door: str


def reason_against(voucher: Member, newcomer: Member, rights: Rights, now: datetime) -> str | None:
    """Why this member may not vouch for that one; None when they may."""
    if voucher.account == newcomer.account:
        return "self"
    if voucher.standing(now) not in TABLE[Act.VOUCH]:
        return "level"
    if not rights.may(voucher, Act.VOUCH, now):
        return "too_new"
    if voucher.household == newcomer.household:
        return "household"
    if newcomer.home_cell not in ring(voucher.home_cell):
        return "not_near"
    return None


def are_enough(vouches: Sequence[Vouch]) -> bool:
    """From two households that do not share a letter box."""
    households = {vouch.household for vouch in vouches}
    doors = {vouch.door for vouch in vouches}
    return len(households) >= NEEDED and len(doors) >= NEEDED

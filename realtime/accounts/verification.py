"""How a home is proved, and what that makes of a member: one step up, never down."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from realtime.accounts import store
from realtime.accounts.actions import changed_account
from realtime.db import Tx
from realtime.errors import Refused
from realtime.journal import Changed
from realtime.members.directory.actions import arrive
from realtime.members.lookalikes import looks_like
from realtime.members.model import Member
from realtime.members.store import list_names_around, save_member

# The levels of FEATURES, each worth more than those before it.
LEVELS = ("none", "location", "vouched", "postcard", "in_person")


def rank(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def require_below(member: Member, level: str) -> None:
    """Refused("already_verified") when this proof would add nothing."""
    if rank(member.level) >= rank(level):
        raise Refused("already_verified")


def verify(
    tx: Tx, member: Member, level: str, now: datetime, *, detail: str = "", household: str = ""
) -> Changed[Member]:
    """The member, read `to_change`, at their new level; in their own household unless it is joined
    to another. Refused("confusable_name") where the street opens: its names are compared only with
    those of who reads them."""
    require_below(member, level)
    opens_street = rank(member.level) < rank("vouched") <= rank(level)
    if opens_street and looks_like(member.name, list_names_around(tx, member)):
        raise Refused("confusable_name", field="display_name")
    proved = replace(member, level=level, verified_at=now, household=household or member.household)
    save_member(tx, proved)
    store.add_proof(tx, member.account, level, detail, now)
    # A better proof of the same home is no second arrival.
    arrived = arrive(tx, proved, now) if member.level == "none" else []
    return Changed(proved, [changed_account(member.account), *arrived])

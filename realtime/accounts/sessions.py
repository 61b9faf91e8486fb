"""Whose request is this? Asked once per HTTP request, in the transaction that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from realtime.accounts import store
from realtime.db import Tx
from realtime.errors import Refused
from realtime.members.model import Member
from realtime.members.store import find_member


@dataclass(frozen=True, slots=True)
class Asker:
    """A member and the sign-in they ask with."""

    member: Member
    session: str


def find_asker(tx: Tx, token: str | None, now: datetime) -> Asker | None:
    signed_in = None if token is None else store.find_signed_in(tx, token, now)
    member = None if signed_in is None else find_member(tx, signed_in.account)
    if signed_in is None or member is None:
        return None
    return Asker(member, signed_in.session)


def get_asker(tx: Tx, token: str | None, now: datetime) -> Asker:
    asker = find_asker(tx, token, now)
    if asker is None:
        raise Refused("not_signed_in")
    return asker

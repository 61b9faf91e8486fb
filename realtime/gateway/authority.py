"""Asked in every transaction of a socket: does the sign-in still stand, and who is it?"""

from __future__ import annotations

from datetime import datetime

from realtime.accounts.store import is_open
from realtime.db import Tx
from realtime.errors import Refused
from realtime.gateway.sessions import Session
from realtime.members.model import Member
from realtime.members.store import get_member


def authorised(tx: Tx, session: Session, now: datetime) -> Member:
    """The member behind the socket; Refused("not_signed_in") once signed out."""
    if not is_open(tx, session.session, now):
        raise Refused("not_signed_in")
    return get_member(tx, session.account)

"""Asked in every transaction of a socket: does the sign-in still stand, and who is it?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from realtime.accounts.store import LONGEST
from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.engine import Socket
from realtime.errors import Refused
from realtime.fanout.commit import Committed, Committer
from realtime.gateway.sessions import Session
from realtime.journal import Changed
from realtime.members.model import Member
from realtime.members.store import Asking, find_still_signed_in, list_asking

T = TypeVar("T")


def authorised(tx: Tx, session: Session, now: datetime) -> Member:
    """The member behind the socket; Refused("not_signed_in") once signed out or erased."""
    member = find_still_signed_in(tx, session.account, session.session, now - LONGEST)
    if member is None:
        raise Refused("not_signed_in")
    return member


def all_authorised(
    tx: Tx, command: str, asked: Sequence[tuple[Session, str]], now: datetime
) -> dict[tuple[str, str], Asking]:
    """The same for many, by session and key, with what the key did before: who is not signed in is
    left out.
    """
    every = [(session.account, session.session, key) for session, key in asked]
    return list_asking(tx, command, every, now - LONGEST)


class Authority:
    """Reads and writes for the member behind a socket: the door of the command classes.

    Typing, `sync` and new words, whose transactions have a shape of their own, ask themselves.
    """

    def __init__(self, db: Database, committer: Committer, clock: Clock) -> None:
        self._db = db
        self._committer = committer
        self._clock = clock

    async def read(self, socket: Socket, act: Callable[[Tx, Member, datetime], T]) -> T:
        def read(tx: Tx, now: datetime) -> T:
            return act(tx, authorised(tx, socket.session, now), now)

        return await self._db.read(read, self._clock.now())

    async def write(
        self, socket: Socket, act: Callable[[Tx, Member, datetime], Changed[T]]
    ) -> Committed[T]:
        def write(tx: Tx, now: datetime) -> Changed[T]:
            return act(tx, authorised(tx, socket.session, now), now)

        return await self._committer.commit(write)

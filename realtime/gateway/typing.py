"""Somebody is writing: told to those who read the group or thread, kept nowhere.

Between nodes only "this account, that topic" travels, and each node asks the database who that is
and whether it may write there: what arrives over the bus is never believed.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import NamedTuple

import orjson

from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.engine import Socket, event_frame
from realtime.errors import Overloaded, Refused, StorageFailed
from realtime.fanout.bus import Bus
from realtime.fanout.local import Local
from realtime.gateway.authority import authorised
from realtime.gateway.dispatch import Route
from realtime.gateway.sessions import Session
from realtime.journal import regions_of
from realtime.logs import log_for
from realtime.members.blocks.store import list_apart
from realtime.members.model import Member, short_name
from realtime.members.rights import Rights
from realtime.members.store import find_member
from realtime.rooms import access
from realtime.wire.presence import TypingNow

# Hints from other nodes that wait for the database; beyond, a hint is dropped.
WAITING = 200


class Typist(NamedTuple):
    """Who writes, and who must not hear of it."""

    account: str
    name: str
    apart: frozenset[str]
    region: str


class TypingCommands:
    """`typing`, and the hints of other nodes. `run` is a task of the app."""

    def __init__(self, db: Database, bus: Bus, local: Local, rights: Rights, clock: Clock) -> None:
        self._db = db
        self._bus = bus
        self._local = local
        self._rights = rights
        self._clock = clock
        self._hints: asyncio.Queue[tuple[str, str]] = asyncio.Queue(WAITING)
        bus.listen_to_typing(self._note)

    def routes(self) -> dict[str, Route]:
        return {"typing": Route(self.type, "typing")}

    async def type(self, socket: Socket, asked: TypingNow) -> dict[str, object]:
        def read(tx: Tx, now: datetime) -> Typist | None:
            return self._typist(tx, authorised(tx, socket.session, now), asked.topic, now)

        typist = await self._db.read(read, self._clock.now())
        if typist is not None:
            self._tell(asked.topic, typist)
            self._bus.tell_typing(typist.region, asked.topic, typist.account)
        return {}

    async def run(self) -> None:
        while True:
            topic, account = await self._hints.get()
            try:
                typist = await self._db.read(self._stranger, topic, account, self._clock.now())
            except (StorageFailed, Overloaded) as error:
                log_for("gateway").warning("typing_unread", error=str(error))
                continue
            except Exception:
                # Whatever a hint from outside holds, it must not end the node.
                log_for("gateway").exception("typing_hint_failed")
                continue
            if typist is not None:
                self._tell(topic, typist)

    def _note(self, topic: str, account: str) -> None:
        """Another node says so; only where somebody here would hear it."""
        if self._local.position(topic) is not None and not self._hints.full():
            self._hints.put_nowait((topic, account))

    def _stranger(self, tx: Tx, topic: str, account: str, now: datetime) -> Typist | None:
        member = find_member(tx, account)
        if member is None:
            return None
        try:
            return self._typist(tx, member, topic, now)
        except Refused:
            return None

    def _typist(self, tx: Tx, member: Member, topic: str, now: datetime) -> Typist | None:
        """None where it is nobody's to know yet: whoever thinks about a request stays unseen."""
        if not access.shows_typing(tx, member, self._rights, topic, now):
            return None
        region = regions_of(tx, [topic]).get(topic, "")
        apart = list_apart(tx, member.account)
        return Typist(member.account, short_name(member.name), apart, region)

    def _tell(self, topic: str, typist: Typist) -> None:
        fields = {"topic": topic, "account": typist.account, "name": typist.name}
        frame = event_frame("typing", orjson.dumps(fields))
        for socket in list(self._local.audience(topic)):
            session: Session = socket.session
            if session.account != typist.account and session.account not in typist.apart:
                socket.send(frame)

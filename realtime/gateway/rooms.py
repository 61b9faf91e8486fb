"""The room commands: read pages, move the read pointers."""

from __future__ import annotations

from datetime import datetime

from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.engine import Socket
from realtime.fanout.commit import Committer
from realtime.gateway.authority import authorised
from realtime.gateway.dispatch import Route
from realtime.journal import Changed, heads
from realtime.members.rights import Rights
from realtime.rooms import access, actions
from realtime.wire.messages import ConversationsAsked, HistoryAsked
from realtime.wire.sync import ReadAsked

Answer = dict[str, object]


class RoomCommands:
    """One method per command: authorise, act, answer."""

    def __init__(self, db: Database, committer: Committer, rights: Rights, clock: Clock) -> None:
        self._db = db
        self._committer = committer
        self._rights = rights
        self._clock = clock

    def routes(self) -> dict[str, Route]:
        return {
            "conversations": Route(self.conversations, "page"),
            "history": Route(self.history, "page"),
            "read": Route(self.read, "read"),
        }

    async def conversations(self, socket: Socket, asked: ConversationsAsked) -> Answer:
        def read(tx: Tx, now: datetime) -> Answer:
            member = authorised(tx, socket.session, now)
            return actions.conversations(tx, member, self._rights, asked, now)

        return await self._db.read(read, self._clock.now())

    async def history(self, socket: Socket, asked: HistoryAsked) -> Answer:
        def read(tx: Tx, now: datetime) -> Answer:
            member = authorised(tx, socket.session, now)
            return actions.history(tx, member, self._rights, asked, now)

        return await self._db.read(read, self._clock.now())

    async def read(self, socket: Socket, asked: ReadAsked) -> Answer:
        def write(tx: Tx, now: datetime) -> Changed[None]:
            member = authorised(tx, socket.session, now)
            followed = {one.topic for one in access.followed(tx, member, self._rights, now)}
            positions = {t: (p[0], p[1]) for t, p in asked.positions.items() if t in followed}
            tops = heads(tx, list(positions))
            return actions.mark_read(tx, member, positions, tops)

        await self._committer.commit(write)
        return {}

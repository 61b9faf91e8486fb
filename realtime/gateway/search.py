"""The search command."""

from __future__ import annotations

from datetime import datetime

from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.engine import Socket
from realtime.gateway.authority import authorised
from realtime.gateway.dispatch import Route
from realtime.members.rights import Rights
from realtime.rooms.search import actions
from realtime.wire.search import SearchAsked


class SearchCommands:
    """One method per command: authorise, act, answer."""

    def __init__(self, db: Database, rights: Rights, clock: Clock) -> None:
        self._db = db
        self._rights = rights
        self._clock = clock

    def routes(self) -> dict[str, Route]:
        return {"search": Route(self.search, "page")}

    async def search(self, socket: Socket, asked: SearchAsked) -> dict[str, object]:
        def read(tx: Tx, now: datetime) -> dict[str, object]:
            member = authorised(tx, socket.session, now)
            return actions.search(tx, member, self._rights, asked, now)

        return await self._db.read(read, self._clock.now())

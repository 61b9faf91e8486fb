"""The search command."""

from __future__ import annotations

from datetime import datetime

from realtime.db import Tx
from realtime.engine import Socket
from realtime.gateway.authority import Authority
from realtime.gateway.dispatch import Route
from realtime.members.model import Member
from realtime.members.rights import Rights
from realtime.rooms.search import actions
from realtime.wire.search import SearchAsked


class SearchCommands:
    """One method per command: authorise, act, answer."""

    def __init__(self, authority: Authority, rights: Rights) -> None:
        self._authority = authority
        self._rights = rights

    def routes(self) -> dict[str, Route]:
        return {"search": Route(self.search, "page")}

    async def search(self, socket: Socket, asked: SearchAsked) -> dict[str, object]:
        def read(tx: Tx, member: Member, now: datetime) -> dict[str, object]:
            return actions.search(tx, member, self._rights, asked, now)

        return await self._authority.read(socket, read)

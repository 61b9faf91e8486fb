"""The room commands: read pages, move the read pointers."""

from __future__ import annotations

from datetime import datetime

from realtime.db import Tx
from realtime.engine import Socket
from realtime.gateway.authority import Authority
from realtime.gateway.dispatch import Route
from realtime.journal import Changed, heads
from realtime.members.model import Member
from realtime.members.rights import Rights
from realtime.rooms import access, actions
from realtime.wire.messages import ConversationsAsked, HistoryAsked
from realtime.wire.sync import ReadAsked

Answer = dict[str, object]


class RoomCommands:
    """One method per command: authorise, act, answer."""

    def __init__(self, authority: Authority, rights: Rights) -> None:
        self._authority = authority
        self._rights = rights

    def routes(self) -> dict[str, Route]:
        return {
            "conversations": Route(self.conversations, "page"),
            "history": Route(self.history, "page"),
            "read": Route(self.read, "read"),
        }

    async def conversations(self, socket: Socket, asked: ConversationsAsked) -> Answer:
        def read(tx: Tx, member: Member, now: datetime) -> Answer:
            return actions.conversations(tx, member, self._rights, asked, now)

        return await self._authority.read(socket, read)

    async def history(self, socket: Socket, asked: HistoryAsked) -> Answer:
        def read(tx: Tx, member: Member, now: datetime) -> Answer:
            return actions.history(tx, member, self._rights, asked, now)

        return await self._authority.read(socket, read)

    async def read(self, socket: Socket, asked: ReadAsked) -> Answer:
        def write(tx: Tx, member: Member, now: datetime) -> Changed[None]:
            followed = {one.topic for one in access.followed(tx, member, self._rights, now)}
            positions = {t: (p[0], p[1]) for t, p in asked.positions.items() if t in followed}
            tops = heads(tx, list(positions))
            return actions.mark_read(tx, member, positions, tops)

        await self._authority.write(socket, write)
        return {}

"""What an open page showed does not ring on its own device."""

from __future__ import annotations

from datetime import datetime

from realtime.db import Tx
from realtime.engine import Socket
from realtime.gateway.authority import Authority
from realtime.gateway.dispatch import Route
from realtime.journal import Changed
from realtime.members.model import Member
from realtime.push.reach import note_page_showed
from realtime.wire.phones import PushSeen


class PhoneCommands:
    """`push.seen`."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority

    def routes(self) -> dict[str, Route]:
        return {"push.seen": Route(self.seen, "read")}

    async def seen(self, socket: Socket, asked: PushSeen) -> dict[str, object]:
        def write(tx: Tx, member: Member, now: datetime) -> Changed[None]:
            note_page_showed(tx, member.account, asked.device, asked.subjects, now)
            return Changed(None)

        await self._authority.write(socket, write)
        return {}

"""What an open page showed does not ring on its own device."""

from __future__ import annotations

from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.engine import Socket
from realtime.gateway.authority import authorised
from realtime.gateway.dispatch import Route
from realtime.push.reach import note_page_showed
from realtime.wire.phones import PushSeen


class PhoneCommands:
    """`push.seen`."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def routes(self) -> dict[str, Route]:
        return {"push.seen": Route(self.seen, "read")}

    async def seen(self, socket: Socket, asked: PushSeen) -> dict[str, object]:
        def write(tx: Tx) -> None:
            now = self._clock.now()
            member = authorised(tx, socket.session, now)
            note_page_showed(tx, member.account, asked.device, asked.subjects, now)

        await self._db.write(write)
        return {}

"""The commands of an organisation's staff."""

from __future__ import annotations

import asyncio
from datetime import datetime

from realtime.announcements import actions
from realtime.announcements.model import House
from realtime.announcements.territory import cells_within
from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.engine import Socket
from realtime.fanout.commit import Committer
from realtime.gateway.authority import authorised
from realtime.gateway.dispatch import Route
from realtime.journal import Changed
from realtime.members.keys import digest_of, once
from realtime.members.rights import Rights
from realtime.wire.announcements import AnnouncementById, AnnouncementPublish, AnnouncementsAsked

Answer = dict[str, object]


class AnnouncementCommands:
    """One method per command: authorise, act, answer."""

    def __init__(self, db: Database, committer: Committer, rights: Rights, clock: Clock) -> None:
        self._db = db
        self._committer = committer
        self._rights = rights
        self._clock = clock

    def routes(self) -> dict[str, Route]:
        return {
            "announcement.publish": Route(self.publish, "announcement"),
            "announcement.withdraw": Route(self.withdraw, "edit"),
            "announcements": Route(self.list_mine, "page"),
        }

    async def publish(self, socket: Socket, asked: AnnouncementPublish) -> Answer:
        digest = digest_of(asked.model_dump_json().encode())

        def find(tx: Tx, now: datetime) -> House:
            member = authorised(tx, socket.session, now)
            return actions.require_house(tx, member, self._rights, now)

        house = await self._db.read(find, self._clock.now())
        cells = await asyncio.to_thread(cells_within, house, asked.area)

        def write(tx: Tx, now: datetime) -> Changed[Answer]:
            member = authorised(tx, socket.session, now)

            def act() -> Changed[str]:
                return actions.publish(tx, member, self._rights, asked, cells, now)

            command = "announcement.publish"
            changed = once(tx, member.account, command, asked.key, digest, act, now)
            return Changed({"announcement": actions.render_one(tx, changed.value)}, changed.events)

        return (await self._committer.commit(write)).value

    async def withdraw(self, socket: Socket, asked: AnnouncementById) -> Answer:
        def write(tx: Tx, now: datetime) -> Changed[Answer]:
            member = authorised(tx, socket.session, now)
            changed = actions.withdraw(tx, member, self._rights, asked.id, now)
            return Changed({"announcement": actions.render_one(tx, changed.value)}, changed.events)

        return (await self._committer.commit(write)).value

    async def list_mine(self, socket: Socket, asked: AnnouncementsAsked) -> Answer:
        def read(tx: Tx, now: datetime) -> Answer:
            member = authorised(tx, socket.session, now)
            return {"announcements": actions.list_mine(tx, member, self._rights, now)}

        return await self._db.read(read, self._clock.now())

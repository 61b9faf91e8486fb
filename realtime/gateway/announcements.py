"""The commands of an organisation's staff."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from realtime.announcements import actions
from realtime.announcements.model import House
from realtime.announcements.territory import cells_within
from realtime.db import Tx
from realtime.engine import Socket
from realtime.gateway.authority import Authority
from realtime.gateway.dispatch import Route
from realtime.geo.aside import Aside
from realtime.journal import Changed
from realtime.members.keys import digest_of, once
from realtime.members.model import Member
from realtime.members.rights import Rights
from realtime.wire.announcements import AnnouncementById, AnnouncementPublish, AnnouncementsAsked

Answer = dict[str, object]


class AnnouncementCommands:
    """One method per command: authorise, act, answer."""

    def __init__(self, authority: Authority, rights: Rights, aside: Aside) -> None:
        self._authority = authority
        self._rights = rights
        self._aside = aside

    def routes(self) -> dict[str, Route]:
        return {
            "announcement.publish": Route(self.publish, "announcement"),
            "announcement.withdraw": Route(self.withdraw, "edit"),
            "announcements": Route(self.list_mine, "page"),
        }

    async def publish(self, socket: Socket, asked: AnnouncementPublish) -> Answer:
        digest = digest_of(asked.model_dump_json().encode())

        def find(tx: Tx, member: Member, now: datetime) -> House:
            return actions.require_house(tx, member, self._rights, now)

        house = await self._authority.read(socket, find)
        cells = house.cells
        if asked.area is not None:
            cells = await self._aside.run(partial(cells_within, house, asked.area))

        def write(tx: Tx, member: Member, now: datetime) -> Changed[Answer]:

            def act() -> Changed[str]:
                return actions.publish(tx, member, self._rights, asked, cells, now)

            command = "announcement.publish"
            changed = once(tx, member.account, command, asked.key, digest, act, now)
            return Changed({"announcement": actions.render_one(tx, changed.value)}, changed.events)

        return (await self._authority.write(socket, write)).value

    async def withdraw(self, socket: Socket, asked: AnnouncementById) -> Answer:
        def write(tx: Tx, member: Member, now: datetime) -> Changed[Answer]:
            changed = actions.withdraw(tx, member, self._rights, asked.id, now)
            return Changed({"announcement": actions.render_one(tx, changed.value)}, changed.events)

        return (await self._authority.write(socket, write)).value

    async def list_mine(self, socket: Socket, asked: AnnouncementsAsked) -> Answer:
        def read(tx: Tx, member: Member, now: datetime) -> Answer:
            return {"announcements": actions.list_mine(tx, member, self._rights, now)}

        return await self._authority.read(socket, read)

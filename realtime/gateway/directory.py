"""The commands of the directory: look around, say something of oneself, welcome a newcomer."""

from __future__ import annotations

from datetime import datetime

from realtime.alerts.pets.actions import render_shown
from realtime.db import Tx
from realtime.engine import Socket
from realtime.gateway.authority import Authority
from realtime.gateway.dispatch import Route
from realtime.journal import Changed
from realtime.members.directory import actions
from realtime.members.directory.store import find_listing
from realtime.members.model import Member
from realtime.members.rights import Rights
from realtime.wire.directory import (
    ArrivalsAsked,
    DirectoryAsked,
    ListingAsked,
    ListingSet,
    Welcome,
)

Answer = dict[str, object]


class DirectoryCommands:
    """One method per command: authorise, act, answer."""

    def __init__(self, authority: Authority, rights: Rights) -> None:
        self._authority = authority
        self._rights = rights

    def routes(self) -> dict[str, Route]:
        return {
            "directory": Route(self.directory, "page"),
            "listing.get": Route(self.get, "list"),
            "listing.set": Route(self.set, "prefs"),
            "arrivals": Route(self.arrivals, "list"),
            "member.welcome": Route(self.welcome, "edit"),
        }

    async def directory(self, socket: Socket, asked: DirectoryAsked) -> Answer:
        def read(tx: Tx, member: Member, now: datetime) -> Answer:
            found, more = actions.page(tx, member, self._rights, asked, now)
            pets = render_shown(tx, [one.account for one in found if one.shows_pets])
            return {"members": actions.render_neighbours(found, pets), "more": more}

        return await self._authority.read(socket, read)

    async def get(self, socket: Socket, asked: ListingAsked) -> Answer:
        def read(tx: Tx, member: Member, now: datetime) -> Answer:
            return {"listing": actions.render_listing(find_listing(tx, member.account))}

        return await self._authority.read(socket, read)

    async def set(self, socket: Socket, asked: ListingSet) -> Answer:
        def write(tx: Tx, member: Member, now: datetime) -> Changed[Answer]:
            changed = actions.change_listing(tx, member, asked)
            return Changed({"listing": actions.render_listing(changed.value)}, changed.events)

        return (await self._authority.write(socket, write)).value

    async def arrivals(self, socket: Socket, asked: ArrivalsAsked) -> Answer:
        def read(tx: Tx, member: Member, now: datetime) -> Answer:
            return {"arrivals": actions.arrivals(tx, member, self._rights, now)}

        return await self._authority.read(socket, read)

    async def welcome(self, socket: Socket, asked: Welcome) -> Answer:
        def write(tx: Tx, member: Member, now: datetime) -> Changed[None]:
            return actions.welcome(tx, member, self._rights, asked.account, now)

        await self._authority.write(socket, write)
        return {}

"""The commands of pet cards."""

from __future__ import annotations

from datetime import datetime

from realtime.alerts.pets import actions
from realtime.db import Tx
from realtime.engine import Socket
from realtime.errors import Refused
from realtime.gateway.authority import Authority
from realtime.gateway.dispatch import Route
from realtime.journal import Changed
from realtime.members.keys import digest_of, once
from realtime.members.model import Member
from realtime.members.rights import Rights
from realtime.wire.pets import PetById, PetsAsked, PetSave

Answer = dict[str, object]


class PetCommands:
    """One method per command: authorise, act, answer."""

    def __init__(self, authority: Authority, rights: Rights) -> None:
        self._authority = authority
        self._rights = rights

    def routes(self) -> dict[str, Route]:
        return {
            "pets": Route(self.list_mine, "page"),
            "pet.save": Route(self.save, "edit"),
            "pet.delete": Route(self.delete, "edit"),
        }

    async def list_mine(self, socket: Socket, asked: PetsAsked) -> Answer:
        def read(tx: Tx, member: Member, now: datetime) -> Answer:
            return {"pets": actions.render_cards(tx, member)}

        return await self._authority.read(socket, read)

    async def save(self, socket: Socket, asked: PetSave) -> Answer:
        digest = digest_of(asked.model_dump_json(by_alias=True).encode())

        def write(tx: Tx, member: Member, now: datetime) -> Changed[Answer]:

            def act() -> Changed[str]:
                return actions.save(tx, member, self._rights, asked, now)

            card = once(tx, member.account, "pet.save", asked.key, digest, act, now).value
            for pet in actions.render_cards(tx, member):
                if pet["id"] == card:
                    return Changed({"pet": pet})
            raise Refused("not_found")

        return (await self._authority.write(socket, write)).value

    async def delete(self, socket: Socket, asked: PetById) -> Answer:
        def write(tx: Tx, member: Member, now: datetime) -> Changed[None]:
            return actions.delete(tx, member, asked.id)

        await self._authority.write(socket, write)
        return {}

"""The commands of pet cards."""

from __future__ import annotations

from datetime import datetime

from realtime.alerts.pets import actions
from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.engine import Socket
from realtime.errors import Refused
from realtime.fanout.commit import Committer
from realtime.gateway.authority import authorised
from realtime.gateway.dispatch import Route
from realtime.journal import Changed
from realtime.members.keys import digest_of, once
from realtime.members.rights import Rights
from realtime.wire.pets import PetById, PetsAsked, PetSave

Answer = dict[str, object]


class PetCommands:
    """One method per command: authorise, act, answer."""

    def __init__(self, db: Database, committer: Committer, rights: Rights, clock: Clock) -> None:
        self._db = db
        self._committer = committer
        self._rights = rights
        self._clock = clock

    def routes(self) -> dict[str, Route]:
        return {
            "pets": Route(self.list_mine, "page"),
            "pet.save": Route(self.save, "edit"),
            "pet.delete": Route(self.delete, "edit"),
        }

    async def list_mine(self, socket: Socket, asked: PetsAsked) -> Answer:
        def read(tx: Tx, now: datetime) -> Answer:
            return {"pets": actions.render_cards(tx, authorised(tx, socket.session, now))}

        return await self._db.read(read, self._clock.now())

    async def save(self, socket: Socket, asked: PetSave) -> Answer:
        digest = digest_of(asked.model_dump_json(by_alias=True).encode())

        def write(tx: Tx, now: datetime) -> Changed[Answer]:
            member = authorised(tx, socket.session, now)

            def act() -> Changed[str]:
                return actions.save(tx, member, self._rights, asked, now)

            card = once(tx, member.account, "pet.save", asked.key, digest, act, now).value
            for pet in actions.render_cards(tx, member):
                if pet["id"] == card:
                    return Changed({"pet": pet})
            raise Refused("not_found")

        return (await self._committer.commit(write)).value

    async def delete(self, socket: Socket, asked: PetById) -> Answer:
        def write(tx: Tx, now: datetime) -> Changed[None]:
            return actions.delete(tx, authorised(tx, socket.session, now), asked.id)

        await self._committer.commit(write)
        return {}

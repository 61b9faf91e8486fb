"""The commands of direct threads and blocks. An alert puts two members in touch here."""

from __future__ import annotations

from datetime import datetime

from realtime.alerts.relay import other_side
from realtime.db import Tx
from realtime.engine import Socket
from realtime.errors import Refused
from realtime.gateway.authority import Authority
from realtime.gateway.dispatch import Route
from realtime.journal import Changed
from realtime.members.blocks import actions as blocks
from realtime.members.keys import digest_of, once
from realtime.members.model import Member
from realtime.members.rights import Rights
from realtime.rooms.direct import actions, reading
from realtime.wire.direct import BlockAsked, BlocksAsked, DirectByTopic, DirectOpen, DirectsAsked

Answer = dict[str, object]


class DirectCommands:
    """One method per command: authorise, act, answer."""

    def __init__(self, authority: Authority, rights: Rights) -> None:
        self._authority = authority
        self._rights = rights

    def routes(self) -> dict[str, Route]:
        return {
            "direct.open": Route(self.open, "edit"),
            "direct.accept": Route(self.accept, "edit"),
            "direct.decline": Route(self.decline, "edit"),
            "directs": Route(self.directs, "list"),
            "block": Route(self.block, "edit"),
            "unblock": Route(self.unblock, "edit"),
            "blocks": Route(self.blocks, "list"),
        }

    async def open(self, socket: Socket, asked: DirectOpen) -> Answer:
        digest = digest_of(asked.model_dump_json().encode())

        def write(tx: Tx, member: Member, now: datetime) -> Changed[Answer]:

            def act() -> Changed[str]:
                return self._open(tx, member, asked, now)

            changed = once(tx, member.account, "direct.open", asked.key, digest, act, now)
            # The same key after a block: the thread is not there.
            thread = reading.get_thread(tx, member, self._rights, changed.value, now)
            direct = reading.render_thread(tx, member.account, thread)
            return Changed({"topic": thread.topic, "direct": direct}, changed.events)

        return (await self._authority.write(socket, write)).value

    def _open(self, tx: Tx, member: Member, asked: DirectOpen, now: datetime) -> Changed[str]:
        account = asked.account
        if asked.alert is not None:
            account = other_side(tx, member, self._rights, asked.alert, asked.account, now)
        if account is None:
            raise Refused("not_found")
        return actions.open_thread(tx, member, self._rights, account, now, alert=asked.alert)

    async def accept(self, socket: Socket, asked: DirectByTopic) -> Answer:
        def write(tx: Tx, member: Member, now: datetime) -> Changed[Answer]:
            changed = actions.accept(tx, member, self._rights, asked.topic, now)
            direct = reading.render_thread(tx, member.account, changed.value)
            return Changed({"direct": direct}, changed.events)

        return (await self._authority.write(socket, write)).value

    async def decline(self, socket: Socket, asked: DirectByTopic) -> Answer:
        def write(tx: Tx, member: Member, now: datetime) -> Changed[None]:
            return actions.decline(tx, member, self._rights, asked.topic, now)

        await self._authority.write(socket, write)
        return {}

    async def directs(self, socket: Socket, asked: DirectsAsked) -> Answer:
        def read(tx: Tx, member: Member, now: datetime) -> Answer:
            threads = reading.mine(tx, member, self._rights, now)
            return {"directs": reading.render_threads(tx, member.account, threads)}

        return await self._authority.read(socket, read)

    async def block(self, socket: Socket, asked: BlockAsked) -> Answer:
        return await self._set_apart(socket, asked.account, apart=True)

    async def unblock(self, socket: Socket, asked: BlockAsked) -> Answer:
        return await self._set_apart(socket, asked.account, apart=False)

    async def _set_apart(self, socket: Socket, account: str, *, apart: bool) -> Answer:
        """The block, and what it does to the thread of the two."""

        def write(tx: Tx, member: Member, now: datetime) -> Changed[None]:
            act = blocks.block if apart else blocks.unblock
            changed = act(tx, member, account)
            if not changed.value:
                return Changed(None)
            thread = actions.changed_between(tx, member.account, account)
            return Changed(None, [*changed.events, *thread])

        await self._authority.write(socket, write)
        return {}

    async def blocks(self, socket: Socket, asked: BlocksAsked) -> Answer:
        def read(tx: Tx, member: Member, now: datetime) -> Answer:
            return {"blocked": blocks.render_blocked(tx, member.account)}

        return await self._authority.read(socket, read)

"""The commands of groups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from realtime.db import Tx
from realtime.engine import Socket
from realtime.gateway.authority import Authority
from realtime.gateway.dispatch import Route
from realtime.journal import Changed
from realtime.members.keys import digest_of, once
from realtime.members.model import Member
from realtime.members.rights import Rights
from realtime.rooms.direct.reading import are_contacts
from realtime.rooms.groups import actions, reading, running
from realtime.wire.groups import (
    GroupAccount,
    GroupAnswer,
    GroupAppoint,
    GroupByTopic,
    GroupChange,
    GroupCreate,
    GroupLeave,
    GroupOpen,
    GroupsAsked,
)

Answer = dict[str, object]
# What a command does, given the member and the moment; it returns the group's topic.
Act = Callable[[Tx, Member, datetime], Changed[str]]


class GroupCommands:
    """One method per command: authorise, act, answer."""

    def __init__(self, authority: Authority, rights: Rights) -> None:
        self._authority = authority
        self._rights = rights

    def routes(self) -> dict[str, Route]:
        return {
            "group.create": Route(self.create, "group"),
            "groups": Route(self.groups, "list"),
            "group.open": Route(self.open, "list"),
            "group.join": Route(self.join, "group"),
            "group.leave": Route(self.leave, "edit"),
            "group.invite": Route(self.invite, "invite"),
            "group.answer": Route(self.answer, "edit"),
            "group.appoint": Route(self.appoint, "edit"),
            "group.remove": Route(self.remove, "edit"),
            "group.change": Route(self.change, "edit"),
        }

    async def create(self, socket: Socket, asked: GroupCreate) -> Answer:
        digest = digest_of(asked.model_dump_json().encode())

        def act(tx: Tx, member: Member, now: datetime) -> Changed[str]:
            def found() -> Changed[str]:
                return actions.create(tx, member, self._rights, asked, now)

            return once(tx, member.account, "group.create", asked.key, digest, found, now)

        return await self._change(socket, act)

    async def groups(self, socket: Socket, asked: GroupsAsked) -> Answer:
        def read(tx: Tx, member: Member, now: datetime) -> Answer:
            return reading.list_groups(tx, member, self._rights, asked, now)

        return await self._authority.read(socket, read)

    async def open(self, socket: Socket, asked: GroupOpen) -> Answer:
        def read(tx: Tx, member: Member, now: datetime) -> Answer:
            return reading.open_group(tx, member, self._rights, asked, now)

        return await self._authority.read(socket, read)

    async def join(self, socket: Socket, asked: GroupByTopic) -> Answer:
        return await self._change(
            socket,
            lambda tx, member, now: actions.join(tx, member, self._rights, asked.topic, now),
        )

    async def leave(self, socket: Socket, asked: GroupLeave) -> Answer:
        def write(tx: Tx, member: Member, now: datetime) -> Changed[None]:
            return actions.leave(tx, member, asked.topic, asked.heir, now)

        await self._authority.write(socket, write)
        return {}

    async def invite(self, socket: Socket, asked: GroupAccount) -> Answer:
        def write(tx: Tx, member: Member, now: datetime) -> Changed[None]:
            return actions.invite(
                tx,
                member,
                self._rights,
                asked.topic,
                asked.account,
                now,
                is_contact=are_contacts(tx, member.account, asked.account),
            )

        await self._authority.write(socket, write)
        return {}

    async def answer(self, socket: Socket, asked: GroupAnswer) -> Answer:
        return await self._change(
            socket,
            lambda tx, member, now: running.answer(
                tx, member, self._rights, asked.topic, asked.account, now, accept=asked.accept
            ),
        )

    async def appoint(self, socket: Socket, asked: GroupAppoint) -> Answer:
        return await self._change(
            socket,
            lambda tx, member, now: running.appoint(
                tx, member, self._rights, asked.topic, asked.account, asked.standing, now
            ),
        )

    async def remove(self, socket: Socket, asked: GroupAccount) -> Answer:
        return await self._change(
            socket,
            lambda tx, member, now: running.remove(
                tx, member, self._rights, asked.topic, asked.account, now
            ),
        )

    async def change(self, socket: Socket, asked: GroupChange) -> Answer:
        return await self._change(
            socket, lambda tx, member, now: running.change(tx, member, self._rights, asked, now)
        )

    async def _change(self, socket: Socket, act: Act) -> Answer:
        """An action on a group, answered with the group as it is then, to this member."""

        def write(tx: Tx, member: Member, now: datetime) -> Changed[Answer]:
            changed = act(tx, member, now)
            group, standing = reading.get_group(tx, member, self._rights, changed.value, now)
            return Changed({"group": reading.render_one(tx, group, standing)}, changed.events)

        return (await self._authority.write(socket, write)).value

"""The message commands: post, other words, take back, react."""

from __future__ import annotations

from datetime import datetime

from realtime.db import Tx
from realtime.engine import Socket
from realtime.errors import Refused
from realtime.gateway.authority import Authority
from realtime.gateway.dispatch import Route
from realtime.gateway.sessions import Session
from realtime.journal import Changed
from realtime.members.keys import digest_of, once
from realtime.members.model import Member
from realtime.members.rights import Rights
from realtime.rooms import actions, writing
from realtime.rooms.model import VIEWS
from realtime.rooms.rendering import render_message
from realtime.wire.messages import MessageById, MessageEdit, MessagePost, MessageReact

Answer = dict[str, object]


class MessageCommands:
    """One method per command: authorise, act, answer."""

    def __init__(self, authority: Authority, rights: Rights) -> None:
        self._authority = authority
        self._rights = rights

    def routes(self) -> dict[str, Route]:
        return {
            "message.post": Route(self.post, "message"),
            "message.edit": Route(self.edit, "edit"),
            "message.delete": Route(self.delete, "edit"),
            "message.react": Route(self.react, "edit"),
        }

    async def post(self, socket: Socket, asked: MessagePost) -> Answer:
        digest = digest_of(asked.model_dump_json(exclude_defaults=True).encode())

        def write(tx: Tx, member: Member, now: datetime) -> Changed[Answer | str]:
            changed = once(
                tx,
                member.account,
                "message.post",
                asked.key,
                digest,
                lambda: actions.post(tx, member, self._rights, asked, now),
                now,
            )
            if changed.events:
                return Changed(changed.value, changed.events)
            return Changed(_shown(tx, changed.value, member.account))

        committed = await self._authority.write(socket, write, _lane_of(socket.session, asked))
        if isinstance(committed.value, dict):
            return {"message": committed.value}
        # The event of this very message holds it, numbered and rendered.
        posted = next(event for event in committed.events if event.object_id == committed.value)
        return {"message": posted.fields["message"]}

    async def edit(self, socket: Socket, asked: MessageEdit) -> Answer:
        def write(tx: Tx, member: Member, now: datetime) -> Changed[Answer]:
            changed = writing.edit(tx, member, self._rights, asked, now)
            return Changed(_shown(tx, changed.value, member.account), changed.events)

        return {"message": (await self._authority.write(socket, write)).value}

    async def delete(self, socket: Socket, asked: MessageById) -> Answer:
        def write(tx: Tx, member: Member, now: datetime) -> Changed[None]:
            return writing.delete(tx, member, self._rights, asked.id, now)

        await self._authority.write(socket, write)
        return {}

    async def react(self, socket: Socket, asked: MessageReact) -> Answer:
        def write(tx: Tx, member: Member, now: datetime) -> Changed[Answer]:
            changed = writing.react(tx, member, self._rights, asked, now)
            return Changed(_shown(tx, changed.value, member.account), changed.events)

        return {"message": (await self._authority.write(socket, write)).value}


def _lane_of(session: Session, asked: MessagePost) -> str | None:
    """Those of a conversation, of a flat chat, or who open one at the same home go together. Who
    does not hear a flat chat is refused beside it: how long that takes tells nothing of it.
    """
    if asked.reply_to is not None:
        return asked.reply_to
    if asked.to in VIEWS:
        return f"{asked.to} {asked.home}"
    return asked.to if asked.to in session.keys else None


def _shown(tx: Tx, message_id: str, reader: str) -> Answer:
    found = render_message(tx, message_id, reader)
    if found is None:
        raise Refused("not_found")
    return found

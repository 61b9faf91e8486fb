"""The message commands: post, other words, take back, react."""

from __future__ import annotations

from datetime import datetime

from realtime.clock import Clock
from realtime.db import Tx
from realtime.engine import Socket
from realtime.errors import Refused
from realtime.fanout.commit import Committer
from realtime.gateway.authority import authorised
from realtime.gateway.dispatch import Route
from realtime.journal import Changed
from realtime.members.keys import digest_of, once
from realtime.members.rights import Rights
from realtime.rooms import actions, writing
from realtime.rooms.rendering import render_message
from realtime.wire.messages import MessageById, MessageEdit, MessagePost, MessageReact

Answer = dict[str, object]


class MessageCommands:
    """One method per command: authorise, act, answer."""

    def __init__(self, committer: Committer, rights: Rights, clock: Clock) -> None:
        self._committer = committer
        self._rights = rights
        self._clock = clock

    def routes(self) -> dict[str, Route]:
        return {
            "message.post": Route(self.post, "message"),
            "message.edit": Route(self.edit, "edit"),
            "message.delete": Route(self.delete, "edit"),
            "message.react": Route(self.react, "edit"),
        }

    async def post(self, socket: Socket, asked: MessagePost) -> Answer:
        digest = digest_of(asked.model_dump_json(exclude_defaults=True).encode())

        def write(tx: Tx, now: datetime) -> Changed[Answer | str]:
            member = authorised(tx, socket.session, now)
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

        committed = await self._committer.commit(write)
        if isinstance(committed.value, dict):
            return {"message": committed.value}
        # The event of this very message holds it, numbered and rendered.
        posted = next(event for event in committed.events if event.kind == "message.posted")
        return {"message": posted.fields["message"]}

    async def edit(self, socket: Socket, asked: MessageEdit) -> Answer:
        def write(tx: Tx, now: datetime) -> Changed[Answer]:
            member = authorised(tx, socket.session, now)
            changed = writing.edit(tx, member, self._rights, asked, now)
            return Changed(_shown(tx, changed.value, member.account), changed.events)

        return {"message": (await self._committer.commit(write)).value}

    async def delete(self, socket: Socket, asked: MessageById) -> Answer:
        def write(tx: Tx, now: datetime) -> Changed[None]:
            member = authorised(tx, socket.session, now)
            return writing.delete(tx, member, self._rights, asked.id, now)

        await self._committer.commit(write)
        return {}

    async def react(self, socket: Socket, asked: MessageReact) -> Answer:
        def write(tx: Tx, now: datetime) -> Changed[Answer]:
            member = authorised(tx, socket.session, now)
            changed = writing.react(tx, member, self._rights, asked, now)
            return Changed(_shown(tx, changed.value, member.account), changed.events)

        return {"message": (await self._committer.commit(write)).value}


def _shown(tx: Tx, message_id: str, reader: str) -> Answer:
    found = render_message(tx, message_id, reader)
    if found is None:
        raise Refused("not_found")
    return found

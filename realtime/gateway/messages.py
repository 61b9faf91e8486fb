"""The message commands: post, other words, take back, react."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from realtime.db import Tx
from realtime.engine import Socket
from realtime.errors import Refused
from realtime.fanout.commit import Committer
from realtime.fanout.lanes import Lanes
from realtime.gateway.authority import Authority, all_authorised
from realtime.gateway.dispatch import Route
from realtime.gateway.sessions import Session
from realtime.journal import Changed
from realtime.members.keys import digest_of, once_known
from realtime.members.model import Member
from realtime.members.rights import Rights
from realtime.members.store import Asking
from realtime.rooms import actions, writing
from realtime.rooms.model import VIEWS
from realtime.rooms.rendering import render_message
from realtime.wire.messages import MessageById, MessageEdit, MessagePost, MessageReact

Answer = dict[str, object]


@dataclass(frozen=True, slots=True)
class Posted:
    """New words, whose they are, and the digest of what was sent."""

    session: Session
    asked: MessagePost
    digest: bytes


class Facts(NamedTuple):
    """What all new words of a lane need to know, asked once: who is asking, by session and key, and
    the topics of the conversations they answer.
    """

    asking: Mapping[tuple[str, str], Asking]
    answered: Mapping[str, str]


class MessageCommands:
    """One method per command: authorise, act, answer. New words do it for all of their lane."""

    def __init__(self, authority: Authority, committer: Committer, rights: Rights) -> None:
        self._authority = authority
        self._lanes = Lanes(committer, self._look, self._post)
        self._rights = rights

    def routes(self) -> dict[str, Route]:
        return {
            "message.post": Route(self.post, "message"),
            "message.edit": Route(self.edit, "edit"),
            "message.delete": Route(self.delete, "edit"),
            "message.react": Route(self.react, "edit"),
        }

    async def close(self) -> None:
        """Finish what waits in lanes."""
        await self._lanes.close()

    async def post(self, socket: Socket, asked: MessagePost) -> Answer:
        session: Session = socket.session
        digest = digest_of(asked.model_dump_json(exclude_defaults=True).encode())
        posted = Posted(session, asked, digest)
        committed = await self._lanes.commit(_lane_of(session, asked), session.account, posted)
        if isinstance(committed.value, dict):
            return {"message": committed.value}
        # The event of this very message holds it, numbered and rendered.
        own = next(event for event in committed.events if event.object_id == committed.value)
        return {"message": own.fields["message"]}

    def _look(self, tx: Tx, all_posted: Sequence[Posted], now: datetime) -> Facts:
        asked = [(one.session, one.asked.key) for one in all_posted]
        return Facts(
            all_authorised(tx, "message.post", asked, now),
            actions.hold_answered(tx, [one.asked for one in all_posted]),
        )

    def _post(self, tx: Tx, facts: Facts, posted: Posted, now: datetime) -> Changed[Answer | str]:
        account, asked = posted.session.account, posted.asked
        asking = facts.asking.get((posted.session.session, asked.key))
        if asking is None:
            raise Refused("not_signed_in")
        changed = once_known(
            tx,
            account,
            "message.post",
            asked.key,
            posted.digest,
            lambda: actions.post(tx, asking.member, self._rights, asked, facts.answered, now),
            now,
            asking.earlier,
        )
        if changed.events:
            return Changed(changed.value, changed.events)
        return Changed(_shown(tx, changed.value, account))

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


def _lane_of(session: Session, asked: MessagePost) -> str:
    """Those of a conversation, of a flat chat, or who open one at the same home go together. Who
    does not hear a flat chat is refused beside it: how long that takes tells nothing of it.
    """
    if asked.reply_to is not None:
        return asked.reply_to
    if asked.to in VIEWS:
        return f"{asked.to} {asked.home}"
    return asked.to if asked.to in session.keys else session.account


def _shown(tx: Tx, message_id: str, reader: str) -> Answer:
    found = render_message(tx, message_id, reader)
    if found is None:
        raise Refused("not_found")
    return found

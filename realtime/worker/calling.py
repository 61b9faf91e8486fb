"""Whom a message calls: those it names, and the members of a group or thread who want that."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import cast
from urllib.parse import quote

from realtime.clock import from_millis
from realtime.db import Tx
from realtime.geo.cells import ring
from realtime.members.audience.store import list_hearing_all
from realtime.members.blocks.store import list_apart
from realtime.members.model import Member, short_name
from realtime.members.prefs import default_room, list_levels, list_wanting_all
from realtime.members.prefs.model import CHAT_KINDS, VIEWS, may_ring
from realtime.members.rights import Rights
from realtime.members.store import list_members
from realtime.push.delivering import Wanted
from realtime.push.model import Run
from realtime.push.payload import Content
from realtime.push.policy import Notice, Ring, Urgency
from realtime.push.ringing import Occasion
from realtime.rooms.access import may_read
from realtime.rooms.direct.store import find_thread
from realtime.rooms.groups.model import INSIDE
from realtime.rooms.groups.store import list_inside
from realtime.rooms.model import FLAT, Written, view_of
from realtime.rooms.store import find_written
from realtime.worker.meant import Meant
from realtime.worker.said import said_of_message

_LASTS = timedelta(hours=24)
_ROOMS = {
    "street": "rue",
    "neighbourhood": "voisinage",
    "direct": "messages",
    "group": "groupes",
}


def called_by(tx: Tx, message_id: str, rights: Rights, now: datetime) -> list[Meant]:
    """One occasion for each reason to ring: being named, a thread, a group, every word."""
    message = find_written(tx, message_id)
    if message is None or message.is_deleted:
        return []
    named = _wanting(tx, message, message.mentioned, rights, now, mentioned=True)
    found = [_meant(message, "mention", named)] if named else []
    view = view_of(message.topic)
    others = [one for one in _listening(tx, message) if one not in named]
    wanting = _wanting(tx, message, others, rights, now, mentioned=False)
    if wanting:
        found.append(_meant(message, view if view in FLAT else "message", wanting))
    return found


def still_called(
    tx: Tx, run: Run, accounts: Collection[str], rights: Rights, now: datetime
) -> set[str]:
    """Of those whom a message called, whom it calls now."""
    message = find_written(tx, run.subject)
    if message is None or message.is_deleted:
        return set()
    mentioned = run.kind == "mention"
    asked = [one for one in accounts if not mentioned or one in message.mentioned]
    return set(_wanting(tx, message, asked, rights, now, mentioned=mentioned))


def _listening(tx: Tx, message: Written) -> list[str]:
    """Who may want to be rung without being named: in the street, those who said so."""
    view, _, place = message.topic.partition(":")
    if view == "direct":
        thread = find_thread(tx, message.topic)
        return [] if thread is None else [thread.low, thread.high]
    if view == "group":
        return [one.account for one in list_inside(tx, place, INSIDE)]
    wanting = list_wanting_all(tx, message.conversation or message.id)
    return list(dict.fromkeys([*list_hearing_all(tx, ring(place)), *wanting]))


def _wanting(
    tx: Tx,
    message: Written,
    accounts: Collection[str],
    rights: Rights,
    now: datetime,
    *,
    mentioned: bool,
) -> list[str]:
    """Those who may read it, are not kept apart from its author, and did not mute the room."""
    apart = {message.author, *list_apart(tx, message.author)}
    asked = [one for one in accounts if one not in apart]
    places = (message.conversation or message.topic, *VIEWS)
    chosen = {room: list_levels(tx, room, asked) for room in places}
    usual = default_room(message.topic)
    members = {one.account: one for one in list_members(tx, asked)}

    def lets_ring(one: Member) -> bool:
        rooms = [chosen[room] for room in _rooms(message, one)]
        own = [levels[one.account] for levels in rooms if one.account in levels]
        return may_ring(own, usual, now, mentioned=mentioned)

    return [
        one
        for one in asked
        if one in members
        and lets_ring(members[one])
        and may_read(tx, members[one], rights, message.topic, now)
    ]


def _rooms(message: Written, member: Member) -> list[str]:
    """Where this member may have chosen something for it, the nearest first."""
    view = view_of(message.topic)
    if view in FLAT:
        return [message.topic]
    own = [message.conversation or message.topic, view]
    # Their street is the neighbourhood under another name.
    return [*own, "street"] if member.street_is_neighbourhood else own


def _meant(message: Written, kind: str, accounts: Sequence[str]) -> Meant:
    said_at = from_millis(message.at)
    urgency = cast(Urgency, CHAT_KINDS[kind])
    notice = Notice(kind=kind, family="chat", urgency=urgency, expires_at=said_at + _LASTS)
    view = view_of(message.topic)
    occasion = Occasion(
        kind=kind,
        subject=message.id,
        version=1,
        raised_at=said_at,
        notice=notice,
        ring=cast(Ring, "farther" if view in FLAT else view),
    )
    return Meant(occasion, accounts)


def wanted_of_message(tx: Tx, run: Run, now: datetime) -> Wanted | None:
    """Who wrote, never what; the newest of a conversation takes the place of those before."""
    message = find_written(tx, run.subject)
    if message is None or message.is_deleted:
        return None
    view = view_of(message.topic)
    place = quote(message.topic, safe="") if view in FLAT else message.conversation
    content = Content(
        words=said_of_message(
            view if run.kind == "message" else run.kind, short_name(message.author_name or "")
        ),
        path=f"/{_ROOMS[view]}/{place}",
        tag=f"c-{message.conversation or message.topic}",
        kind=run.kind,
        again=run.kind in ("mention", "direct"),
    )
    return Wanted(content, "high" if run.kind == "direct" else "normal")

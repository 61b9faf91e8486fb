"""What a message and a conversation are. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import orjson

from realtime.clock import millis_to_iso
from realtime.errors import Refused
from realtime.ids import ULID_PATTERN
from realtime.members.model import Member, neighbourhood_topics, short_name, street_topics
from realtime.members.rights import Act, Rights

VIEWS = ("street", "neighbourhood")
LAST_SHOWN = 2
UNREAD_COUNTED = 100
EDITED_WITHIN = timedelta(hours=24)
# Of a quoted message so much is shown.
QUOTED = 200
# Rooms without conversations: one chat each.
FLAT = ("group", "direct")

_CURSOR = re.compile(rf"([0-9]{{1,15}})\.({ULID_PATTERN.strip('^$')})")
_READ = {"street": Act.READ_STREET, "neighbourhood": Act.READ_NEIGHBOURHOOD}
_WRITE = {"street": Act.WRITE_STREET, "neighbourhood": Act.WRITE_NEIGHBOURHOOD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message. `conversation` is its opening message's id; None in a flat chat."""

    id: str
    topic: str
    conversation: str | None
    author: str
    text: str
    at: int
    version: int = 1
    quote: str | None = None
    mentions: Sequence[str] = ()
    photos: Sequence[object] = ()
    silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody is about to say. Photos are ids of the author's own."""

    text: str
    quote: str | None = None
    mentions: Sequence[str] = ()
    photos: Sequence[str] = ()
    silent: bool = False


class Written(NamedTuple):
    """A message as it stands now, with its author's present name: what is rendered."""

    id: str
    topic: str
    seq: int
    conversation: str | None
    author: str
    author_name: str | None
    author_level: str | None
    text: str
    at: int
    version: int
    edited_at: int | None
    deleted_at: int | None
    quote: str | None = None
    mentions: str | None = None
    photos: str | None = None
    reactions: str | None = None
    silent: bool = False

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def mentioned(self) -> list[str]:
        found: list[str] = orjson.loads(self.mentions) if self.mentions else []
        return found


class Activity(NamedTuple):
    """A conversation in the list of its view."""

    id: str
    topic: str
    replies: int
    last_at: int


class Cursor(NamedTuple):
    """Where a page of conversations ended: its last activity and, among equals, its id."""

    last_at: int
    id: str

    def text(self) -> str:
        return f"{self.last_at}.{self.id}"


def parse_cursor(text: str) -> Cursor:
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise Refused("invalid", field="before")
    return Cursor(int(found[1]), found[2])


def view_of(topic: str) -> str:
    return topic.partition(":")[0]


def require_reader(member: Member, rights: Rights, topic: str, now: datetime) -> None:
    """May this member read the room of that cell? Elsewhere reads as absent."""
    view = view_of(topic)
    if view not in VIEWS:
        raise Refused("not_found")
    rights.require(member, _READ[view], now)
    topics = street_topics(member) if view == "street" else neighbourhood_topics(member)
    if topic not in topics:
        raise Refused("not_found")


def require_writer(member: Member, rights: Rights, topic: str, now: datetime) -> None:
    """Whoever may read a conversation may answer it, once verified."""
    require_reader(member, rights, topic, now)
    rights.require(member, _WRITE[view_of(topic)], now)


def require_view(member: Member, rights: Rights, view: str, now: datetime) -> list[str]:
    """The topics of a view this member may read."""
    rights.require(member, _READ[view], now)
    return street_topics(member) if view == "street" else neighbourhood_topics(member)


def home_topic(member: Member, rights: Rights, view: str, now: datetime) -> str:
    """Where a conversation opened by this member lives."""
    rights.require(member, _WRITE[view], now)
    return member.street_topic if view == "street" else member.neighbourhood_topic


# An opening older than its reader may read: not deleted, and not shown.
WITHHELD: dict[str, object] = {"text": "", "quote": None, "mentions": [], "photos": []}


def name_in(topic: str, name: str | None) -> str:
    """How a member is called in a room: beyond the street by first name and initial."""
    if not name:
        return ""
    return name if view_of(topic) == "street" else short_name(name)


def author_of(written: Written) -> dict[str, object]:
    """The shape `wire.messages.Author`; who was erased has neither name nor level."""
    return {
        "account": written.author,
        "name": name_in(written.topic, written.author_name),
        "level": written.author_level or "none",
    }


def rendered(
    written: Written,
    quoted: Written | None = None,
    names: Mapping[str, str] | None = None,
    mine: Sequence[str] = (),
) -> dict[str, object]:
    """The shape `wire.messages.Message`. `names` are those of whom it mentions, in full."""
    deleted = written.is_deleted
    return {
        "id": written.id,
        "topic": written.topic,
        "seq": written.seq,
        "conversation": written.conversation,
        "author": author_of(written),
        "text": "" if deleted else written.text,
        "at": millis_to_iso(written.at),
        "version": written.version,
        "edited_at": None if written.edited_at is None else millis_to_iso(written.edited_at),
        "deleted": deleted,
        "quote": None if written.quote is None else _quote(written, quoted),
        "mentions": [
            {"account": account, "name": name_in(written.topic, names[account])}
            for account in written.mentioned
            if names and account in names
        ],
        "photos": orjson.loads(written.photos) if written.photos else [],
        "reactions": orjson.loads(written.reactions) if written.reactions else {},
        "mine": list(mine),
        "silent": bool(written.silent),
    }


def _quote(written: Written, quoted: Written | None) -> dict[str, object]:
    """The shape `wire.messages.Quote`; of a message that is gone, a tombstone."""
    if quoted is None:
        nobody = {"account": "", "name": "", "level": "none"}
        return {"id": written.quote, "author": nobody, "text": "", "deleted": True}
    text = "" if quoted.is_deleted else quoted.text
    return {
        "id": quoted.id,
        "author": author_of(quoted),
        "text": text if len(text) <= QUOTED else text[: QUOTED - 1] + "…",
        "deleted": quoted.is_deleted,
    }


def gone(message_id: str, topic: str, seq: int, at: int) -> dict[str, object]:
    """What is told of a message whose row is no more: it was, and is not."""
    nobody = Written(message_id, topic, seq, None, "", None, None, "", at, 1, None, at)
    return rendered(nobody)

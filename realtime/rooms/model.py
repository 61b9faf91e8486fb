"""What a message and a conversation are. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from realtime.clock import millis_to_iso
from realtime.errors import Refused
from realtime.ids import ULID_PATTERN
from realtime.members.model import Member, neighbourhood_topics, short_name, street_topics
from realtime.members.rights import Act, Rights

VIEWS = ("street", "neighbourhood")
LAST_SHOWN = 2
UNREAD_COUNTED = 100

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


class Activity(NamedTuple):
    """A conversation in the list of its view."""

    id: str
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


def rendered(written: Written) -> dict[str, object]:
    """The shape `wire.messages.Message`. Beyond the street a name is first name and initial."""
    name = written.author_name or ""
    if view_of(written.topic) != "street":
        name = short_name(name) if name else ""
    deleted = written.deleted_at is not None
    return {
        "id": written.id,
        "topic": written.topic,
        "seq": written.seq,
        "conversation": written.conversation,
        "author": {
            "account": written.author,
            "name": name,
            "level": written.author_level or "none",
        },
        "text": "" if deleted else written.text,
        "at": millis_to_iso(written.at),
        "version": written.version,
        "edited_at": None if written.edited_at is None else millis_to_iso(written.edited_at),
        "deleted": deleted,
    }

"""Search: what was asked, narrowed to the rooms the reader may read, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from realtime.clock import to_millis
from realtime.db import Tx
from realtime.errors import Refused
from realtime.ids import first_ulid, millis_of_ulid
from realtime.members.model import Member
from realtime.members.rights import Act, Rights
from realtime.rooms import access
from realtime.rooms.model import VIEWS, require_view
from realtime.rooms.rendering import Rendered, render_page
from realtime.rooms.search import store, words
from realtime.rooms.store import list_written, topic_of_conversation
from realtime.wire.search import SearchAsked

# Ids of a later day than any clock shows.
_END = "~"
# Clocks of two processes differ: a message may have been numbered a little after a younger one.
_SLACK = 100


def search(tx: Tx, member: Member, rights: Rights, asked: SearchAsked, now: datetime) -> Rendered:
    """The shape `SearchAck`: newest first."""
    rights.require(member, Act.READ_NEIGHBOURHOOD, now)
    groups: list[Sequence[str]] = [[word] for word in words.asked(asked.q)]
    if not groups:
        raise Refused("query_too_short")
    groups += _where(tx, member, rights, asked, now)
    if asked.from_ is not None:
        groups.append([words.of_author(asked.from_)])
    bounds, newest = _bounds(tx, asked, rights.reads_since(member, now), now)
    found = store.find(tx, groups, bounds, newest, asked.limit + 1)
    page = found[: asked.limit]
    written = {one.id: one for one in list_written(tx, page)} if page else {}
    return {
        "messages": render_page(
            tx, [written[own_id] for own_id in page if own_id in written], member.account
        ),
        "more": len(found) > asked.limit,
    }


def _where(
    tx: Tx, member: Member, rights: Rights, asked: SearchAsked, now: datetime
) -> list[Sequence[str]]:
    """The rooms to look in, as a group of words."""
    readable = access.readable_topics(tx, member, rights, now)
    if asked.in_ is None:
        topics = readable
    elif asked.in_ in VIEWS:
        topics = require_view(member, rights, asked.in_, now)
    elif ":" in asked.in_:
        topics = [topic for topic in readable if topic == asked.in_]
    else:
        topic = topic_of_conversation(tx, asked.in_)
        if topic is None or topic not in readable:
            raise Refused("not_found")
        return [[words.of_topic(topic)], [words.of_conversation(asked.in_)]]
    if not topics:
        raise Refused("not_found")
    return [[words.of_topic(topic) for topic in topics]]


def _bounds(
    tx: Tx, asked: SearchAsked, since: datetime | None, now: datetime
) -> tuple[store.Bounds, int]:
    """Between which messages to look, and when the last of them was written.

    A page ends before a message by its number: within a millisecond ids are in no order.
    """
    first = "" if since is None else first_ulid(since)
    if asked.before is None:
        return store.Bounds(2**53, first, _END), to_millis(now)
    if isinstance(asked.before, datetime):
        end = first_ulid(asked.before)
        last = store.find_last_number(tx, end) + _SLACK
        return store.Bounds(last, first, end), to_millis(asked.before)
    at = millis_of_ulid(asked.before)
    number = store.find_number(tx, asked.before)
    if number is None:
        last = store.find_last_number(tx, asked.before) + _SLACK
        return store.Bounds(last, first, asked.before), at
    return store.Bounds(number - 1, first, _END), at

"""Write and read in rooms: each action allows, changes, and returns the events that tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from realtime.clock import millis_to_iso, to_millis
from realtime.db import Tx
from realtime.errors import Refused
from realtime.ids import new_ulid
from realtime.journal import Changed, Event, Head
from realtime.members.model import Member
from realtime.members.rights import Rights
from realtime.rooms import store
from realtime.rooms.model import (
    LAST_SHOWN,
    VIEWS,
    Activity,
    Message,
    Written,
    home_topic,
    parse_cursor,
    rendered,
    require_reader,
    require_view,
    require_writer,
)
from realtime.wire.messages import ConversationsAsked, HistoryAsked, MessagePost

Rendered = dict[str, object]


def post(tx: Tx, member: Member, rights: Rights, asked: MessagePost, now: datetime) -> Changed[str]:
    """A new conversation in the member's own cell, or an answer in the conversation's. Its id."""
    if asked.reply_to is not None:
        return _answer(tx, member, rights, asked.reply_to, asked.text, now)
    if asked.to not in VIEWS:
        raise Refused("not_found")
    topic = home_topic(member, rights, asked.to, now)
    if asked.home is not None and asked.home != member.home:
        raise Refused("moved")
    return _open(tx, member, topic, asked.text, now)


def open_thread(tx: Tx, member: Member, topic: str, text: str, now: datetime) -> Changed[str]:
    """The conversation about an alert, in the cell of its place: raising it was the right to."""
    return _open(tx, member, topic, text, now)


def _open(tx: Tx, member: Member, topic: str, text: str, now: datetime) -> Changed[str]:
    opening = new_ulid(now)
    store.open_conversation(tx, opening, topic, to_millis(now))
    return _write(tx, member, opening, topic, opening, text, now)


def _answer(
    tx: Tx, member: Member, rights: Rights, conversation: str, text: str, now: datetime
) -> Changed[str]:
    topic = store.topic_of_conversation(tx, conversation)
    if topic is None:
        raise Refused("not_found")
    require_writer(member, rights, topic, now)
    store.touch_conversation(tx, conversation, to_millis(now))
    return _write(tx, member, new_ulid(now), topic, conversation, text, now)


def _write(
    tx: Tx, member: Member, own_id: str, topic: str, conversation: str, text: str, now: datetime
) -> Changed[str]:
    message = Message(
        id=own_id,
        topic=topic,
        conversation=conversation,
        author=member.account,
        text=text,
        at=to_millis(now),
    )
    store.add_message(tx, message)
    event = Event(topic, "message.posted", own_id, on_numbered=store.number_message)
    return Changed(own_id, [event])


def render_message(tx: Tx, message_id: str) -> Rendered:
    """One message as it stands now."""
    written = store.find_written(tx, message_id)
    if written is None:
        raise Refused("not_found")
    return rendered(written)


def conversations(
    tx: Tx, member: Member, rights: Rights, asked: ConversationsAsked, now: datetime
) -> Rendered:
    """The shape `ConversationsAck`."""
    topics = require_view(member, rights, asked.view, now)
    before = None if asked.before is None else parse_cursor(asked.before)
    since = _since(member, rights, now)
    found = store.list_active(tx, topics, before, since, asked.limit + 1)
    page = found[: asked.limit]
    more = len(found) > asked.limit
    openings = {w.id: w for w in store.list_written(tx, [activity.id for activity in page])}
    return {
        "conversations": [
            _summary(tx, activity, openings[activity.id], since) for activity in page
        ],
        "more": f"{page[-1].last_at}.{page[-1].id}" if more else None,
    }


def _summary(tx: Tx, activity: Activity, opening: Written, since: int) -> Rendered:
    answers = []
    if activity.replies:
        answers = store.list_last_answers(tx, activity.id, since, LAST_SHOWN)
    return {
        # An older opening stands as who and when: a visitor's card of it shows fresh answers only.
        "message": rendered(opening) | ({"text": ""} if opening.at < since else {}),
        "replies": activity.replies,
        "last": [rendered(answer) for answer in answers],
        "last_at": millis_to_iso(activity.last_at),
    }


def history(tx: Tx, member: Member, rights: Rights, asked: HistoryAsked, now: datetime) -> Rendered:
    """The shape `HistoryAck`."""
    if asked.conversation is None:
        raise Refused("not_found")
    topic = store.topic_of_conversation(tx, asked.conversation)
    if topic is None:
        raise Refused("not_found")
    require_reader(member, rights, topic, now)
    before = 2**53
    if asked.before is not None:
        written = store.find_written(tx, asked.before)
        if written is None or written.conversation != asked.conversation:
            raise Refused("not_found")
        before = written.seq
    since = _since(member, rights, now)
    found = store.list_history(tx, asked.conversation, before, since, asked.limit + 1)
    more = len(found) > asked.limit
    return {
        "messages": [rendered(written) for written in (found[1:] if more else found)],
        "more": more,
    }


def _since(member: Member, rights: Rights, now: datetime) -> int:
    since = rights.reads_since(member, now)
    return 0 if since is None else to_millis(since)


def mark_read(
    tx: Tx, member: Member, positions: Mapping[str, tuple[str, int]], heads: Mapping[str, Head]
) -> Changed[None]:
    """Move the pointers on, never past a head; other devices hear it on the account's topic.

    `heads` are those of the topics the member follows: others, and other epochs, are passed over.
    """
    moved = False
    for topic, (epoch, seq) in positions.items():
        head = heads.get(topic)
        if head is None or head.epoch != epoch:
            continue
        moved |= store.move_read(tx, member.account, topic, epoch, min(seq, head.seq))
    events = [Event(member.account_topic, "account.changed", member.account)] if moved else []
    return Changed(None, events)


def unread(
    tx: Tx, member: Member, rights: Rights, heads: Mapping[str, Head], now: datetime
) -> dict[str, tuple[int, int]]:
    """For each topic: the seq read, and how many messages of others stand after it."""
    pointers = store.list_read(tx, member.account)
    since = _since(member, rights, now)
    counted = {}
    for topic, head in heads.items():
        epoch, seq = pointers.get(topic, (head.epoch, 0))
        read = seq if epoch == head.epoch else 0
        has_messages = topic.partition(":")[0] in VIEWS
        waiting = (
            store.count_unread(tx, member.account, topic, read, since)
            if has_messages and read < head.seq
            else 0
        )
        counted[topic] = (read, waiting)
    return counted

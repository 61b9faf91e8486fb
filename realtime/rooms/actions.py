"""Write and read in rooms: each action allows, changes, and returns the events that tell of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from realtime.clock import millis_to_iso, to_millis
from realtime.db import Tx
from realtime.errors import Refused
from realtime.ids import new_ulid
from realtime.journal import Changed, Event, Head
from realtime.members.model import Member
from realtime.members.prefs import list_muted
from realtime.members.rights import Rights
from realtime.rooms import access, store
from realtime.rooms.model import (
    FLAT,
    LAST_SHOWN,
    VIEWS,
    WITHHELD,
    Activity,
    Draft,
    Written,
    gone,
    home_topic,
    parse_cursor,
    require_view,
    view_of,
)
from realtime.rooms.rendering import Rendered, render_page
from realtime.rooms.writing import write
from realtime.wire.messages import ConversationsAsked, HistoryAsked, MessagePost


def hold_answered(tx: Tx, posts: Sequence[MessagePost]) -> dict[str, str]:
    """The topics of the conversations that these answer, held until the end."""
    return store.hold_conversations(tx, {one.reply_to for one in posts if one.reply_to})


def post(
    tx: Tx,
    member: Member,
    rights: Rights,
    asked: MessagePost,
    answered: Mapping[str, str],
    now: datetime,
) -> Changed[str]:
    """A new conversation in the member's own cell, an answer in the conversation's, or words in a
    flat chat. Its id. `answered` is of `hold_answered`.
    """
    draft = Draft(
        text=asked.text,
        quote=asked.quote,
        mentions=asked.mentions,
        photos=asked.photos,
        silent=asked.silent,
    )
    if asked.reply_to is not None:
        topic = answered.get(asked.reply_to)
        if topic is None:
            raise Refused("not_found")
        return _answer(tx, member, rights, topic, asked.reply_to, draft, now)
    to = asked.to or ""
    if view_of(to) in FLAT:
        before = access.about_to_write(tx, member, rights, to, now)
        written = write(tx, member, rights, new_ulid(now), to, None, draft, now)
        return Changed(written.value, [*before, *written.events])
    if to not in VIEWS:
        raise Refused("not_found")
    topic = home_topic(member, rights, to, now)
    if asked.home is not None and asked.home != member.home:
        raise Refused("moved")
    return _open(tx, member, rights, topic, draft, now)


def open_thread(
    tx: Tx, member: Member, rights: Rights, topic: str, text: str, now: datetime
) -> Changed[str]:
    """The conversation about an alert, in the cell of its place: raising it was the right to."""
    return _open(tx, member, rights, topic, Draft(text=text), now)


def _open(
    tx: Tx, member: Member, rights: Rights, topic: str, draft: Draft, now: datetime
) -> Changed[str]:
    opening = new_ulid(now)
    store.open_conversation(tx, opening, topic, to_millis(now))
    return write(tx, member, rights, opening, topic, opening, draft, now)


def _answer(
    tx: Tx,
    member: Member,
    rights: Rights,
    topic: str,
    conversation: str,
    draft: Draft,
    now: datetime,
) -> Changed[str]:
    access.require_writer(tx, member, rights, topic, now)
    store.touch_conversation(tx, conversation, to_millis(now))
    return write(tx, member, rights, new_ulid(now), topic, conversation, draft, now)


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
    return {
        "conversations": _summaries(tx, member, page, since),
        "more": f"{page[-1].last_at}.{page[-1].id}" if more else None,
    }


def _summaries(
    tx: Tx, member: Member, page: Sequence[Activity], since: int
) -> list[dict[str, object]]:
    """Every message of the page is read first and rendered once."""
    openings = {one.id: one for one in store.list_written(tx, [activity.id for activity in page])}
    answers = {
        activity.id: store.list_last_answers(tx, activity.id, since, LAST_SHOWN)
        for activity in page
        if activity.replies
    }
    messages = [*openings.values(), *(one for last in answers.values() for one in last)]
    shown = {str(one["id"]): one for one in render_page(tx, messages, member.account)}
    return [
        {
            "message": _opening(openings.get(activity.id), activity, shown, since),
            "replies": activity.replies,
            "last": [shown[answer.id] for answer in answers.get(activity.id, ())],
            "last_at": millis_to_iso(activity.last_at),
        }
        for activity in page
    ]


def _opening(
    opening: Written | None, activity: Activity, shown: Mapping[str, Rendered], since: int
) -> Rendered:
    """An older opening stands as who and when: a visitor's card of it shows fresh answers only."""
    if opening is None:
        return gone(activity.id, activity.topic, 0, activity.last_at) | {
            "conversation": activity.id
        }
    return shown[opening.id] | (WITHHELD if opening.at < since else {})


def history(tx: Tx, member: Member, rights: Rights, asked: HistoryAsked, now: datetime) -> Rendered:
    """The shape `HistoryAck`."""
    topic = asked.topic
    if asked.conversation is not None:
        topic = store.topic_of_conversation(tx, asked.conversation)
    elif view_of(topic or "") not in FLAT:
        raise Refused("not_found")
    if topic is None:
        raise Refused("not_found")
    access.require_reader(tx, member, rights, topic, now)
    before = _seq_before(tx, topic, asked)
    since = 0 if view_of(topic) in FLAT else _since(member, rights, now)
    if asked.conversation is None:
        found = store.list_flat_history(tx, topic, before, since, asked.limit + 1)
    else:
        found = store.list_history(tx, asked.conversation, before, since, asked.limit + 1)
    more = len(found) > asked.limit
    return {
        "messages": render_page(tx, found[1:] if more else found, member.account),
        "more": more,
    }


def _seq_before(tx: Tx, topic: str, asked: HistoryAsked) -> int:
    """The seq that a page ends before. It must be of the same conversation or flat chat."""
    if asked.before is None:
        return 2**53
    written = store.find_written(tx, asked.before)
    if written is None or (written.topic, written.conversation) != (topic, asked.conversation):
        raise Refused("not_found")
    return written.seq


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
    events = [Event(member.account_topic, "read.moved", member.account)] if moved else []
    return Changed(None, events)


def unread(
    tx: Tx, member: Member, rights: Rights, heads: Mapping[str, Head], now: datetime
) -> dict[str, tuple[int, int]]:
    """For each topic: the seq read, and how many messages of others stand after it.

    A muted room counts none, and a muted conversation is left out of its room's.
    """
    pointers = store.list_read(tx, member.account)
    since = _since(member, rights, now)
    muted = list_muted(tx, member.account)
    conversations = [room for room in muted if ":" not in room and room not in VIEWS]
    read: dict[str, int] = {}
    asked = []
    for topic, head in heads.items():
        epoch, seq = pointers.get(topic, (head.epoch, 0))
        read[topic] = seq if epoch == head.epoch else 0
        view = view_of(topic)
        if view in (*VIEWS, *FLAT) and not muted & {view, topic} and read[topic] < head.seq:
            asked.append(store.Counts(topic, read[topic], 0 if view in FLAT else since))
    waiting = store.count_unread(tx, member.account, asked, conversations)
    return {topic: (read[topic], waiting.get(topic, 0)) for topic in heads}

"""Put words into a room, change them, take them back, react: each returns what to tell of it.

None of it but new words moves anybody's unread: a message keeps the number it was posted with.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from realtime.clock import to_millis
from realtime.db import Tx
from realtime.errors import Refused
from realtime.journal import Changed, Event
from realtime.members.blocks.store import list_apart
from realtime.members.model import Member
from realtime.members.rights import Rights
from realtime.members.store import list_members
from realtime.photos import store as photos
from realtime.rooms import access, ringing, store
from realtime.rooms.model import EDITED_WITHIN, Draft, Message, Written
from realtime.rooms.rendering import reaction_object
from realtime.rooms.search import store as index
from realtime.rooms.search import words
from realtime.wire.messages import MessageEdit, MessageReact


def write(
    tx: Tx,
    member: Member,
    rights: Rights,
    own_id: str,
    topic: str,
    conversation: str | None,
    draft: Draft,
    now: datetime,
) -> Changed[str]:
    """A new message in a room where the member may write: the caller asked. Its id."""
    if draft.quote is not None:
        _require_quotable(tx, draft.quote, topic, conversation)
    if draft.photos:
        photos.use(tx, member.account, draft.photos, own_id)
    message = Message(
        id=own_id,
        topic=topic,
        conversation=conversation,
        author=member.account,
        text=draft.text,
        at=to_millis(now),
        quote=draft.quote,
        mentions=_readers(tx, member, rights, topic, draft.mentions, now),
        photos=photos.list_used_by(tx, [own_id])[own_id] if draft.photos else (),
        silent=draft.silent,
    )
    index.add(tx, own_id, _found_by(topic, conversation, member.account, message.at, draft.text))
    ringing.ring_for(tx, message, now)

    def keep(tx: Tx, _: str, seq: int) -> None:
        store.add_message(tx, message, seq)

    return Changed(own_id, [Event(topic, "message.posted", own_id, on_numbered=keep)])


def _require_quotable(tx: Tx, quote: str, topic: str, conversation: str | None) -> None:
    """Whoever reads the one may read the other: only words of the same chat are quoted."""
    quoted = store.find_written(tx, quote)
    if quoted is None or (quoted.topic, quoted.conversation) != (topic, conversation):
        raise Refused("invalid", field="quote")


def _readers(
    tx: Tx, member: Member, rights: Rights, topic: str, named: Sequence[str], now: datetime
) -> list[str]:
    """Of those named, who may read the room and is not kept apart from the author.

    The others are passed over without a word: a block looks like somebody who is not there.
    """
    if not named:
        return []
    apart = list_apart(tx, member.account)
    known = {one.account: one for one in list_members(tx, named)}
    return [
        account
        for account in dict.fromkeys(named)
        if account in known
        and account != member.account
        and account not in apart
        and access.may_read(tx, known[account], rights, topic, now)
    ]


def _found_by(topic: str, conversation: str | None, author: str, at: int, text: str) -> list[str]:
    found = [*words.fold(text), words.of_topic(topic), words.of_author(author), words.of_week(at)]
    return found if conversation is None else [*found, words.of_conversation(conversation)]


def edit(tx: Tx, member: Member, rights: Rights, asked: MessageEdit, now: datetime) -> Changed[str]:
    """Other words, by their author, within a day. Saying the same again changes nothing."""
    written = _get_standing(tx, member, rights, asked.id, now)
    if written.author != member.account:
        raise Refused("not_author")
    access.require_writer(tx, member, rights, written.topic, now)
    if to_millis(now) - written.at > EDITED_WITHIN.total_seconds() * 1000:
        raise Refused("edited_too_late")
    mentions = _readers(tx, member, rights, written.topic, asked.mentions, now)
    if (asked.text, mentions) == (written.text, written.mentioned):
        return Changed(written.id)
    version = written.version + 1
    store.save_words(tx, written.id, asked.text, mentions, version, to_millis(now))
    found_by = _found_by(
        written.topic, written.conversation, written.author, written.at, asked.text
    )
    index.change(tx, written.id, found_by)
    return Changed(written.id, [Event(written.topic, "message.edited", written.id, version)])


def delete(tx: Tx, member: Member, rights: Rights, message_id: str, now: datetime) -> Changed[None]:
    """A tombstone. An author may always take words back, also from a room left since."""
    store.hold_message(tx, message_id)
    written = store.find_written(tx, message_id)
    if written is None:
        raise Refused("not_found")
    if written.author != member.account:
        access.require_reader(tx, member, rights, written.topic, now)
        if not access.may_moderate(tx, member, written.topic):
            raise Refused("not_author")
    if written.is_deleted:
        return Changed(None)
    version = written.version + 1
    store.bury(tx, written.id, version, to_millis(now))
    photos.forget_used_by(tx, [written.id])
    index.change(tx, written.id, [])
    return Changed(None, [Event(written.topic, "message.deleted", written.id, version)])


def react(
    tx: Tx, member: Member, rights: Rights, asked: MessageReact, now: datetime
) -> Changed[str]:
    """Give a reaction, or take it back. The counts are kept with the message."""
    written = _get_standing(tx, member, rights, asked.id, now)
    access.require_writer(tx, member, rights, written.topic, now)
    if asked.on:
        has_moved = store.add_reaction(
            tx, written.id, member.account, asked.reaction, to_millis(now)
        )
    else:
        has_moved = store.delete_reaction(tx, written.id, member.account, asked.reaction)
    if not has_moved:
        return Changed(written.id)
    store.save_reactions(tx, written.id, store.count_reactions(tx, written.id))
    about = reaction_object(written.id, member.account)
    return Changed(written.id, [Event(written.topic, "reaction.changed", about)])


def _get_standing(
    tx: Tx, member: Member, rights: Rights, message_id: str, now: datetime
) -> Written:
    """A message that the member may read and that was not taken back, held until the end."""
    store.hold_message(tx, message_id)
    written = store.find_written(tx, message_id)
    if written is None:
        raise Refused("not_found")
    access.require_reader(tx, member, rights, written.topic, now)
    if written.is_deleted:
        raise Refused("not_found")
    return written

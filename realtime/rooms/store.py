"""The SQL of rooms: one function per query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from realtime.db import Tx
from realtime.rooms.model import UNREAD_COUNTED, Activity, Cursor, Message, Written

_WRITTEN = """SELECT m.id, m.topic, m.seq, m.conversation, m.author, a.name, a.level, m.text, m.at,
           m.version, m.edited_at, m.deleted_at, m.quote, m.mentions, m.photos, m.reactions,
           m.silent
    FROM message m LEFT JOIN member a ON a.account = m.author"""


def belongs_anywhere(tx: Tx, account: str) -> bool:
    """Whether the account has any group or thread at all: 3 µs, where the two lists take 20."""
    return bool(
        tx.value(
            """SELECT EXISTS (SELECT 1 FROM group_member WHERE account = :account)
                   OR EXISTS (SELECT 1 FROM direct_thread WHERE low = :account)
                   OR EXISTS (SELECT 1 FROM direct_thread WHERE high = :account)""",
            account=account,
        )
    )


def add_message(tx: Tx, message: Message, seq: int) -> None:
    """With the journal's number: history goes by it long after the journal forgot."""
    tx.add(
        "message",
        id=message.id,
        topic=message.topic,
        seq=seq,
        conversation=message.conversation,
        author=message.author,
        text=message.text,
        at=message.at,
        version=message.version,
        quote=message.quote,
        mentions=_json(message.mentions),
        photos=_json(message.photos),
        silent=message.silent,
    )


def _json(value: Collection[object]) -> str | None:
    """None for what is empty: most messages carry nothing."""
    return orjson.dumps(value).decode() if value else None


def find_written(tx: Tx, message_id: str) -> Written | None:
    row = tx.find(f"{_WRITTEN} WHERE m.id = :id", id=message_id)
    return None if row is None else Written(*row)


def list_written(tx: Tx, ids: Collection[str]) -> list[Written]:
    return [Written(*row) for row in tx.all(f"{_WRITTEN} WHERE m.id IN :ids", ids=tuple(ids))]


def open_conversation(tx: Tx, conversation: str, topic: str, at: int) -> None:
    tx.add("conversation", id=conversation, topic=topic, last_at=at)


def hold_conversations(tx: Tx, conversations: Collection[str]) -> dict[str, str]:
    """The topics of those that exist, whose rows are held until the end: before any row of who
    writes in them, or two nodes would wait for each other.
    """
    if not conversations:
        return {}
    lock = "FOR UPDATE" if tx.dialect == "postgresql" else ""
    rows = tx.all(
        f"SELECT id, topic FROM conversation WHERE id IN :ids ORDER BY id {lock}",
        ids=tuple(conversations),
    )
    return {str(conversation): str(topic) for conversation, topic in rows}


def topic_of_conversation(tx: Tx, conversation: str) -> str | None:
    topic: str | None = tx.value("SELECT topic FROM conversation WHERE id = :id", id=conversation)
    return topic


def touch_conversation(tx: Tx, conversation: str, at: int) -> None:
    """One more answer. The last activity never moves back, whatever a clock says."""
    tx.later(
        """UPDATE conversation SET replies = replies + 1,
               last_at = CASE WHEN last_at > :at THEN last_at ELSE :at END
           WHERE id = :id""",
        at=at,
        id=conversation,
    )


def list_active(
    tx: Tx, topics: Sequence[str], before: Cursor | None, since: int, limit: int
) -> list[Activity]:
    """Conversations of these cells by last activity, from each cell's index."""
    one_cell = """SELECT * FROM (SELECT id, topic, replies, last_at FROM conversation
        WHERE topic = :topic_{} AND last_at >= :since AND (last_at, id) < (:last_at, :id)
        ORDER BY last_at DESC, id DESC LIMIT :limit) AS cell_{}"""
    cells = " UNION ALL ".join(one_cell.format(at, at) for at in range(len(topics)))
    rows = tx.all(
        f"{cells} ORDER BY last_at DESC, id DESC LIMIT :limit",
        since=since,
        last_at=2**53 if before is None else before.last_at,
        id="~" if before is None else before.id,
        limit=limit,
        **{f"topic_{at}": topic for at, topic in enumerate(topics)},
    )
    return [Activity(*row) for row in rows]


def list_last_answers(tx: Tx, conversation: str, since: int, limit: int) -> list[Written]:
    """The newest answers, oldest of them first."""
    rows = tx.all(
        f"""{_WRITTEN} WHERE m.conversation = :conversation AND m.id <> :conversation
              AND m.at >= :since
            ORDER BY m.seq DESC LIMIT :limit""",
        conversation=conversation,
        since=since,
        limit=limit,
    )
    return [Written(*row) for row in reversed(rows)]


def list_history(tx: Tx, conversation: str, before: int, since: int, limit: int) -> list[Written]:
    """The newest messages before a seq, oldest of them first."""
    rows = tx.all(
        f"""{_WRITTEN} WHERE m.conversation = :conversation AND m.seq < :before AND m.at >= :since
            ORDER BY m.seq DESC LIMIT :limit""",
        conversation=conversation,
        before=before,
        since=since,
        limit=limit,
    )
    return [Written(*row) for row in reversed(rows)]


def list_read(tx: Tx, account: str) -> dict[str, tuple[str, int]]:
    rows = tx.all(
        "SELECT topic, epoch, seq FROM read_pointer WHERE account = :account", account=account
    )
    return {topic: (epoch, seq) for topic, epoch, seq in rows}


def move_read(tx: Tx, account: str, topic: str, epoch: str, seq: int) -> bool:
    """True when the pointer moved on. It never moves back within an epoch."""
    changed = tx.run(
        """INSERT INTO read_pointer (account, topic, epoch, seq)
           VALUES (:account, :topic, :epoch, :seq)
           ON CONFLICT (account, topic) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq
           WHERE read_pointer.epoch <> excluded.epoch OR read_pointer.seq < excluded.seq""",
        account=account,
        topic=topic,
        epoch=epoch,
        seq=seq,
    )
    return changed > 0


class Counts(NamedTuple):
    """A topic to count in: messages after `read` that are not older than `since`."""

    topic: str
    read: int
    since: int


def count_unread(
    tx: Tx, account: str, asked: Sequence[Counts], muted: Collection[str]
) -> dict[str, int]:
    """Messages of others that still stand, counted to 100 for each topic; not in `muted`
    conversations.
    """
    if not asked:
        return {}
    params: dict[str, Any] = {"muted": tuple(muted)} if muted else {}
    for at, one in enumerate(asked):
        params |= {f"topic_{at}": one.topic, f"read_{at}": one.read, f"since_{at}": one.since}
    given = ", ".join(f"(:topic_{at}, :read_{at}, :since_{at})" for at in range(len(asked)))
    heard = "AND (conversation IS NULL OR conversation NOT IN :muted)" if muted else ""
    rows = tx.all(
        f"""WITH asked (topic, after, since) AS (VALUES {given})
            SELECT topic, (SELECT count(*) FROM (SELECT 1 FROM message m
               WHERE m.topic = asked.topic AND m.seq > asked.after AND m.at >= asked.since
                 AND author <> :account AND deleted_at IS NULL {heard} LIMIT :most) AS counted)
            FROM asked""",
        account=account,
        most=UNREAD_COUNTED,
        **params,
    )
    return dict(rows)


def hold_message(tx: Tx, message_id: str) -> None:
    """Until this transaction ends nobody else changes the message, nor reacts to it."""
    if tx.dialect == "postgresql":
        tx.find("SELECT 1 FROM message WHERE id = :id FOR UPDATE", id=message_id)


def save_words(
    tx: Tx, message_id: str, text: str, mentions: Sequence[str], version: int, at: int
) -> None:
    tx.run(
        """UPDATE message SET text = :text, mentions = :mentions, version = :version,
               edited_at = :at WHERE id = :id""",
        id=message_id,
        text=text,
        mentions=_json(mentions),
        version=version,
        at=at,
    )


def bury(tx: Tx, message_id: str, version: int, at: int) -> None:
    """The row stays, for its number; nothing that was said does."""
    tx.run("DELETE FROM reaction WHERE message = :id", id=message_id)
    tx.run(
        """UPDATE message SET text = '', quote = NULL, mentions = NULL, photos = NULL,
               reactions = NULL, version = :version, deleted_at = :at WHERE id = :id""",
        id=message_id,
        version=version,
        at=at,
    )


def add_reaction(tx: Tx, message_id: str, account: str, name: str, at: int) -> bool:
    """False when it stood already."""
    added = tx.run(
        """INSERT INTO reaction (message, account, name, at) VALUES (:id, :account, :name, :at)
           ON CONFLICT DO NOTHING""",
        id=message_id,
        account=account,
        name=name,
        at=at,
    )
    return added > 0


def delete_reaction(tx: Tx, message_id: str, account: str, name: str) -> bool:
    taken = tx.run(
        "DELETE FROM reaction WHERE message = :id AND account = :account AND name = :name",
        id=message_id,
        account=account,
        name=name,
    )
    return taken > 0


def count_reactions(tx: Tx, message_id: str) -> dict[str, int]:
    rows = tx.all(
        "SELECT name, count(*) FROM reaction WHERE message = :id GROUP BY name ORDER BY name",
        id=message_id,
    )
    return dict(rows)


def save_reactions(tx: Tx, message_id: str, counted: Mapping[str, int]) -> None:
    """The counts, where the message is read: a page of history counts nothing."""
    tx.run(
        "UPDATE message SET reactions = :reactions WHERE id = :id",
        id=message_id,
        reactions=_json(counted),
    )


def list_given(
    tx: Tx, accounts: Collection[str], messages: Collection[str]
) -> dict[tuple[str, str], list[str]]:
    """The reactions of each of these accounts to each of these messages."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for account, message_id, name in tx.all(
        """SELECT account, message, name FROM reaction
           WHERE account IN :accounts AND message IN :messages ORDER BY message, name""",
        accounts=tuple(accounts),
        messages=tuple(messages),
    ):
        found[account, message_id].append(name)
    return found


def list_flat_history(tx: Tx, topic: str, before: int, since: int, limit: int) -> list[Written]:
    """The newest messages of a flat chat before a seq, oldest of them first."""
    rows = tx.all(
        f"""{_WRITTEN} WHERE m.topic = :topic AND m.seq < :before AND m.seq > 0 AND m.at >= :since
            ORDER BY m.seq DESC LIMIT :limit""",
        topic=topic,
        before=before,
        since=since,
        limit=limit,
    )
    return [Written(*row) for row in reversed(rows)]

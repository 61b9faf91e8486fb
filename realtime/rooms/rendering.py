"""Messages as the wire tells them, a page at a time: each look-up is made once for all of it.

A message that quotes, mentions and shows nothing costs nothing but its row.
"""

from __future__ import annotations

from collections.abc import Sequence

from realtime.db import Tx
from realtime.journal import Numbered
from realtime.members.store import list_named
from realtime.rooms import store
from realtime.rooms.model import Written, gone, rendered

Rendered = dict[str, object]


def render_page(tx: Tx, page: Sequence[Written], reader: str | None = None) -> list[Rendered]:
    """The shape `wire.messages.Message` of each. Only a reader has reactions of their own."""
    quotes = {one.quote for one in page if one.quote is not None}
    quoted = {one.id: one for one in store.list_written(tx, sorted(quotes))} if quotes else {}
    mentioned = {account for one in page for account in one.mentioned}
    names = {account: named.name for account, named in list_named(tx, sorted(mentioned)).items()}
    reacted = [one.id for one in page if one.reactions] if reader is not None else []
    given = store.list_given(tx, [reader], reacted) if reader is not None and reacted else {}
    return [
        rendered(one, quoted.get(one.quote or ""), names, given.get((reader or "", one.id), ()))
        for one in page
    ]


def render_message(tx: Tx, message_id: str, reader: str | None = None) -> Rendered | None:
    """One message as it stands now; None when its row is gone."""
    written = store.find_written(tx, message_id)
    return None if written is None else render_page(tx, [written], reader)[0]


def render_told(tx: Tx, events: Sequence[Numbered]) -> list[Rendered]:
    """The message each event tells of. What was erased since is told as a tombstone: one lost row
    must not keep anybody from the rest.
    """
    page = store.list_written(tx, {event.object for event in events})
    shown = {one["id"]: one for one in render_page(tx, page)}
    return [
        shown.get(event.object) or gone(event.object, event.topic, event.seq, event.at)
        for event in events
    ]


def reaction_object(message_id: str, account: str) -> str:
    """What `reaction.changed` is about: a message, and whose reactions to it."""
    return f"{message_id}:{account}"


def render_reactions(tx: Tx, events: Sequence[Numbered]) -> list[Rendered]:
    """The fields of `wire.messages.ReactionChanged` for each."""
    about = [event.object.partition(":")[::2] for event in events]
    messages = {message_id for message_id, _ in about}
    shown = {one.id: rendered(one) for one in store.list_written(tx, messages)}
    given = store.list_given(tx, {account for _, account in about}, shown)
    return [
        {
            "id": message_id,
            "conversation": shown[message_id]["conversation"] if message_id in shown else None,
            "reactions": shown[message_id]["reactions"] if message_id in shown else {},
            "by": account,
            "given": given.get((account, message_id), []),
        }
        for message_id, account in about
    ]

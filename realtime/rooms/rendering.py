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
    mine = store.list_given(tx, reader, reacted) if reader is not None and reacted else {}
    return [rendered(one, quoted.get(one.quote or ""), names, mine.get(one.id, ())) for one in page]


def render_message(tx: Tx, message_id: str, reader: str | None = None) -> Rendered | None:
    """One message as it stands now; None when its row is gone."""
    written = store.find_written(tx, message_id)
    return None if written is None else render_page(tx, [written], reader)[0]


def render_told(tx: Tx, event: Numbered) -> Rendered:
    """The message an event tells of. What was erased since is told as a tombstone: one lost row
    must not keep anybody from the rest.
    """
    found = render_message(tx, event.object)
    return gone(event.object, event.topic, event.seq, event.at) if found is None else found


def reaction_object(message_id: str, account: str) -> str:
    """What `reaction.changed` is about: a message, and whose reactions to it."""
    return f"{message_id}:{account}"


def render_reaction(tx: Tx, event: Numbered) -> Rendered:
    """The fields of `wire.messages.ReactionChanged`."""
    message_id, _, account = event.object.partition(":")
    written = store.find_written(tx, message_id)
    given: dict[str, list[str]] = {}
    shown: Rendered = {}
    if written is not None:
        given = store.list_given(tx, account, [message_id])
        shown = rendered(written)
    return {
        "id": message_id,
        "conversation": shown.get("conversation"),
        "reactions": shown.get("reactions", {}),
        "by": account,
        "given": given.get(message_id, []),
    }

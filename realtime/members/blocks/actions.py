"""Block and unblock. Only the blocker's own devices hear of it."""

from __future__ import annotations

from realtime.db import Tx
from realtime.errors import Refused
from realtime.journal import Changed, Event
from realtime.members.blocks import store
from realtime.members.model import Member
from realtime.members.names import authors_of
from realtime.members.store import find_member


def block(tx: Tx, member: Member, account: str) -> Changed[bool]:
    """Whether anything changed."""
    if account == member.account or find_member(tx, account) is None:
        raise Refused("not_found")
    return _changed(member, store.add_block(tx, member.account, account))


def unblock(tx: Tx, member: Member, account: str) -> Changed[bool]:
    return _changed(member, store.delete_block(tx, member.account, account))


def _changed(member: Member, is_changed: bool) -> Changed[bool]:
    told = Event(member.account_topic, "block.changed", member.account)
    return Changed(is_changed, [told] if is_changed else [])


def render_blocked(tx: Tx, account: str) -> list[dict[str, object]]:
    """Whom the account blocks: the shape `wire.messages.Author` of each."""
    return list(authors_of(tx, store.list_blocked(tx, account)).values())

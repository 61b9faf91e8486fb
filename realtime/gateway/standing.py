"""What the database says of an account now: may it still be here, and what may it hear?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from realtime.accounts.store import list_open
from realtime.db import Tx
from realtime.fanout.local import key_of_ring
from realtime.fanout.rendering import Rendered, Rendering
from realtime.geo.cells import BLOCK
from realtime.journal import Head, heads, read_after, seq_before
from realtime.members.model import Followed, Member
from realtime.members.rights import Rights
from realtime.members.store import find_member
from realtime.rooms import access

# From being let into a group or thread to hearing it takes less than this.
LATELY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Standing:
    """An account and its topics. `lately` is what was just said in those it gained."""

    member: Member | None
    open_sessions: frozenset[str]
    followed: list[Followed] = field(default_factory=list)
    heads: dict[str, Head] = field(default_factory=dict)
    lately: list[Rendered] = field(default_factory=list)


def stand(
    tx: Tx,
    account: str,
    now: datetime,
    gained: frozenset[str],
    *,
    rights: Rights,
    rendering: Rendering,
) -> Standing:
    """As things stand in this transaction; `gained` are topics the account begins to hear."""
    member = find_member(tx, account)
    if member is None:
        return Standing(None, frozenset())
    followed = access.followed(tx, member, rights, now)
    tops = heads(tx, [one.topic for one in followed])
    positions = {
        topic: (tops[topic].epoch, seq_before(tx, tops[topic], now - LATELY))
        for topic in gained & tops.keys()
    }
    said = read_after(tx, positions, tops).events
    return Standing(
        member=member,
        open_sessions=frozenset(list_open(tx, account, now)),
        followed=followed,
        heads=tops,
        lately=rendering.render(tx, said, now),
    )


def keys_of(member: Member, followed: list[Followed]) -> tuple[str, ...]:
    """Where a socket stands in the local index: one key a ring, one a topic of its own."""
    views = {topic.view for topic in followed}
    keys = [t.topic for t in followed if t.view not in ("street", "neighbourhood")]
    if "street" in views:
        keys.append(key_of_ring("street", member.home_cell))
    if "neighbourhood" in views:
        keys.append(key_of_ring("neighbourhood", member.home_cell[:BLOCK]))
    return tuple(keys)

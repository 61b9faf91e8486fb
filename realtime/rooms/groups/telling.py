"""Who hears of a change in a group.

Two events tell it: one on the group's topic, the same for everybody in it, and one on the account
topic of each who comes, goes, or becomes something else; that one makes its sockets listen or stop.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from realtime.db import Tx
from realtime.journal import Event, heads
from realtime.rooms import store as rooms
from realtime.rooms.groups import store
from realtime.rooms.groups.model import Group


def let_in(tx: Tx, group: Group, account: str, now: datetime) -> list[Event]:
    """What was said before is not unread."""
    store.set_standing(tx, group.id, account, "member", now)
    head = heads(tx, [group.topic])[group.topic]
    rooms.move_read(tx, account, group.topic, head.epoch, head.seq)
    return told(tx, group, [account])


def told(tx: Tx, group: Group, accounts: Iterable[str]) -> list[Event]:
    """Saved, one version on; its members hear, and so do these accounts by name."""
    store.save_group(tx, group)
    everybody = Event(group.topic, "group.changed", group.id, group.version + 1)
    return [everybody, *(to(account, group.id) for account in dict.fromkeys(accounts))]


def to(account: str, group_id: str) -> Event:
    return Event(f"account:{account}", "group.changed", group_id)


def to_moderators(tx: Tx, group_id: str) -> list[Event]:
    """How many wait is theirs to know."""
    return [to(account, group_id) for account in store.list_moderators(tx, group_id)]

"""Direct threads as one of the two sees them. A blocked one reads as one that is not there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from realtime.clock import millis_to_iso
from realtime.db import Tx
from realtime.errors import Refused
from realtime.members.blocks.store import are_apart, list_apart
from realtime.members.model import Followed, Member, short_name
from realtime.members.names import authors_of
from realtime.members.rights import Act, Rights
from realtime.members.store import list_named
from realtime.rooms.direct import store
from realtime.rooms.direct.model import SHOWN, Thread

Rendered = dict[str, object]


def mine(tx: Tx, member: Member, rights: Rights, now: datetime) -> list[Thread]:
    """The threads this member sees, by last activity."""
    if not rights.may(member, Act.WRITE_DIRECT, now):
        return []
    return _shown(tx, member.account, store.list_threads(tx, member.account, SHOWN))


def _shown(tx: Tx, account: str, threads: Sequence[Thread]) -> list[Thread]:
    if not threads:
        return []
    apart = list_apart(tx, account)
    return [
        thread
        for thread in threads
        if thread.is_shown_to(account) and thread.other(account) not in apart
    ]


def followed(tx: Tx, account: str, threads: Sequence[Thread]) -> list[Followed]:
    """What one of the two hears of these threads; each is called by the other's name."""
    if not threads:
        return []
    names = list_named(tx, [thread.other(account) for thread in threads])
    found = []
    for thread in threads:
        named = names.get(thread.other(account))
        title = "" if named is None else short_name(named.name)
        found.append(Followed(thread.topic, "direct", title))
    return found


def get_thread(tx: Tx, member: Member, rights: Rights, topic: str, now: datetime) -> Thread:
    """A thread this member sees; else it is absent."""
    rights.require(member, Act.WRITE_DIRECT, now)
    thread = store.find_thread(tx, topic)
    if thread is None or not thread.is_shown_to(member.account):
        raise Refused("not_found")
    if are_apart(tx, thread.low, thread.high):
        raise Refused("not_found")
    return thread


def contacts_of(tx: Tx, account: str) -> frozenset[str]:
    """The other sides of accepted threads, without those kept away."""
    contacts = store.list_contacts(tx, account)
    return frozenset(contacts) - list_apart(tx, account) if contacts else frozenset()


def are_contacts(tx: Tx, one: str, other: str) -> bool:
    thread = store.find_between(tx, one, other)
    return thread is not None and thread.is_open and not are_apart(tx, one, other)


def render_thread(tx: Tx, account: str, thread: Thread) -> Rendered:
    return render_threads(tx, account, [thread])[0]


def render_threads(tx: Tx, account: str, threads: Sequence[Thread]) -> list[Rendered]:
    """The shape `wire.direct.Direct` of each, to one of its two."""
    authors = authors_of(tx, [thread.other(account) for thread in threads])
    return [
        {
            "topic": thread.topic,
            "other": authors[thread.other(account)],
            "state": thread.state(account),
            "alert": thread.alert,
            "last_at": millis_to_iso(thread.last_at),
        }
        for thread in threads
    ]


def render_changed(
    tx: Tx, topics: Sequence[str], reader: Member | None, rights: Rights, now: datetime
) -> list[Rendered]:
    """What `direct.changed` of each carries to one of its two."""
    shown: dict[str, Rendered] = {}
    if reader is not None and rights.may(reader, Act.WRITE_DIRECT, now):
        threads = _shown(tx, reader.account, store.list_by_topic(tx, topics))
        rendered = render_threads(tx, reader.account, threads)
        shown = {thread.topic: one for thread, one in zip(threads, rendered, strict=True)}
    return [{"about": topic, "direct": shown.get(topic)} for topic in topics]

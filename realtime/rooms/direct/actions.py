"""Open, accept and decline a direct thread; what the first words and an answer do to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from realtime.clock import to_millis
from realtime.db import Tx
from realtime.errors import Refused
from realtime.geo.cells import region
from realtime.ids import new_ulid
from realtime.journal import Changed, Event, create_topic
from realtime.members.blocks.store import are_apart
from realtime.members.directory.store import requests_taken
from realtime.members.model import Member
from realtime.members.rights import Act, Rights
from realtime.members.store import find_member
from realtime.rooms.direct import store
from realtime.rooms.direct.model import REQUEST_TIME, REQUESTS, REQUESTS_OF_NEW, Thread, pair
from realtime.rooms.direct.reading import get_thread


def open_thread(
    tx: Tx,
    member: Member,
    rights: Rights,
    account: str,
    now: datetime,
    *,
    alert: str | None = None,
) -> Changed[str]:
    """The thread with another member. Its topic.

    `alert` put the two in touch: they need not be neighbours, and it costs no request. Whoever is
    blocked, far away, unknown or takes no requests is absent, and all read the same.
    """
    rights.require(member, Act.WRITE_DIRECT, now)
    if account == member.account:
        raise Refused("not_found")
    store.hold_pair(tx, member.account, account)
    other = find_member(tx, account)
    if other is None or are_apart(tx, member.account, account):
        raise Refused("not_found")
    thread = store.find_between(tx, member.account, account)
    if thread is not None and (thread.opener == member.account or thread.asked_at is not None):
        return _again(tx, member, thread, alert, now)
    if alert is None and not _takes_requests(tx, member, other, rights, now):
        raise Refused("not_found")
    if thread is not None:
        return _take_over(tx, member, thread, alert, now)
    return _begin(tx, member, account, alert, now)


def _again(
    tx: Tx, member: Member, thread: Thread, alert: str | None, now: datetime
) -> Changed[str]:
    """Opened before. To open what the other asked for is to accept it."""
    changed = thread
    if alert is not None and thread.alert is None:
        changed = replace(changed, alert=alert, declined_at=None)
    if not thread.is_open and member.account != thread.opener:
        changed = replace(changed, accepted_at=to_millis(now), declined_at=None)
    if changed == thread:
        return Changed(thread.topic)
    store.save_thread(tx, changed)
    return Changed(thread.topic, _told(changed))


def _take_over(
    tx: Tx, member: Member, thread: Thread, alert: str | None, now: datetime
) -> Changed[str]:
    """The other opened it and never wrote, of which nothing may show: it is begun anew."""
    _require_request_left(tx, member, alert, now)
    mine = replace(thread, opener=member.account, alert=alert, opened_at=to_millis(now))
    store.save_thread(tx, mine)
    before = _to(thread.opener, thread)
    return Changed(thread.topic, [_to(member.account, thread), before])


def _begin(tx: Tx, member: Member, account: str, alert: str | None, now: datetime) -> Changed[str]:
    _require_request_left(tx, member, alert, now)
    low, high = pair(member.account, account)
    at = to_millis(now)
    thread = Thread(
        topic=f"direct:{new_ulid(now)}",
        low=low,
        high=high,
        opener=member.account,
        alert=alert,
        opened_at=at,
        asked_at=None,
        accepted_at=None,
        declined_at=None,
        last_at=at,
    )
    store.add_thread(tx, thread)
    create_topic(tx, thread.topic, region(member.home_cell), now)
    return Changed(thread.topic, [_to(member.account, thread)])


def _require_request_left(tx: Tx, member: Member, alert: str | None, now: datetime) -> None:
    store.hold_opener(tx, member.account)
    most = REQUESTS_OF_NEW if member.is_new(now) else REQUESTS
    if alert is None and store.count_opened(tx, member.account, now - REQUEST_TIME) >= most:
        raise Refused("request_quota", most=most)


def _takes_requests(tx: Tx, member: Member, other: Member, rights: Rights, now: datetime) -> bool:
    if not (member.is_neighbour_of(other) and rights.may(other, Act.WRITE_DIRECT, now)):
        return False
    taken = requests_taken(tx, other.account)
    return taken == "everybody" or (taken == "verified" and member.status(now) == "verified")


def accept(tx: Tx, member: Member, rights: Rights, topic: str, now: datetime) -> Changed[Thread]:
    """The two are contacts from now on."""
    thread = _held(tx, member, rights, topic, now)
    if thread.is_open:
        return Changed(thread)
    if thread.opener == member.account:
        raise Refused("not_found")
    accepted = replace(thread, accepted_at=to_millis(now), declined_at=None)
    store.save_thread(tx, accepted)
    return Changed(accepted, _told(accepted))


def decline(tx: Tx, member: Member, rights: Rights, topic: str, now: datetime) -> Changed[None]:
    """Gone from here. The other side is not told."""
    thread = _held(tx, member, rights, topic, now)
    if thread.is_open or thread.opener == member.account:
        raise Refused("not_found")
    declined = replace(thread, declined_at=to_millis(now))
    store.save_thread(tx, declined)
    return Changed(None, [_to(member.account, declined)])


def note_written(tx: Tx, member: Member, rights: Rights, topic: str, now: datetime) -> list[Event]:
    """Somebody writes there: the first words ask, an answer accepts. Refused("request_waits")."""
    thread = _held(tx, member, rights, topic, now)
    if not thread.may_write(member.account):
        raise Refused("request_waits")
    at = to_millis(now)
    written = replace(thread, last_at=max(at, thread.last_at))
    told: list[Event] = []
    if member.account != thread.opener and not thread.is_open:
        written = replace(written, accepted_at=at, declined_at=None)
        told = _told(written)
    elif member.account == thread.opener and thread.asked_at is None:
        written = replace(written, asked_at=at)
        told = [_to(thread.other(member.account), written)]
    store.save_thread(tx, written)
    return told


def changed_between(tx: Tx, one: str, other: str) -> list[Event]:
    """After a block or its end: what became of their thread, to both."""
    thread = store.find_between(tx, one, other)
    return [] if thread is None else _told(thread)


def _held(tx: Tx, member: Member, rights: Rights, topic: str, now: datetime) -> Thread:
    """The thread, still until the end of the transaction."""
    thread = get_thread(tx, member, rights, topic, now)
    store.hold_pair(tx, thread.low, thread.high)
    return get_thread(tx, member, rights, topic, now)


def _told(thread: Thread) -> list[Event]:
    """To those of the two who see it, or saw it before a block."""
    both = (thread.low, thread.high)
    return [_to(account, thread) for account in both if thread.is_shown_to(account)]


def _to(account: str, thread: Thread) -> Event:
    return Event(f"account:{account}", "direct.changed", thread.topic)

"""Found a group, come in, bring others, leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from realtime.clock import to_millis
from realtime.db import Tx
from realtime.errors import Refused
from realtime.geo.cells import prefixes, region
from realtime.ids import new_ulid
from realtime.journal import Changed, Event, create_topic
from realtime.members.blocks.store import are_apart
from realtime.members.honest import require_honest
from realtime.members.model import Member
from realtime.members.rights import Act, Rights
from realtime.members.store import count_keys, find_member
from realtime.rooms.groups import store
from realtime.rooms.groups.model import (
    INSIDE,
    MODERATES,
    MOST_GROUPS,
    Group,
    cells_within,
    heir_of,
    id_of,
    may_invite,
    require_standing,
)
from realtime.rooms.groups.reading import get_group
from realtime.rooms.groups.telling import let_in, to, to_moderators, told
from realtime.wire.groups import GroupCreate


def create(
    tx: Tx, member: Member, rights: Rights, asked: GroupCreate, now: datetime
) -> Changed[str]:
    """The founder owns it. Its topic."""
    rights.require(member, Act.WRITE_NEIGHBOURHOOD, now)
    if asked.reach == "street":
        rights.require(member, Act.WRITE_STREET, now)
    require_honest(asked.name, "name")
    _require_room_for_more(tx, member.account)
    # Counted by what was done: a group that was left again was founded, too.
    if member.is_new(now) and count_keys(tx, member.account, "group.create"):
        raise Refused("new_member", most=1)
    group = Group(
        id=new_ulid(now),
        name=asked.name,
        about=asked.about,
        category=asked.category,
        access=asked.access,
        reach=asked.reach,
        slow_s=0,
        created_at=to_millis(now),
    )
    store.add_group(tx, group, cells_within(asked.reach, member))
    store.set_standing(tx, group.id, member.account, "owner", now)
    create_topic(tx, group.topic, region(member.home_cell), now)
    return Changed(group.topic, [to(member.account, group.id)])


def join(tx: Tx, member: Member, rights: Rights, topic: str, now: datetime) -> Changed[str]:
    """In at once where it is open or one was invited; else the moderators are asked."""
    store.hold(tx, id_of(topic))
    group, standing = get_group(tx, member, rights, topic, now)
    rights.require(member, Act.WRITE_NEIGHBOURHOOD, now)
    if standing in (*INSIDE, "asked"):
        return Changed(topic)
    if standing == "invited" or (standing is None and group.access == "open"):
        _require_room_for_more(tx, member.account)
        return Changed(topic, let_in(tx, group, member.account, now))
    store.set_standing(tx, group.id, member.account, "asked", now)
    return Changed(topic, [to(member.account, group.id), *to_moderators(tx, group.id)])


def leave(tx: Tx, member: Member, topic: str, heir: str | None, now: datetime) -> Changed[None]:
    """Out of it, or from its door; nobody is told but by the number of members."""
    group_id = id_of(topic)
    store.hold(tx, group_id)
    standing = store.find_standing(tx, group_id, member.account)
    if standing is None or standing == "removed":
        raise Refused("not_found")
    return Changed(None, _take_out(tx, group_id, member.account, standing, heir, now))


def leave_behind(tx: Tx, mover: Member, now: datetime) -> Changed[None]:
    """After moving house: out of every group whose cells do not hold the new home."""
    cells = prefixes(mover.home_cell)
    return _leave_each(tx, store.list_beyond(tx, mover.account, cells), mover.account, now)


def leave_all(tx: Tx, account: str, now: datetime) -> Changed[None]:
    """Of an account that is no resident's: its groups go on with whom they have."""
    return _leave_each(tx, store.list_ids_of(tx, account), account, now)


def _leave_each(tx: Tx, groups: Sequence[str], account: str, now: datetime) -> Changed[None]:
    events: list[Event] = []
    for group_id in groups:
        store.hold(tx, group_id)
        standing = store.find_standing(tx, group_id, account)
        if standing is not None:
            events += _take_out(tx, group_id, account, standing, None, now)
    return Changed(None, events)


def invite(
    tx: Tx,
    member: Member,
    rights: Rights,
    topic: str,
    account: str,
    now: datetime,
    *,
    is_contact: bool,
) -> Changed[None]:
    """A neighbour or contact who lives within the group's cells. A blocked one is as one absent."""
    store.hold(tx, id_of(topic))
    group, standing = get_group(tx, member, rights, topic, now)
    rights.require(member, Act.WRITE_NEIGHBOURHOOD, now)
    if not may_invite(group.access, standing):
        require_standing(standing, *MODERATES)
    guest = find_member(tx, account)
    if guest is None or are_apart(tx, member.account, account):
        raise Refused("not_found")
    if not (is_contact or member.is_neighbour_of(guest)):
        raise Refused("not_found")
    if not _may_be_in(tx, rights, group, guest, now):
        raise Refused("not_found")
    there = store.find_standing(tx, group.id, account)
    if there in (*INSIDE, "invited") or (there == "removed" and standing not in MODERATES):
        return Changed(None)
    if there == "asked" and standing in MODERATES:
        return Changed(None, [*let_in(tx, group, account, now), *to_moderators(tx, group.id)])
    store.set_standing(tx, group.id, account, "invited", now)
    return Changed(None, [to(account, group.id)])


def _may_be_in(tx: Tx, rights: Rights, group: Group, guest: Member, now: datetime) -> bool:
    act = Act.READ_STREET if group.reach == "street" else Act.WRITE_NEIGHBOURHOOD
    return rights.may(guest, act, now) and store.reaches(tx, group.id, prefixes(guest.home_cell))


def _require_room_for_more(tx: Tx, account: str) -> None:
    if store.count_of(tx, account) >= MOST_GROUPS:
        raise Refused("too_many_groups", most=MOST_GROUPS)


def _take_out(
    tx: Tx, group_id: str, account: str, standing: str, heir: str | None, now: datetime
) -> list[Event]:
    store.end_standing(tx, group_id, account)
    group = store.find_group(tx, group_id)
    if standing not in INSIDE or group is None or group.closed_at is not None:
        asked = to_moderators(tx, group_id) if standing == "asked" else []
        return [to(account, group_id), *asked]
    follows: list[str] = []
    if standing == "owner":
        next_owner = heir_of(store.list_inside(tx, group_id, INSIDE), heir)
        if next_owner is None:
            group = replace(group, closed_at=to_millis(now))
        else:
            store.set_standing(tx, group_id, next_owner, "owner", now)
            follows = [next_owner]
    return told(tx, group, [account, *follows])

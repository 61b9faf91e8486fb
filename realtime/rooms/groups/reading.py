"""Groups as one member sees them: which there are, which may be read, how they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from realtime.clock import from_millis, millis_to_iso, to_iso
from realtime.db import Tx
from realtime.errors import Refused
from realtime.geo.cells import prefixes
from realtime.members.model import Followed, Member
from realtime.members.names import authors_of
from realtime.members.rights import Act, Rights
from realtime.members.words import fold
from realtime.rooms.groups import store
from realtime.rooms.groups.model import (
    AT_THE_DOOR,
    INSIDE,
    MODERATES,
    SEARCHED,
    SHOWN,
    Group,
    id_of,
)
from realtime.wire.groups import GROUP_MEMBERS, GroupOpen, GroupsAsked

Rendered = dict[str, object]


def mine(tx: Tx, member: Member, rights: Rights, now: datetime) -> list[tuple[Group, str]]:
    """Groups the member is in or stands before. A home outside their cells puts them to sleep."""
    if not rights.may(member, Act.WRITE_NEIGHBOURHOOD, now):
        return []
    found = store.list_of(tx, member.account, prefixes(member.home_cell))
    return [one for one in found if _may_enter(member, rights, one[0], now)]


def followed(own: Sequence[tuple[Group, str]]) -> list[Followed]:
    """What a member of these groups hears."""
    return [
        Followed(group.topic, "group", group.name) for group, standing in own if standing in INSIDE
    ]


def _may_enter(member: Member, rights: Rights, group: Group, now: datetime) -> bool:
    """A group of the street is the street's: its rights hold there too."""
    return group.reach != "street" or rights.may(member, Act.READ_STREET, now)


def get_group(
    tx: Tx, member: Member, rights: Rights, topic: str, now: datetime
) -> tuple[Group, str | None]:
    """A group this member may know of, and what the member is in it. Else it is absent."""
    rights.require(member, Act.SEE_NEIGHBOURS, now)
    group = store.find_group(tx, id_of(topic))
    if group is None or group.closed_at is not None:
        raise Refused("not_found")
    if not store.reaches(tx, group.id, prefixes(member.home_cell)):
        raise Refused("not_found")
    if not _may_enter(member, rights, group, now):
        raise Refused("not_found")
    standing = store.find_standing(tx, group.id, member.account)
    if group.access == "hidden" and standing not in (*INSIDE, "invited"):
        raise Refused("not_found")
    return group, standing


def require_inside(tx: Tx, member: Member, rights: Rights, topic: str, now: datetime) -> Group:
    """The group, whose words this member may read and answer. Else it is absent."""
    group, standing = get_group(tx, member, rights, topic, now)
    if standing not in INSIDE:
        raise Refused("not_found")
    rights.require(member, Act.WRITE_NEIGHBOURHOOD, now)
    return group


def list_groups(
    tx: Tx, member: Member, rights: Rights, asked: GroupsAsked, now: datetime
) -> Rendered:
    """The shape `GroupsAck`. Around: every group whose cells hold the home, by name."""
    rights.require(member, Act.SEE_NEIGHBOURS, now)
    own = mine(tx, member, rights, now)
    standings = {group.id: standing for group, standing in own}
    around = [
        group
        for group in store.list_around(tx, prefixes(member.home_cell), SEARCHED)
        if group.id not in standings and _may_enter(member, rights, group, now)
    ]
    there = [group for group, _ in own] + around
    shown = [group for group in there if _matches(group, asked)]
    rendered = render_groups(tx, shown[: len(own) + SHOWN], standings)
    return {
        "mine": [one for one in rendered if one["mine"] is not None],
        "around": [one for one in rendered if one["mine"] is None],
        "categories": sorted({group.category for group in there}),
    }


def _matches(group: Group, asked: GroupsAsked) -> bool:
    if asked.category is not None and fold(asked.category) != fold(group.category):
        return False
    return fold(asked.q) in fold(f"{group.name} {group.about} {group.category}")


def render_mine(tx: Tx, own: Sequence[tuple[Group, str]]) -> list[Rendered]:
    """A member's groups, for `sync`."""
    return render_groups(
        tx, [group for group, _ in own], {group.id: standing for group, standing in own}
    )


def render_groups(tx: Tx, groups: Sequence[Group], standings: Mapping[str, str]) -> list[Rendered]:
    """The shape `wire.groups.Group` of each, to somebody of these standings."""
    counted = store.count_standings(tx, [group.id for group in groups])
    return [_rendered(group, standings.get(group.id), counted) for group in groups]


def _rendered(
    group: Group, standing: str | None, counted: Mapping[tuple[str, str], int]
) -> Rendered:
    seen = standing if standing in (*INSIDE, *AT_THE_DOOR) else None
    return {
        "id": group.id,
        "topic": group.topic,
        "name": group.name,
        "about": group.about,
        "category": group.category,
        "access": group.access,
        "reach": group.reach,
        "slow_s": group.slow_s,
        "members": sum(counted.get((group.id, one), 0) for one in INSIDE),
        "created_at": millis_to_iso(group.created_at),
        "version": group.version,
        "mine": seen,
        "waiting": counted.get((group.id, "asked"), 0) if standing in MODERATES else None,
    }


def render_one(tx: Tx, group: Group, standing: str | None) -> Rendered:
    standings = {} if standing is None else {group.id: standing}
    return render_groups(tx, [group], standings)[0]


def render_changed(
    tx: Tx, ids: Sequence[str], reader: Member | None, rights: Rights, now: datetime
) -> list[Rendered]:
    """What `group.changed` of each carries: one for all on the group's topic, the reader's own
    else.
    """
    if reader is None:
        found = [group for group in store.list_groups(tx, ids) if group.closed_at is None]
        shown = render_groups(tx, found, {})
    else:
        shown = render_mine(tx, [own for own in mine(tx, reader, rights, now) if own[0].id in ids])
    by_id = {one["id"]: one for one in shown}
    return [{"about": f"group:{own_id}", "group": by_id.get(own_id)} for own_id in ids]


def open_group(tx: Tx, member: Member, rights: Rights, asked: GroupOpen, now: datetime) -> Rendered:
    """The shape `GroupOpenAck`."""
    group, standing = get_group(tx, member, rights, asked.topic, now)
    seen: tuple[str, ...] = ()
    if standing in INSIDE and rights.may(member, Act.WRITE_NEIGHBOURHOOD, now):
        seen = (*INSIDE, *AT_THE_DOOR) if standing in MODERATES else INSIDE
    found = store.page_of_members(tx, group.id, seen, asked.after, GROUP_MEMBERS + 1)
    page = found[:GROUP_MEMBERS]
    names = authors_of(tx, [one.account for one in page])
    return {
        "group": render_one(tx, group, standing),
        "members": [
            {
                "member": names[one.account],
                "standing": one.standing,
                "since": to_iso(from_millis(one.since)),
            }
            for one in page
        ],
        "more": len(found) > GROUP_MEMBERS,
    }

"""What an owner and moderators do: let in, appoint, take out, change, slow down."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from realtime.clock import to_millis
from realtime.db import Tx
from realtime.errors import Refused
from realtime.journal import Changed
from realtime.members.honest import require_honest
from realtime.members.model import Member
from realtime.members.rights import Act, Rights
from realtime.rooms.groups import store
from realtime.rooms.groups.model import INSIDE, MODERATES, Group, id_of, require_standing
from realtime.rooms.groups.reading import get_group
from realtime.rooms.groups.telling import let_in, to, to_moderators, told
from realtime.wire.groups import GroupChange


def answer(
    tx: Tx,
    member: Member,
    rights: Rights,
    topic: str,
    account: str,
    now: datetime,
    *,
    accept: bool,
) -> Changed[str]:
    """Let in who asked, or send away: then they may ask again."""
    group = _held(tx, member, rights, topic, now, MODERATES)
    if store.find_standing(tx, group.id, account) != "asked":
        raise Refused("not_found")
    if accept:
        return Changed(topic, [*let_in(tx, group, account, now), *to_moderators(tx, group.id)])
    store.end_standing(tx, group.id, account)
    return Changed(topic, [to(account, group.id), *to_moderators(tx, group.id)])


def appoint(
    tx: Tx,
    member: Member,
    rights: Rights,
    topic: str,
    account: str,
    standing: str,
    now: datetime,
) -> Changed[str]:
    """Make a moderator of a member, and back; or hand the group over."""
    group = _held(tx, member, rights, topic, now, ("owner",))
    before = store.find_standing(tx, group.id, account)
    if before not in INSIDE:
        raise Refused("not_found")
    if account == member.account or before == standing:
        return Changed(topic)
    store.set_standing(tx, group.id, account, standing, now)
    if standing == "owner":
        store.set_standing(tx, group.id, member.account, "moderator", now)
    return Changed(topic, told(tx, group, [member.account, account]))


def remove(
    tx: Tx, member: Member, rights: Rights, topic: str, account: str, now: datetime
) -> Changed[str]:
    """Take a member out; they may ask to come back. Moderators are the owner's to remove."""
    group = _held(tx, member, rights, topic, now, MODERATES)
    before = store.find_standing(tx, group.id, account)
    if before is None or before == "removed":
        raise Refused("not_found")
    if before in MODERATES:
        own = store.find_standing(tx, group.id, member.account)
        if own != "owner" or before == "owner":
            raise Refused("not_moderator")
    store.set_standing(tx, group.id, account, "removed", now)
    waited = to_moderators(tx, group.id) if before == "asked" else []
    return Changed(topic, [*told(tx, group, [account]), *waited])


def change(
    tx: Tx, member: Member, rights: Rights, asked: GroupChange, now: datetime
) -> Changed[str]:
    """Other words, another access, slow mode."""
    wanted = MODERATES if asked.access is None else ("owner",)
    group = _held(tx, member, rights, asked.topic, now, wanted)
    given = asked.model_dump(exclude={"topic"}, exclude_none=True)
    if asked.name is not None:
        require_honest(asked.name, "name")
    changed = replace(group, **given)
    if changed == group:
        return Changed(asked.topic)
    return Changed(asked.topic, told(tx, changed, []))


def wait_turn(tx: Tx, member: Member, group: Group, now: datetime) -> None:
    """Slow mode: Refused("slow_mode") with the seconds left. Moderators are not held back."""
    if not group.slow_s:
        return
    if store.find_standing(tx, group.id, member.account) in MODERATES:
        return
    before = store.take_turn(tx, group.id, member.account, now)
    if before is None:
        return
    left = group.slow_s - (to_millis(now) - before) / 1000
    if left > 0:
        raise Refused("slow_mode", retry_after=max(1, round(left)))


def _held(
    tx: Tx, member: Member, rights: Rights, topic: str, now: datetime, wanted: tuple[str, ...]
) -> Group:
    """The group, still until the end of the transaction; its member is one of `wanted`."""
    store.hold(tx, id_of(topic))
    group, standing = get_group(tx, member, rights, topic, now)
    rights.require(member, Act.WRITE_NEIGHBOURHOOD, now)
    require_standing(standing, *wanted)
    return group

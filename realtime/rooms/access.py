"""Who may read and write where: asked of every room by its topic. Elsewhere reads as absent.

Street and neighbourhood follow from home and level; groups and direct threads know their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from realtime.clock import to_millis
from realtime.db import Tx
from realtime.errors import Refused
from realtime.journal import Event
from realtime.members.model import Followed, Member, neighbourhood_topics, street_topics
from realtime.members.rights import Act, Rights
from realtime.rooms import model
from realtime.rooms.direct import reading as direct
from realtime.rooms.direct.actions import note_written
from realtime.rooms.direct.model import Thread
from realtime.rooms.groups import reading as groups
from realtime.rooms.groups.model import MODERATES, Group, id_of
from realtime.rooms.groups.running import wait_turn
from realtime.rooms.groups.store import find_standing
from realtime.rooms.store import belongs_anywhere, find_written


class Belongings(NamedTuple):
    """A member's groups, with the standing in each, and threads: those that count now."""

    groups: Sequence[tuple[Group, str]]
    threads: Sequence[Thread]


def require_reader(tx: Tx, member: Member, rights: Rights, topic: str, now: datetime) -> None:
    """Refused("not_found") for a room that is not the member's to read."""
    view = model.view_of(topic)
    if view == "group":
        groups.require_inside(tx, member, rights, topic, now)
    elif view == "direct":
        direct.get_thread(tx, member, rights, topic, now)
    else:
        model.require_reader(member, rights, topic, now)


def require_writer(tx: Tx, member: Member, rights: Rights, topic: str, now: datetime) -> None:
    """The same for writing there: words, other words, reactions."""
    if model.view_of(topic) in model.FLAT:
        require_reader(tx, member, rights, topic, now)
    else:
        model.require_writer(member, rights, topic, now)


def about_to_write(
    tx: Tx, member: Member, rights: Rights, topic: str, now: datetime
) -> Sequence[Event]:
    """What a new message in a flat chat does beside being there: a direct thread's first words
    ask and an answer accepts, a group may be slow. Refused when it may not be written now.
    """
    if model.view_of(topic) == "direct":
        return note_written(tx, member, rights, topic, now)
    if model.view_of(topic) == "group":
        wait_turn(tx, member, groups.require_inside(tx, member, rights, topic, now), now)
    return ()


def may_read(tx: Tx, member: Member, rights: Rights, topic: str, now: datetime) -> bool:
    try:
        require_reader(tx, member, rights, topic, now)
    except Refused:
        return False
    return True


def reads_photo(tx: Tx, member: Member, rights: Rights, used_by: str, now: datetime) -> bool:
    """Whether a photo that a message shows is for this member."""
    written = find_written(tx, used_by)
    if written is None or written.is_deleted:
        return False
    since = None if model.view_of(written.topic) in model.FLAT else rights.reads_since(member, now)
    if since is not None and written.at < to_millis(since):
        return False
    return may_read(tx, member, rights, written.topic, now)


def shows_typing(tx: Tx, member: Member, rights: Rights, topic: str, now: datetime) -> bool:
    """Flat chats only. Refused for a room that is not the member's to read."""
    if model.view_of(topic) == "direct":
        thread = direct.get_thread(tx, member, rights, topic, now)
        return thread.is_open or thread.alert is not None
    groups.require_inside(tx, member, rights, topic, now)
    return True


def may_moderate(tx: Tx, member: Member, topic: str) -> bool:
    """Take others' messages back."""
    if model.view_of(topic) != "group":
        return False
    return find_standing(tx, id_of(topic), member.account) in MODERATES


def readable_topics(tx: Tx, member: Member, rights: Rights, now: datetime) -> list[str]:
    """Every room of messages the member may read now: where a search may look."""
    found: list[str] = []
    if rights.may(member, Act.READ_NEIGHBOURHOOD, now):
        found += neighbourhood_topics(member)
    if not member.street_is_neighbourhood and rights.may(member, Act.READ_STREET, now):
        found += street_topics(member)
    found += [one.topic for one in followed_of(tx, member, belongings(tx, member, rights, now))]
    return found


def followed(tx: Tx, member: Member, rights: Rights, now: datetime) -> list[Followed]:
    """Every topic this member hears now: those of the home, then groups and direct threads."""
    own = belongings(tx, member, rights, now)
    return rights.followed(member, now) + followed_of(tx, member, own)


def belongings(tx: Tx, member: Member, rights: Rights, now: datetime) -> Belongings:
    """Asked once where several answers are made of it."""
    if not belongs_anywhere(tx, member.account):
        return Belongings((), ())
    return Belongings(groups.mine(tx, member, rights, now), direct.mine(tx, member, rights, now))


def followed_of(tx: Tx, member: Member, own: Belongings) -> list[Followed]:
    return groups.followed(own.groups) + direct.followed(tx, member.account, own.threads)

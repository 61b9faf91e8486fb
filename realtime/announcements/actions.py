"""Publish within one's territory; what time does to it. Expired visitors read it too."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from realtime.announcements import store
from realtime.announcements.model import (
    Announcement,
    House,
    expired,
    first_state,
    published,
    withdrawn,
)
from realtime.clock import to_iso
from realtime.db import Tx
from realtime.errors import Refused
from realtime.geo.cells import prefixes
from realtime.ids import new_ulid
from realtime.journal import Changed, Event
from realtime.members.model import Member
from realtime.members.rights import Act, Rights
from realtime.members.store import find_member
from realtime.outbox import add
from realtime.wire.announcements import AnnouncementPublish

Rendered = dict[str, object]
MOST_IN_SYNC = 100
# 1,024 cells an announcement: one at a time stays near the 20 ms of a write function.
AT_ONCE = 1


def publish(
    tx: Tx,
    member: Member,
    rights: Rights,
    asked: AnnouncementPublish,
    cells: tuple[str, ...],
    now: datetime,
) -> Changed[str]:
    """Now, or at its hour. `cells` lie within the house's territory. Its id."""
    house = require_house(tx, member, rights, now)
    publish_at = now if asked.publish_at is None else asked.publish_at
    announcement = Announcement(
        id=new_ulid(now),
        organisation=house.id,
        author=member.account,
        level=asked.level,
        title=asked.title,
        body=asked.body,
        cells=cells,
        publish_at=publish_at,
        expires_at=asked.expires_at,
        state=first_state(publish_at, asked.expires_at, now),
    )
    store.add_announcement(tx, announcement)
    if announcement.state == "scheduled":
        return Changed(announcement.id)
    return Changed(announcement.id, _out(tx, announcement, now))


def withdraw(
    tx: Tx, member: Member, rights: Rights, announcement_id: str, now: datetime
) -> Changed[str]:
    """Taken back by its house: who held it learns so."""
    house = require_house(tx, member, rights, now)
    before = store.get_announcement(tx, announcement_id, to_change=True)
    if before.organisation != house.id:
        raise Refused("not_found")
    after = withdrawn(before)
    store.save_state(tx, after)
    return Changed(after.id, _events(after) if before.state == "published" else [])


def keep_time(tx: Tx, rights: Rights, now: datetime) -> Changed[int]:
    """Publish what was scheduled, end what is over. The worker calls it until it returns 0.

    Who wrote it must still speak for the organisation: else it is taken back before anybody hears.
    """
    events: list[Event] = []
    due = store.list_due(tx, now, AT_ONCE)
    for announcement_id in due:
        before = store.get_announcement(tx, announcement_id, to_change=True)
        if before.state == "scheduled" and now < before.expires_at:
            if not _still_speaks(tx, before, rights, now):
                store.save_state(tx, withdrawn(before))
                continue
            after = published(before)
            store.save_state(tx, after)
            events += _out(tx, after, now)
        elif now >= before.expires_at and before.state in ("scheduled", "published"):
            after = expired(before)
            store.save_state(tx, after)
            events += _events(after) if before.state == "published" else []
    return Changed(len(due), events)


def _still_speaks(tx: Tx, told: Announcement, rights: Rights, now: datetime) -> bool:
    """Whether who wrote it speaks for its organisation now."""
    author = find_member(tx, told.author)
    return author is not None and house_of(tx, author, rights, now) == told.organisation


def _out(tx: Tx, announcement: Announcement, now: datetime) -> list[Event]:
    """Everybody in the area hears; phones by its level."""
    if announcement.level != "info":
        add(
            tx,
            "push.announcement",
            {"announcement": announcement.id},
            now,
            expires_at=announcement.expires_at,
        )
    return _events(announcement)


def _events(announcement: Announcement) -> list[Event]:
    return [
        Event(f"official:{cell}", "announcement.published", announcement.id, announcement.version)
        for cell in announcement.cells
    ]


def require_house(tx: Tx, member: Member, rights: Rights, now: datetime) -> House:
    """The organisation the member speaks for."""
    rights.require(member, Act.PUBLISH, now)
    return store.get_house(tx, member.account)


def house_of(tx: Tx, member: Member, rights: Rights, now: datetime) -> str | None:
    """The id of the organisation the member may speak for now, if any."""
    if not rights.may(member, Act.PUBLISH, now):
        return None
    house = store.find_house(tx, member.account)
    return None if house is None else house.id


def list_current(tx: Tx, member: Member, now: datetime) -> list[Rendered]:
    """What is published where this member lives: everybody reads it, expired visitors too."""
    cells = prefixes(member.home_cell)
    return render(tx, store.list_current(tx, cells, now, MOST_IN_SYNC))


def list_mine(tx: Tx, member: Member, rights: Rights, now: datetime) -> list[Rendered]:
    """All of my organisation's, scheduled ones too."""
    house = require_house(tx, member, rights, now)
    return render(tx, store.list_of_house(tx, house.id, MOST_IN_SYNC))


def render_one(tx: Tx, announcement_id: str) -> Rendered:
    return render(tx, [store.get_announcement(tx, announcement_id)])[0]


def render_by_id(tx: Tx, ids: Collection[str]) -> dict[str, Rendered]:
    """The same of those that are still there."""
    found = store.list_announcements(tx, ids)
    return {one.id: shown for one, shown in zip(found, render(tx, found), strict=True)}


def render(tx: Tx, announcements: Sequence[Announcement]) -> list[Rendered]:
    """The shape `wire.announcements.Announcement` of each."""
    if not announcements:
        return []
    houses = store.names_of_houses(tx, sorted({one.organisation for one in announcements}))
    return [
        {
            "id": one.id,
            "organisation": {"id": one.organisation, "name": houses.get(one.organisation, "")},
            "level": one.level,
            "title": one.title if one.state != "withdrawn" else "",
            "body": one.body if one.state != "withdrawn" else "",
            "state": one.state,
            "version": one.version,
            "publish_at": to_iso(one.publish_at),
            "expires_at": to_iso(one.expires_at),
        }
        for one in announcements
    ]

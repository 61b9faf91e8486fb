"""The SQL of organisations and announcements: one function per query."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import orjson

from realtime.announcements.model import Announcement, House
from realtime.clock import from_millis, to_millis
from realtime.db import Tx
from realtime.db.tx import Row
from realtime.errors import Refused

_COLUMNS = """a.id, a.organisation, a.author, a.level, a.title, a.body, a.cells, a.publish_at,
    a.expires_at, a.state, a.version"""


def _announcement(row: Row) -> Announcement:
    own_id, house, author, level, title, body, cells, publish_at, expires_at, state, version = row
    return Announcement(
        id=own_id,
        organisation=house,
        author=author,
        level=level,
        title=title,
        body=body,
        cells=tuple(orjson.loads(cells)),
        publish_at=from_millis(publish_at),
        expires_at=from_millis(expires_at),
        state=state,
        version=version,
    )


def add_house(tx: Tx, house: House, now: datetime) -> None:
    tx.run(
        """INSERT INTO organisation (id, name, territory, cells, created_at)
           VALUES (:id, :name, :territory, :cells, :at)""",
        id=house.id,
        name=house.name,
        territory=house.territory,
        cells=orjson.dumps(house.cells).decode(),
        at=to_millis(now),
    )


def set_staff(tx: Tx, account: str, organisation: str) -> None:
    tx.run(
        """INSERT INTO organisation_staff (account, organisation) VALUES (:account, :organisation)
           ON CONFLICT (account) DO UPDATE SET organisation = excluded.organisation""",
        account=account,
        organisation=organisation,
    )


def remove_staff(tx: Tx, account: str) -> None:
    tx.run("DELETE FROM organisation_staff WHERE account = :account", account=account)


def find_house(tx: Tx, account: str) -> House | None:
    """The organisation this account publishes for."""
    row = tx.find(
        """SELECT o.id, o.name, o.territory, o.cells FROM organisation o
           JOIN organisation_staff s ON s.organisation = o.id WHERE s.account = :account""",
        account=account,
    )
    return None if row is None else House(row[0], row[1], row[2], tuple(orjson.loads(row[3])))


def get_house(tx: Tx, account: str) -> House:
    house = find_house(tx, account)
    if house is None:
        raise Refused("not_allowed")
    return house


def names_of_houses(tx: Tx, houses: Sequence[str]) -> dict[str, str]:
    rows = tx.all("SELECT id, name FROM organisation WHERE id IN :houses", houses=tuple(houses))
    return {own_id: name for own_id, name in rows}  # noqa: C416


def add_announcement(tx: Tx, announcement: Announcement) -> None:
    tx.run(
        """INSERT INTO announcement (id, organisation, author, level, title, body, cells,
               publish_at, expires_at, state, version)
           VALUES (:id, :organisation, :author, :level, :title, :body, :cells,
               :publish_at, :expires_at, :state, :version)""",
        id=announcement.id,
        organisation=announcement.organisation,
        author=announcement.author,
        level=announcement.level,
        title=announcement.title,
        body=announcement.body,
        cells=orjson.dumps(announcement.cells).decode(),
        publish_at=to_millis(announcement.publish_at),
        expires_at=to_millis(announcement.expires_at),
        state=announcement.state,
        version=announcement.version,
    )
    tx.many(
        "INSERT INTO announcement_cell (cell, announcement) VALUES (:cell, :id)",
        [{"cell": cell, "id": announcement.id} for cell in announcement.cells],
    )


def save_state(tx: Tx, announcement: Announcement) -> None:
    tx.run(
        "UPDATE announcement SET state = :state, version = :version WHERE id = :id",
        state=announcement.state,
        version=announcement.version,
        id=announcement.id,
    )


def get_announcement(tx: Tx, announcement_id: str, *, to_change: bool = False) -> Announcement:
    lock = "FOR UPDATE" if to_change and tx.dialect == "postgresql" else ""
    row = tx.find(
        f"SELECT {_COLUMNS} FROM announcement a WHERE a.id = :id {lock}", id=announcement_id
    )
    if row is None:
        raise Refused("not_found")
    return _announcement(row)


def list_announcements(tx: Tx, ids: Collection[str]) -> list[Announcement]:
    rows = tx.all(f"SELECT {_COLUMNS} FROM announcement a WHERE a.id IN :ids", ids=tuple(ids))
    return [_announcement(row) for row in rows]


def list_current(tx: Tx, cells: Sequence[str], now: datetime, limit: int) -> list[Announcement]:
    """Published in one of these cells and not over, newest first."""
    rows = tx.all(
        f"""SELECT {_COLUMNS} FROM announcement a
            WHERE a.id IN (SELECT announcement FROM announcement_cell WHERE cell IN :cells)
              AND a.state = 'published' AND a.expires_at > :now
            ORDER BY a.publish_at DESC, a.id DESC LIMIT :limit""",
        cells=tuple(cells),
        now=to_millis(now),
        limit=limit,
    )
    return [_announcement(row) for row in rows]


def list_of_house(tx: Tx, house: str, limit: int) -> list[Announcement]:
    rows = tx.all(
        f"""SELECT {_COLUMNS} FROM announcement a WHERE a.organisation = :house
            ORDER BY a.publish_at DESC LIMIT :limit""",
        house=house,
        limit=limit,
    )
    return [_announcement(row) for row in rows]


def list_due(tx: Tx, now: datetime, limit: int) -> list[str]:
    """Scheduled ones whose time has come, and those whose time is over."""
    rows = tx.all(
        """SELECT id FROM announcement WHERE state = 'scheduled' AND publish_at <= :now
           UNION SELECT id FROM announcement WHERE state = 'published' AND expires_at <= :now
           LIMIT :limit""",
        now=to_millis(now),
        limit=limit,
    )
    return [own_id for (own_id,) in rows]

"""The SQL of groups: one function per query."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from realtime.clock import to_millis
from realtime.db import Tx
from realtime.db.tx import Row
from realtime.rooms.groups.model import HELD, INSIDE, MODERATES, Belonging, Group

_COLUMNS = """g.id, g.name, g.about, g.category, g.access, g.reach, g.slow_s, g.created_at,
    g.version, g.closed_at"""
_RANK = (
    "CASE m.standing WHEN 'owner' THEN 0 WHEN 'moderator' THEN 1 WHEN 'member' THEN 2 ELSE 3 END"
)


def _group(row: Row) -> Group:
    own_id, name, about, category, access, reach, slow_s, created_at, version, closed_at = row
    return Group(
        id=own_id,
        name=name,
        about=about,
        category=category,
        access=access,
        reach=reach,
        slow_s=slow_s,
        created_at=created_at,
        version=version,
        closed_at=closed_at,
    )


def add_group(tx: Tx, group: Group, cells: Sequence[str]) -> None:
    tx.run(
        """INSERT INTO group_room (id, name, about, category, access, reach, slow_s, created_at)
           VALUES (:id, :name, :about, :category, :access, :reach, :slow_s, :created_at)""",
        id=group.id,
        name=group.name,
        about=group.about,
        category=group.category,
        access=group.access,
        reach=group.reach,
        slow_s=group.slow_s,
        created_at=group.created_at,
    )
    tx.many(
        "INSERT INTO group_cell (cell, room) VALUES (:cell, :room)",
        [{"cell": cell, "room": group.id} for cell in cells],
    )


def save_group(tx: Tx, group: Group) -> None:
    """Every field that may change, one version on."""
    tx.run(
        """UPDATE group_room SET name = :name, about = :about, category = :category,
               access = :access, slow_s = :slow_s, closed_at = :closed_at, version = version + 1
           WHERE id = :id""",
        id=group.id,
        name=group.name,
        about=group.about,
        category=group.category,
        access=group.access,
        slow_s=group.slow_s,
        closed_at=group.closed_at,
    )


def find_group(tx: Tx, group: str) -> Group | None:
    """Also one that has closed."""
    row = tx.find(f"SELECT {_COLUMNS} FROM group_room g WHERE g.id = :id", id=group)
    return None if row is None else _group(row)


def hold(tx: Tx, group: str) -> None:
    """Until this transaction ends nobody else changes the group or its members."""
    if tx.dialect == "postgresql":
        tx.find("SELECT 1 FROM group_room WHERE id = :id FOR UPDATE", id=group)


def list_groups(tx: Tx, ids: Collection[str]) -> list[Group]:
    if not ids:
        return []
    rows = tx.all(f"SELECT {_COLUMNS} FROM group_room g WHERE g.id IN :ids", ids=tuple(ids))
    return [_group(row) for row in rows]


def list_of(tx: Tx, account: str, cells: Sequence[str]) -> list[tuple[Group, str]]:
    """Open groups the account belongs to or stands before, that reach one of these cells."""
    rows = tx.all(
        f"""SELECT {_COLUMNS}, m.standing FROM group_member m JOIN group_room g ON g.id = m.room
            WHERE m.account = :account AND m.standing IN :held AND g.closed_at IS NULL
              AND EXISTS (SELECT 1 FROM group_cell c WHERE c.room = g.id AND c.cell IN :cells)
            ORDER BY g.name, g.id""",
        account=account,
        held=HELD,
        cells=tuple(cells),
    )
    return [(_group(row[:-1]), row[-1]) for row in rows]


def list_beyond(tx: Tx, account: str, cells: Sequence[str]) -> list[str]:
    """Groups of the account that reach none of these cells: left behind by a move."""
    rows = tx.all(
        """SELECT m.room FROM group_member m WHERE m.account = :account
             AND NOT EXISTS (SELECT 1 FROM group_cell c WHERE c.room = m.room AND c.cell IN :cells)
           ORDER BY m.room""",
        account=account,
        cells=tuple(cells),
    )
    return [room for (room,) in rows]


def list_ids_of(tx: Tx, account: str) -> list[str]:
    """Every group with a row of the account."""
    rows = tx.all(
        "SELECT room FROM group_member WHERE account = :account ORDER BY room", account=account
    )
    return [room for (room,) in rows]


def list_around(tx: Tx, cells: Sequence[str], limit: int) -> list[Group]:
    """Groups that reach one of these cells and show themselves, by name."""
    rows = tx.all(
        f"""SELECT {_COLUMNS} FROM group_room g
            WHERE g.closed_at IS NULL AND g.access <> 'hidden'
              AND g.id IN (SELECT room FROM group_cell WHERE cell IN :cells)
            ORDER BY g.name, g.id LIMIT :limit""",
        cells=tuple(cells),
        limit=limit,
    )
    return [_group(row) for row in rows]


def reaches(tx: Tx, group: str, cells: Sequence[str]) -> bool:
    return (
        tx.value(
            "SELECT 1 FROM group_cell WHERE room = :group AND cell IN :cells LIMIT 1",
            group=group,
            cells=tuple(cells),
        )
        is not None
    )


def find_standing(tx: Tx, group: str, account: str) -> str | None:
    """What the account is in the group; "removed" for who was taken out."""
    standing: str | None = tx.value(
        """SELECT standing FROM group_member
           WHERE room = :group AND account = :account AND standing <> 'left'""",
        group=group,
        account=account,
    )
    return standing


def set_standing(tx: Tx, group: str, account: str, standing: str, now: datetime) -> None:
    """`since` stays for who was in and stays in."""
    tx.run(
        """INSERT INTO group_member (room, account, standing, since)
           VALUES (:group, :account, :standing, :now)
           ON CONFLICT (room, account) DO UPDATE SET standing = excluded.standing,
               since = CASE WHEN group_member.standing IN :inside AND excluded.standing IN :inside
                            THEN group_member.since ELSE excluded.since END""",
        group=group,
        account=account,
        standing=standing,
        now=to_millis(now),
        inside=INSIDE,
    )


def end_standing(tx: Tx, group: str, account: str) -> None:
    """Outside again. Of who wrote in slow mode the moment stays: to leave and join is no turn."""
    row = {"group": group, "account": account}
    where = "WHERE room = :group AND account = :account"
    tx.run(f"DELETE FROM group_member {where} AND wrote_at IS NULL", **row)
    tx.run(f"UPDATE group_member SET standing = 'left' {where}", **row)


def count_of(tx: Tx, account: str) -> int:
    """Groups the account is in or stands before."""
    count: int = tx.value(
        "SELECT count(*) FROM group_member WHERE account = :account AND standing IN :held",
        account=account,
        held=HELD,
    )
    return count


def list_inside(tx: Tx, group: str, standings: Sequence[str]) -> list[Belonging]:
    rows = tx.all(
        """SELECT account, standing, since FROM group_member
           WHERE room = :group AND standing IN :standings ORDER BY account""",
        group=group,
        standings=tuple(standings),
    )
    return [Belonging(*row) for row in rows]


def list_moderators(tx: Tx, group: str) -> list[str]:
    return [one.account for one in list_inside(tx, group, MODERATES)]


def page_of_members(
    tx: Tx, group: str, standings: Sequence[str], after: str | None, limit: int
) -> list[Belonging]:
    """Owner first, then moderators, members, those at the door; `after` is an account."""
    beyond = ""
    if after is not None:
        beyond = f"""AND ({_RANK}, m.account) > (SELECT {_RANK}, m.account FROM group_member m
                         WHERE m.room = :group AND m.account = :after)"""
    rows = tx.all(
        f"""SELECT m.account, m.standing, m.since FROM group_member m
            WHERE m.room = :group AND m.standing IN :standings {beyond}
            ORDER BY {_RANK}, m.account LIMIT :limit""",
        group=group,
        standings=tuple(standings),
        limit=limit,
        **({} if after is None else {"after": after}),
    )
    return [Belonging(*row) for row in rows]


def count_standings(tx: Tx, groups: Collection[str]) -> dict[tuple[str, str], int]:
    """(group, standing) → how many."""
    if not groups:
        return {}
    rows = tx.all(
        """SELECT room, standing, count(*) FROM group_member WHERE room IN :groups
           GROUP BY room, standing""",
        groups=tuple(groups),
    )
    return {(room, standing): count for room, standing, count in rows}


def take_turn(tx: Tx, group: str, account: str, now: datetime) -> int | None:
    """Note that the member writes; when the member wrote before, in milliseconds."""
    before: int | None = tx.value(
        "SELECT wrote_at FROM group_member WHERE room = :group AND account = :account",
        group=group,
        account=account,
    )
    tx.run(
        "UPDATE group_member SET wrote_at = :now WHERE room = :group AND account = :account",
        group=group,
        account=account,
        now=to_millis(now),
    )
    return before

"""The SQL of preferences. The choices are one JSON object a member, without what is default."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from realtime.clock import from_millis, to_millis
from realtime.db import Condition, Tx
from realtime.members.prefs.model import DEFAULT, VIEWS, Prefs, Quiet, RoomPrefs
from realtime.members.store import note_hearing


def get_prefs(tx: Tx, account: str) -> Prefs:
    """The member's, or the defaults."""
    kept = tx.value("SELECT choices FROM prefs WHERE account = :account", account=account)
    return DEFAULT if kept is None else _prefs(orjson.loads(kept))


class Choice(NamedTuple):
    """What settles whether one member is rung."""

    home_cell: str
    prefs: Prefs


def list_choices(tx: Tx, accounts: Collection[str]) -> dict[str, Choice]:
    """Of those who are members; who chose nothing has `DEFAULT`."""
    rows = tx.all(
        """SELECT member.account, home_cell, choices FROM member
           LEFT JOIN prefs ON prefs.account = member.account WHERE member.account IN :accounts""",
        accounts=tuple(accounts),
    )
    return {
        account: Choice(home, DEFAULT if kept is None else _prefs(orjson.loads(kept)))
        for account, home, kept in rows
    }


def save_prefs(tx: Tx, account: str, prefs: Prefs) -> None:
    tx.run(
        """INSERT INTO prefs (account, choices) VALUES (:account, :choices)
           ON CONFLICT (account) DO UPDATE SET choices = excluded.choices""",
        account=account,
        choices=orjson.dumps(_kept(prefs)).decode(),
    )


def list_room_prefs(tx: Tx, account: str) -> dict[str, RoomPrefs]:
    """Rooms and conversations this member chose something for."""
    rows = tx.all(
        "SELECT room, level, snoozed_until FROM room_prefs WHERE account = :account",
        account=account,
    )
    return {room: RoomPrefs(level, _moment(until)) for room, level, until in rows}


def list_levels(tx: Tx, room: str, accounts: Collection[str]) -> dict[str, RoomPrefs]:
    """What these members chose for one room; the others have `default_room(room)`."""
    if not accounts:
        return {}
    rows = tx.all(
        """SELECT account, level, snoozed_until FROM room_prefs
           WHERE room = :room AND account IN :accounts""",
        room=room,
        accounts=tuple(accounts),
    )
    return {account: RoomPrefs(level, _moment(until)) for account, level, until in rows}


def list_wanting_all(tx: Tx, room: str) -> list[str]:
    """Who chose to be rung for every word of one room."""
    rows = tx.all("SELECT account FROM room_prefs WHERE room = :room AND level = 'all'", room=room)
    return [account for (account,) in rows]


def wants_all(room: str) -> Condition:
    """Somebody did."""
    sql = "SELECT 1 FROM room_prefs WHERE room = :wanted AND level = 'all'"
    return Condition(f"EXISTS ({sql})", {"wanted": room})


def list_silenced(
    tx: Tx, rooms: Collection[str], accounts: Collection[str], now: datetime
) -> set[str]:
    """Which of these members silenced one of these rooms, for good or until later than now."""
    if not rooms or not accounts:
        return set()
    rows = tx.all(
        """SELECT account FROM room_prefs WHERE room IN :rooms AND account IN :accounts
           AND (level = 'nothing' OR snoozed_until > :now)""",
        rooms=tuple(rooms),
        accounts=tuple(accounts),
        now=to_millis(now),
    )
    return {account for (account,) in rows}


def list_muted(tx: Tx, account: str) -> frozenset[str]:
    """Rooms and conversations that count no unread for this member."""
    rows = tx.all(
        "SELECT room FROM room_prefs WHERE account = :account AND level = 'nothing'",
        account=account,
    )
    return frozenset(room for (room,) in rows)


def save_room_prefs(tx: Tx, account: str, room: str, prefs: RoomPrefs | None) -> None:
    """None forgets the choice."""
    _save_room_prefs(tx, account, room, prefs)
    if room in VIEWS:
        note_hearing(tx, account)


def _save_room_prefs(tx: Tx, account: str, room: str, prefs: RoomPrefs | None) -> None:
    if prefs is None:
        tx.run(
            "DELETE FROM room_prefs WHERE account = :account AND room = :room",
            account=account,
            room=room,
        )
        return
    tx.run(
        """INSERT INTO room_prefs (account, room, level, snoozed_until)
           VALUES (:account, :room, :level, :until)
           ON CONFLICT (account, room) DO UPDATE
               SET level = excluded.level, snoozed_until = excluded.snoozed_until""",
        account=account,
        room=room,
        level=prefs.level,
        until=None if prefs.snoozed_until is None else to_millis(prefs.snoozed_until),
    )


def forget(tx: Tx, accounts: Collection[str]) -> None:
    """Whose accounts are gone chooses nothing any more."""
    for table in ("prefs", "room_prefs"):
        tx.run(f"DELETE FROM {table} WHERE account IN :accounts", accounts=tuple(accounts))
    for account in accounts:
        note_hearing(tx, account)


def _moment(millis: int | None) -> datetime | None:
    return None if millis is None else from_millis(millis)


def _kept(prefs: Prefs) -> dict[str, Any]:
    quiet = prefs.quiet
    until = prefs.snoozed_until
    return {
        "ways": prefs.ways,
        "quiet": {
            "is_on": quiet.is_on,
            "begins": quiet.begins,
            "ends": quiet.ends,
            "days": sorted(quiet.days),
            "zone": quiet.zone,
            "passes": quiet.passes,
        },
        "snoozed_until": None if until is None else to_millis(until),
        "digest_at": prefs.digest_at,
    }


def _prefs(kept: dict[str, Any]) -> Prefs:
    """A choice of a later version is passed over, one that lacks has its default."""
    quiet = kept.get("quiet", {})
    known = {name: quiet[name] for name in Quiet.__dataclass_fields__ if name in quiet}
    if "days" in known:
        known["days"] = frozenset(known["days"])
    plain = {name: kept[name] for name in Prefs.__dataclass_fields__ if name in kept}
    return Prefs(
        **plain | {"quiet": Quiet(**known), "snoozed_until": _moment(kept.get("snoozed_until"))}
    )

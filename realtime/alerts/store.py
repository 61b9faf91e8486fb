"""The SQL of alerts: one function per query. Sightings and voices: `sightings/`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime

import orjson

from realtime.alerts.model import OPEN, Alert
from realtime.clock import from_millis, to_millis
from realtime.db import Tx
from realtime.db.tx import Row
from realtime.errors import Refused
from realtime.geo.cells import prefix_range

_NAMES = tuple(one.name for one in fields(Alert))
_COLUMNS = ", ".join(f"a.{name}" for name in _NAMES)
_TIMES = {
    "occurred_at",
    "raised_at",
    "updated_at",
    "expires_at",
    "closed_at",
    "rang_at",
    "poster_at",
}
_LISTS = {"cells", "reached", "thanked"}


def _alert(row: Row) -> Alert:
    values = dict(zip(_NAMES, row, strict=True))
    for name in _TIMES:
        if values[name] is not None:
            values[name] = from_millis(values[name])
    for name in _LISTS:
        values[name] = tuple(orjson.loads(values[name]))
    values["details"] = orjson.loads(values["details"])
    values["keeps_photos"] = bool(values["keeps_photos"])
    return Alert(**values)


def _row(alert: Alert) -> dict[str, object]:
    row: dict[str, object] = {}
    for name in _NAMES:
        value = getattr(alert, name)
        if name in _TIMES and value is not None:
            value = to_millis(value)
        elif name in _LISTS or name == "details":
            value = orjson.dumps(value).decode()
        row[name] = value
    return row


def lock_household(tx: Tx, household: str) -> None:
    """Two alerts of one household at once: the second counts the first. SQLite has one writer."""
    if tx.dialect == "postgresql":
        tx.find("SELECT pg_advisory_xact_lock(hashtext(:name))", name=f"alerts:{household}")


def add_alert(tx: Tx, alert: Alert) -> None:
    names = ", ".join(_NAMES)
    values = ", ".join(f":{name}" for name in _NAMES)
    tx.run(f"INSERT INTO alert ({names}) VALUES ({values})", **_row(alert))
    _keep_cells(tx, alert)


def save_alert(tx: Tx, alert: Alert, *, area_moved: bool = False) -> None:
    changes = ", ".join(f"{name} = :{name}" for name in _NAMES if name != "id")
    tx.run(f"UPDATE alert SET {changes} WHERE id = :id", **_row(alert))
    if area_moved:
        tx.run("DELETE FROM alert_cell WHERE alert = :id", id=alert.id)
        _keep_cells(tx, alert)


def _keep_cells(tx: Tx, alert: Alert) -> None:
    tx.many(
        "INSERT INTO alert_cell (cell, alert) VALUES (:cell, :alert)",
        [{"cell": cell, "alert": alert.id} for cell in alert.reached],
    )


def find_alert(tx: Tx, alert_id: str) -> Alert | None:
    row = tx.find(f"SELECT {_COLUMNS} FROM alert a WHERE a.id = :id", id=alert_id)
    return None if row is None else _alert(row)


def get_alert(tx: Tx, alert_id: str) -> Alert:
    alert = find_alert(tx, alert_id)
    if alert is None:
        raise Refused("not_found")
    return alert


def get_alert_to_change(tx: Tx, alert_id: str) -> Alert:
    """The same, held until the end of the transaction."""
    if tx.dialect == "postgresql":
        tx.find("SELECT 1 FROM alert WHERE id = :id FOR UPDATE", id=alert_id)
    return get_alert(tx, alert_id)


def list_alerts(tx: Tx, ids: Collection[str]) -> list[Alert]:
    rows = tx.all(f"SELECT {_COLUMNS} FROM alert a WHERE a.id IN :ids", ids=tuple(ids))
    return [_alert(row) for row in rows]


def list_open_ids(
    tx: Tx,
    account: str,
    cells: Sequence[str],
    now: datetime,
    *,
    house: str | None,
    official_only: bool,
    limit: int,
) -> list[str]:
    """Open alerts whose union holds one of these cells, those the account listens to, and those
    of the `house` it speaks for.
    """
    residents = "AND a.organisation IS NOT NULL" if official_only else ""
    own = """UNION SELECT a.id FROM alert a
        WHERE a.organisation = :house AND a.state IN :open AND a.expires_at > :now"""
    rows = tx.all(
        f"""SELECT a.id FROM alert a
            WHERE a.id IN (SELECT alert FROM alert_cell WHERE cell IN :cells)
              AND a.state IN :open AND a.expires_at > :now {residents}
            UNION
            SELECT a.id FROM alert a JOIN alert_listener l ON l.alert = a.id
            WHERE l.account = :account AND a.state IN :open AND a.expires_at > :now
            {own if house is not None else ""}
            ORDER BY 1 DESC LIMIT :limit""",
        cells=tuple(cells),
        open=OPEN,
        now=to_millis(now),
        account=account,
        house=house,
        limit=limit,
    )
    return [alert_id for (alert_id,) in rows]


def count_raised(tx: Tx, household: str, since: datetime, *, urgent: bool) -> tuple[int, datetime]:
    """How many alerts of a household since then, and when the oldest of them was raised."""
    only = "AND urgency = 'high'" if urgent else ""
    count, oldest = tx.find(
        f"""SELECT count(*), min(raised_at) FROM alert
            WHERE household = :household AND raised_at > :since AND organisation IS NULL {only}""",
        household=household,
        since=to_millis(since),
    ) or (0, None)
    return count, since if oldest is None else from_millis(oldest)


def list_due(tx: Tx, now: datetime, limit: int) -> list[str]:
    """Open alerts whose time is over."""
    rows = tx.all(
        """SELECT id FROM alert WHERE state IN :open AND expires_at <= :now
           ORDER BY expires_at LIMIT :limit""",
        open=OPEN,
        now=to_millis(now),
        limit=limit,
    )
    return [alert_id for (alert_id,) in rows]


def list_old(tx: Tx, states: Sequence[str], before: datetime, limit: int) -> list[str]:
    """Closed alerts to archive."""
    rows = tx.all(
        "SELECT id FROM alert WHERE state IN :states AND closed_at <= :before LIMIT :limit",
        states=tuple(states),
        before=to_millis(before),
        limit=limit,
    )
    return [alert_id for (alert_id,) in rows]


def list_near(tx: Tx, kinds: Sequence[str], regions: Sequence[str], now: datetime) -> list[Alert]:
    """Open alerts of these kinds whose place lies in these regions, newest first."""
    ranges = [prefix_range(region) for region in regions]
    rows = tx.all(
        f"""SELECT {_COLUMNS} FROM alert a
            WHERE ({
            " OR ".join(f"a.cell >= :low_{n} AND a.cell < :high_{n}" for n in range(len(ranges)))
        })
              AND a.kind IN :kinds AND a.state = 'active' AND a.expires_at > :now
            ORDER BY a.id DESC LIMIT 200""",
        kinds=tuple(kinds),
        now=to_millis(now),
        **{f"low_{n}": low for n, (low, _) in enumerate(ranges)},
        **{f"high_{n}": high for n, (_, high) in enumerate(ranges)},
    )
    return [_alert(row) for row in rows]


def add_match(tx: Tx, lost: str, found: str, now: datetime) -> bool:
    """True when this pair is new."""
    return (
        tx.run(
            """INSERT INTO alert_match (lost, found, at) VALUES (:lost, :found, :at)
               ON CONFLICT DO NOTHING""",
            lost=lost,
            found=found,
            at=to_millis(now),
        )
        > 0
    )


def list_matches(tx: Tx, ids: Sequence[str]) -> list[tuple[str, str]]:
    """(alert, the other) for each of the alerts asked for."""
    return [
        (one, other)
        for one, other in tx.all(
            """SELECT lost, found FROM alert_match WHERE lost IN :ids
               UNION SELECT found, lost FROM alert_match WHERE found IN :ids ORDER BY 1, 2""",
            ids=tuple(ids),
        )
    ]


def listen(tx: Tx, alert_id: str, account: str, because: str) -> bool:
    """True when the account did not listen yet; the first reason stays."""
    return (
        tx.run(
            """INSERT INTO alert_listener (alert, account, because)
               VALUES (:alert, :account, :because) ON CONFLICT DO NOTHING""",
            alert=alert_id,
            account=account,
            because=because,
        )
        > 0
    )


def stop_listening(tx: Tx, alert_id: str, account: str) -> bool:
    """Only those who chose to follow may stop; authors and reporters hear how it ends."""
    return (
        tx.run(
            """DELETE FROM alert_listener
               WHERE alert = :alert AND account = :account AND because IN ('follower', 'match')""",
            alert=alert_id,
            account=account,
        )
        > 0
    )


def list_listeners(tx: Tx, alert_id: str) -> list[str]:
    rows = tx.all("SELECT account FROM alert_listener WHERE alert = :id ORDER BY 1", id=alert_id)
    return [account for (account,) in rows]


def list_owners(tx: Tx, alert: Alert) -> list[str]:
    """Whom it belongs to: its author; an organisation's, all who speak for that now."""
    if alert.organisation is None:
        return [alert.author]
    rows = tx.all(
        """SELECT account FROM organisation_staff JOIN member USING (account)
           WHERE organisation = :house AND level = 'organisation' ORDER BY account""",
        house=alert.organisation,
    )
    return [account for (account,) in rows]


def is_listening(tx: Tx, alert_id: str, account: str) -> bool:
    return (
        tx.value(
            "SELECT 1 FROM alert_listener WHERE alert = :id AND account = :account",
            id=alert_id,
            account=account,
        )
        is not None
    )


def forget_old_cells(tx: Tx, alert_id: str) -> None:
    """An archived alert is found by its id only."""
    tx.run("DELETE FROM alert_cell WHERE alert = :id", id=alert_id)

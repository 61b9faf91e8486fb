"""The SQL of sightings and of what households say: one function per query."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from realtime.alerts.sightings.model import Says, Sighting, State
from realtime.clock import from_millis, to_millis
from realtime.db import Tx
from realtime.db.tx import Row
from realtime.errors import Refused

_COLUMNS = "id, alert, author, at, cell, text, photo, told_at, state"


def _sighting(row: Row) -> Sighting:
    own_id, alert, author, at, cell, text, photo, told_at, state = row
    return Sighting(
        id=own_id,
        alert=alert,
        author=author,
        at=from_millis(at),
        cell=cell,
        text=text,
        photo=photo,
        told_at=from_millis(told_at),
        state=state,
    )


def add_sighting(tx: Tx, sighting: Sighting) -> None:
    tx.run(
        f"""INSERT INTO sighting ({_COLUMNS})
            VALUES (:id, :alert, :author, :at, :cell, :text, :photo, :told_at, :state)""",
        id=sighting.id,
        alert=sighting.alert,
        author=sighting.author,
        at=to_millis(sighting.at),
        cell=sighting.cell,
        text=sighting.text,
        photo=sighting.photo,
        told_at=to_millis(sighting.told_at),
        state=sighting.state,
    )


def set_state(tx: Tx, sighting_id: str, state: State) -> None:
    tx.run("UPDATE sighting SET state = :state WHERE id = :id", state=state, id=sighting_id)


def find_sighting(tx: Tx, sighting_id: str) -> Sighting | None:
    row = tx.find(f"SELECT {_COLUMNS} FROM sighting WHERE id = :id", id=sighting_id)
    return None if row is None else _sighting(row)


def get_sighting(tx: Tx, sighting_id: str) -> Sighting:
    sighting = find_sighting(tx, sighting_id)
    if sighting is None:
        raise Refused("not_found")
    return sighting


def list_sightings(tx: Tx, ids: Collection[str]) -> list[Sighting]:
    rows = tx.all(f"SELECT {_COLUMNS} FROM sighting WHERE id IN :ids", ids=tuple(ids))
    return [_sighting(row) for row in rows]


def list_shown(tx: Tx, alerts: Sequence[str]) -> list[Sighting]:
    """What all may see, oldest first."""
    rows = tx.all(
        f"""SELECT {_COLUMNS} FROM sighting WHERE alert IN :alerts AND state = 'shown'
            ORDER BY id LIMIT 2000""",
        alerts=tuple(alerts),
    )
    return [_sighting(row) for row in rows]


def list_waiting(tx: Tx, alerts: Sequence[str]) -> list[Sighting]:
    """What the owners of these alerts have not answered yet."""
    rows = tx.all(
        f"""SELECT {_COLUMNS} FROM sighting
            WHERE state = 'waiting' AND alert IN :alerts ORDER BY id""",
        alerts=tuple(alerts),
    )
    return [_sighting(row) for row in rows]


def list_waiting_since(tx: Tx, before: datetime, limit: int) -> list[Sighting]:
    rows = tx.all(
        f"""SELECT {_COLUMNS} FROM sighting WHERE state = 'waiting' AND told_at <= :before
            ORDER BY told_at LIMIT :limit""",
        before=to_millis(before),
        limit=limit,
    )
    return [_sighting(row) for row in rows]


def list_ids(tx: Tx, alert: str) -> list[str]:
    rows = tx.all("SELECT id FROM sighting WHERE alert = :alert", alert=alert)
    return [sighting for (sighting,) in rows]


def count_by(tx: Tx, alert: str, account: str) -> int:
    count: int = tx.value(
        "SELECT count(*) FROM sighting WHERE alert = :alert AND author = :account",
        alert=alert,
        account=account,
    )
    return count


def list_reporters(tx: Tx, alert: str) -> list[str]:
    """Those whose sighting was not declined, first come first."""
    rows = tx.all(
        """SELECT author FROM sighting WHERE alert = :alert AND state <> 'declined'
           GROUP BY author ORDER BY min(id)""",
        alert=alert,
    )
    return [account for (account,) in rows]


def coarsen(tx: Tx, alert: str, characters: int) -> None:
    tx.run(
        "UPDATE sighting SET cell = substr(cell, 1, :characters) WHERE alert = :alert",
        characters=characters,
        alert=alert,
    )


def say(tx: Tx, alert: str, household: str, account: str, says: Says, now: datetime) -> bool:
    """A household's last word counts, once. True when it changed."""
    return (
        tx.run(
            """INSERT INTO alert_voice (alert, household, says, account, at)
               VALUES (:alert, :household, :says, :account, :at)
               ON CONFLICT (alert, household) DO UPDATE SET says = excluded.says,
                   account = excluded.account, at = excluded.at
               WHERE alert_voice.says <> excluded.says""",
            alert=alert,
            household=household,
            says=says,
            account=account,
            at=to_millis(now),
        )
        > 0
    )


def count_voices(tx: Tx, alerts: Sequence[str]) -> dict[tuple[str, str], int]:
    """Households by (alert, what they say)."""
    rows = tx.all(
        "SELECT alert, says, count(*) FROM alert_voice WHERE alert IN :alerts GROUP BY alert, says",
        alerts=tuple(alerts),
    )
    return {(alert, says): count for alert, says, count in rows}


def find_voice(tx: Tx, alert: str, household: str) -> str | None:
    says: str | None = tx.value(
        "SELECT says FROM alert_voice WHERE alert = :alert AND household = :household",
        alert=alert,
        household=household,
    )
    return says

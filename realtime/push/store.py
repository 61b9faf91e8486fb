"""The SQL of devices that ring: one function per query."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from realtime.clock import from_millis, to_millis
from realtime.db import Tx
from realtime.db.tx import Row
from realtime.push.model import Device, Failing

_COLUMNS = """id, account, device, origin, sealed, key, label, created_at, seen_at, ok_at, failures,
    failing_since, disabled_reason"""
# Signed out, it is silent: the sign-in it belongs to must still be there.
_RINGS = """disabled_at IS NULL
    AND EXISTS (SELECT 1 FROM session WHERE session.id = push_subscription.session)"""


class Ringing(NamedTuple):
    """What a batch needs of a device."""

    id: str
    account: str
    device: str
    origin: str
    sealed: bytes
    key: str
    language: str


def _when(millis: int | None) -> datetime | None:
    return None if millis is None else from_millis(millis)


def _device(row: Row) -> Device:
    own_id, account, device, origin, kept, key, label, created, seen, ok, count, since, why = row
    return Device(
        id=own_id,
        account=account,
        device=device,
        origin=origin,
        sealed=bytes(kept),
        key=key,
        label=label,
        created_at=from_millis(created),
        seen_at=from_millis(seen),
        ok_at=_when(ok),
        failures=count,
        failing_since=_when(since),
        disabled_reason=why,
    )


def find_by_endpoint(tx: Tx, endpoint: str) -> Device | None:
    row = tx.find(f"SELECT {_COLUMNS} FROM push_subscription WHERE endpoint = :e", e=endpoint)
    return None if row is None else _device(row)


def list_devices(tx: Tx, account: str) -> list[Device]:
    """Of an account, the newest first; disabled ones too."""
    rows = tx.all(
        f"""SELECT {_COLUMNS} FROM push_subscription WHERE account = :account
            AND EXISTS (SELECT 1 FROM session WHERE session.id = push_subscription.session)
            ORDER BY created_at DESC, id""",
        account=account,
    )
    return [_device(row) for row in rows]


def add_device(tx: Tx, one: Device, endpoint: str, session: str) -> None:
    tx.run(
        """INSERT INTO push_subscription (id, account, device, session, endpoint, origin, sealed,
               key, label, created_at, seen_at)
           VALUES (:id, :account, :device, :session, :endpoint, :origin, :sealed, :key, :label,
               :at, :at)""",
        id=one.id,
        account=one.account,
        device=one.device,
        session=session,
        endpoint=endpoint,
        origin=one.origin,
        sealed=one.sealed,
        key=one.key,
        label=one.label,
        at=to_millis(one.created_at),
    )


def note_seen(tx: Tx, one: str, session: str, label: str, now: datetime) -> None:
    """It came back: whatever failed before is forgotten."""
    tx.run(
        """UPDATE push_subscription SET seen_at = :now, session = :session, label = :label,
               failures = 0, failing_since = NULL, disabled_at = NULL, disabled_reason = NULL
           WHERE id = :id""",
        id=one,
        session=session,
        label=label,
        now=to_millis(now),
    )


def forget_device(tx: Tx, device: str, *, account: str | None = None, but: str = "") -> int:
    """Its subscriptions, of one account or of any."""
    return tx.run(
        """DELETE FROM push_subscription WHERE device = :device AND id <> :but
           AND (account = :account OR :every = 1)""",
        device=device,
        but=but,
        account=account or "",
        every=int(account is None),
    )


def forget_endpoint(tx: Tx, endpoint: str) -> None:
    tx.run("DELETE FROM push_subscription WHERE endpoint = :endpoint", endpoint=endpoint)


def forget_oldest(tx: Tx, account: str, kept: int) -> None:
    tx.run(
        """DELETE FROM push_subscription WHERE account = :account AND id NOT IN (
               SELECT id FROM push_subscription WHERE account = :account
               ORDER BY seen_at DESC, id LIMIT :kept)""",
        account=account,
        kept=kept,
    )


def list_ringing(tx: Tx, accounts: Collection[str]) -> list[tuple[str, str, str]]:
    """(subscription, account, origin) of devices that may ring."""
    if not accounts:
        return []
    rows = tx.all(
        f"""SELECT id, account, origin FROM push_subscription
            WHERE account IN :accounts AND {_RINGS}""",
        accounts=tuple(accounts),
    )
    return [(own_id, account, origin) for own_id, account, origin in rows]


def list_targets(tx: Tx, ids: Sequence[str]) -> list[Ringing]:
    """Those of a batch that may still ring, with the language of their owner."""
    if not ids:
        return []
    rows = tx.all(
        f"""SELECT push_subscription.id, push_subscription.account, device, origin, sealed, key,
               language FROM push_subscription
            JOIN member ON member.account = push_subscription.account
            WHERE push_subscription.id IN :ids AND {_RINGS}""",
        ids=tuple(ids),
    )
    return [
        Ringing(own_id, account, device, origin, bytes(kept), key, language)
        for own_id, account, device, origin, kept, key, language in rows
    ]


def note_accepted(tx: Tx, ids: Collection[str], now: datetime) -> None:
    if ids:
        tx.run(
            """UPDATE push_subscription SET ok_at = :now, failures = 0, failing_since = NULL
               WHERE id IN :ids""",
            ids=tuple(ids),
            now=to_millis(now),
        )


def disable(tx: Tx, ids: Collection[str], reason: str, now: datetime) -> None:
    if ids:
        tx.run(
            """UPDATE push_subscription SET disabled_at = :now, disabled_reason = :reason
               WHERE id IN :ids AND disabled_at IS NULL""",
            ids=tuple(ids),
            reason=reason,
            now=to_millis(now),
        )


def note_failed(tx: Tx, ids: Collection[str], now: datetime) -> dict[str, Failing]:
    """One more failure each; how long each has failed."""
    if not ids:
        return {}
    rows = tx.all(
        """UPDATE push_subscription SET failures = failures + 1,
               failing_since = coalesce(failing_since, :now)
           WHERE id IN :ids RETURNING id, failures, failing_since""",
        ids=tuple(ids),
        now=to_millis(now),
    )
    return {own_id: Failing(count, _when(since)) for own_id, count, since in rows}


def save_key(tx: Tx, one: str, key: str) -> None:
    """It turned out to have been made with this one."""
    tx.run("UPDATE push_subscription SET key = :key WHERE id = :id", id=one, key=key)


def disable_idle(tx: Tx, before: datetime, now: datetime, limit: int) -> int:
    return tx.run(
        """UPDATE push_subscription SET disabled_at = :now, disabled_reason = 'idle'
           WHERE id IN (SELECT id FROM push_subscription
               WHERE disabled_at IS NULL AND seen_at < :before LIMIT :limit)""",
        before=to_millis(before),
        now=to_millis(now),
        limit=limit,
    )


def forget_disabled(tx: Tx, before: datetime, limit: int) -> int:
    return tx.run(
        """DELETE FROM push_subscription WHERE id IN (SELECT id FROM push_subscription
               WHERE disabled_at < :before LIMIT :limit)""",
        before=to_millis(before),
        limit=limit,
    )


def forget_left(tx: Tx, limit: int) -> int:
    """Devices of a sign-in or an account that is no more."""
    return tx.run(
        """DELETE FROM push_subscription WHERE id IN (SELECT id FROM push_subscription
               WHERE NOT EXISTS (SELECT 1 FROM session
                   WHERE session.id = push_subscription.session) LIMIT :limit)""",
        limit=limit,
    )


def count_keys(tx: Tx) -> dict[str, int]:
    """How many devices subscribed with each key."""
    rows = tx.all(
        "SELECT key, count(*) FROM push_subscription WHERE disabled_at IS NULL GROUP BY key"
    )
    return dict(rows)

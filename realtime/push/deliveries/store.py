"""The SQL of deliveries, receipts and totals: one function per query."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from realtime.clock import from_millis, to_millis
from realtime.db import Tx
from realtime.push.model import PAGE_SHOWED, Delivery


def list_delivered(tx: Tx, run: str, subscriptions: Sequence[str]) -> set[str]:
    """Those of a batch that need nothing more."""
    rows = tx.all(
        """SELECT subscription FROM push_delivery
           WHERE run = :run AND subscription IN :ids AND state <> 'waiting'""",
        run=run,
        ids=tuple(subscriptions),
    )
    return {own_id for (own_id,) in rows}


def save_deliveries(tx: Tx, run: str, deliveries: Iterable[Delivery], now: datetime) -> None:
    """One statement for all that went the same way: each row of `tx.many` gives the interpreter
    away and waits for it again. A device that left in the meantime has nothing to note."""
    same: dict[tuple[str, str], list[str]] = {}
    for one in deliveries:
        same.setdefault((one.state, one.reason), []).append(one.subscription)
    for (state, reason), ids in same.items():
        tx.run(
            """INSERT INTO push_delivery (run, subscription, account, state, reason, at)
               SELECT :run, id, account, :state, :reason, :at FROM push_subscription
               WHERE id IN :ids
               ON CONFLICT (run, subscription) DO UPDATE
                   SET state = excluded.state, reason = excluded.reason, at = excluded.at""",
            run=run,
            state=state,
            reason=reason,
            at=to_millis(now),
            ids=tuple(ids),
        )


def list_accepted(tx: Tx, runs: Sequence[str], after: str, limit: int) -> list[tuple[str, str]]:
    """Devices that got one of these runs, and whose they are."""
    rows = tx.all(
        """SELECT DISTINCT subscription, account FROM push_delivery WHERE run IN :runs
           AND state = 'accepted' AND subscription > :after ORDER BY subscription LIMIT :limit""",
        runs=tuple(runs),
        after=after,
        limit=limit,
    )
    return [(own_id, account) for own_id, account in rows]


def only_pages_showed(tx: Tx, run: str, account: str) -> bool:
    """Every device of this member that might have rung was kept silent by its own open page."""
    rows = tx.all(
        """SELECT DISTINCT reason FROM push_delivery WHERE run = :run AND subscription IN (
               SELECT id FROM push_subscription WHERE account = :account)""",
        run=run,
        account=account,
    )
    return [reason for (reason,) in rows] == [PAGE_SHOWED]


def list_answered(tx: Tx, run: str, subject: str, accounts: Collection[str]) -> set[str]:
    """Members one of whose devices showed it, as a push message or on an open page."""
    if not accounts:
        return set()
    rows = tx.all(
        """SELECT account FROM push_delivery
           WHERE run = :run AND account IN :accounts AND shown_at IS NOT NULL
           UNION SELECT account FROM push_seen WHERE subject = :subject AND account IN :accounts""",
        run=run,
        subject=subject,
        accounts=tuple(accounts),
    )
    return {account for (account,) in rows}


def claim_mail(tx: Tx, run: str, account: str, now: datetime) -> bool:
    """True for the first who asks: one mail for a run."""
    return (
        tx.run(
            """INSERT INTO push_delivery (run, subscription, account, state, reason, at)
               VALUES (:run, :subscription, :account, 'mailed', '', :at) ON CONFLICT DO NOTHING""",
            run=run,
            subscription=f"mail:{account}",
            account=account,
            at=to_millis(now),
        )
        > 0
    )


def mark_receipt(tx: Tx, run: str, subscription: str, what: str, now: datetime) -> bool:
    """The first receipt of its kind."""
    column = "clicked_at" if what == "clicked" else "shown_at"
    return (
        tx.run(
            f"""UPDATE push_delivery SET {column} = :now
                WHERE run = :run AND subscription = :subscription AND {column} IS NULL""",
            run=run,
            subscription=subscription,
            now=to_millis(now),
        )
        > 0
    )


class Trial(NamedTuple):
    """What became of the last trial on a device."""

    state: str
    reason: str
    shown: bool
    expires_at: datetime


def last_trials(tx: Tx, subscriptions: Sequence[str]) -> dict[str, Trial]:
    """The newest of each device."""
    rows = tx.all(
        """SELECT subscription, state, reason, shown_at, expires_at FROM push_delivery
           JOIN push_run ON push_run.id = push_delivery.run
           WHERE subscription IN :ids AND push_run.kind = 'test'
           ORDER BY push_run.raised_at, push_run.id""",
        ids=tuple(subscriptions),
    )
    return {
        own_id: Trial(state, reason, shown is not None, from_millis(expires))
        for own_id, state, reason, shown, expires in rows
    }


def add_seen(tx: Tx, subject: str, device: str, account: str, now: datetime) -> None:
    tx.run(
        """INSERT INTO push_seen (subject, device, account, at)
           VALUES (:subject, :device, :account, :at) ON CONFLICT DO NOTHING""",
        subject=subject,
        device=device,
        account=account,
        at=to_millis(now),
    )


def list_seen(tx: Tx, subject: str, devices: Collection[str]) -> set[tuple[str, str]]:
    """(device, account) whose open page showed it."""
    rows = tx.all(
        "SELECT device, account FROM push_seen WHERE subject = :subject AND device IN :devices",
        subject=subject,
        devices=tuple(devices),
    )
    return {(device, account) for device, account in rows}


def forget_seen(tx: Tx, before: datetime, limit: int) -> int:
    return tx.run(
        """DELETE FROM push_seen WHERE (subject, device) IN (
               SELECT subject, device FROM push_seen WHERE at < :before LIMIT :limit)""",
        before=to_millis(before),
        limit=limit,
    )


def tally(tx: Tx, counted: Mapping[tuple[str, str], int]) -> None:
    """Totals, in one order for all: two workers never wait for each other in a circle."""
    tx.many(
        """INSERT INTO push_tally (name, label, count) VALUES (:name, :label, :count)
           ON CONFLICT (name, label) DO UPDATE SET count = push_tally.count + excluded.count""",
        [{"name": n, "label": label, "count": c} for (n, label), c in sorted(counted.items())],
    )


def list_tallies(tx: Tx) -> list[tuple[str, str, int]]:
    rows = tx.all("SELECT name, label, count FROM push_tally ORDER BY name, label")
    return [(name, label, count) for name, label, count in rows]

"""The SQL of runs and decisions: one function per query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from realtime.clock import from_millis, to_millis
from realtime.db import Tx
from realtime.db.tx import Row
from realtime.push.model import Run

_COLUMNS = """id, kind, subject, version, raised_at, queued_at, expires_at, phones, accepted,
    shown, first_accepted_at, last_accepted_at, first_shown_at"""


class Decided(NamedTuple):
    """One member's decision, as it is kept."""

    account: str
    action: str
    reason: str
    ring: str
    counts: bool
    until: datetime | None


def _when(millis: int | None) -> datetime | None:
    return None if millis is None else from_millis(millis)


def _run(row: Row) -> Run:
    own_id, kind, subject, version, raised, queued, expires, phones, accepted, shown, *times = row
    first, last, first_shown = map(_when, times)
    return Run(
        id=own_id,
        kind=kind,
        subject=subject,
        version=version,
        raised_at=from_millis(raised),
        queued_at=from_millis(queued),
        expires_at=from_millis(expires),
        phones=phones,
        accepted=accepted,
        shown=shown,
        first_accepted_at=first,
        last_accepted_at=last,
        first_shown_at=first_shown,
    )


def find_run(tx: Tx, run: str) -> Run | None:
    row = tx.find(f"SELECT {_COLUMNS} FROM push_run WHERE id = :id", id=run)
    return None if row is None else _run(row)


def list_runs(tx: Tx, subject: str) -> list[Run]:
    """All of a subject, the newest first."""
    rows = tx.all(
        f"SELECT {_COLUMNS} FROM push_run WHERE subject = :s ORDER BY id DESC LIMIT 50", s=subject
    )
    return [_run(row) for row in rows]


def find_newest(tx: Tx, subject: str, kind: str) -> Run | None:
    row = tx.find(
        f"""SELECT {_COLUMNS} FROM push_run WHERE subject = :subject AND kind = :kind
            ORDER BY id DESC LIMIT 1""",
        subject=subject,
        kind=kind,
    )
    return None if row is None else _run(row)


def find_last(tx: Tx, kind: str) -> Run | None:
    row = tx.find(
        f"SELECT {_COLUMNS} FROM push_run WHERE kind = :kind ORDER BY id DESC LIMIT 1", kind=kind
    )
    return None if row is None else _run(row)


def add_run(tx: Tx, run: Run) -> Run:
    """It, or the one that was there before: a job may come twice."""
    tx.run(
        """INSERT INTO push_run (id, kind, subject, version, raised_at, queued_at, expires_at)
           VALUES (:id, :kind, :subject, :version, :raised, :queued, :expires)
           ON CONFLICT (subject, kind, version) DO NOTHING""",
        id=run.id,
        kind=run.kind,
        subject=run.subject,
        version=run.version,
        raised=to_millis(run.raised_at),
        queued=to_millis(run.queued_at),
        expires=to_millis(run.expires_at),
    )
    row = tx.find(
        f"""SELECT {_COLUMNS} FROM push_run
            WHERE subject = :subject AND kind = :kind AND version = :version""",
        subject=run.subject,
        kind=run.kind,
        version=run.version,
    )
    if row is None:
        raise LookupError("it was just added")
    return _run(row)


def ring_on(tx: Tx, run: Run, raised_at: datetime, expires_at: datetime) -> bool:
    """It has rung already, and what it tells of became news again. True the first time."""
    return (
        tx.run(
            """UPDATE push_run SET raised_at = :raised, expires_at = :expires
               WHERE id = :id AND raised_at < :raised""",
            id=run.id,
            raised=to_millis(raised_at),
            expires=to_millis(expires_at),
        )
        > 0
    )


def hold(tx: Tx, run: str) -> None:
    """Until this transaction ends, others about the same run wait."""
    tx.run("UPDATE push_run SET phones = phones WHERE id = :id", id=run)


def add_phones(tx: Tx, run: str, count: int) -> None:
    tx.run("UPDATE push_run SET phones = phones + :n WHERE id = :id", id=run, n=count)


def note_accepted(tx: Tx, run: str, count: int, first: datetime, last: datetime) -> None:
    tx.run(
        """UPDATE push_run SET accepted = accepted + :n,
               first_accepted_at = coalesce(first_accepted_at, :first), last_accepted_at = :last
           WHERE id = :id""",
        id=run,
        n=count,
        first=to_millis(first),
        last=to_millis(last),
    )


def note_shown(tx: Tx, run: str, now: datetime) -> None:
    tx.run(
        """UPDATE push_run SET shown = shown + 1, first_shown_at = coalesce(first_shown_at, :now)
           WHERE id = :id""",
        id=run,
        now=to_millis(now),
    )


# What a quiet hour held back and did not ring since.
_HELD = """action IN ('delay', 'off') AND reason IN ('quiet_hours', 'snoozed', 'over_by_then')"""


def list_all_decided(tx: Tx, run: str, *, but_held: bool) -> set[str]:
    """`but_held`: it passes quiet hours by now, and whom they kept it from is decided anew."""
    rows = tx.all(
        f"SELECT account FROM push_decision WHERE run = :run AND NOT (:but_held AND {_HELD})",
        run=run,
        but_held=but_held,
    )
    return {account for (account,) in rows}


def list_decided(tx: Tx, run: str, accounts: Collection[str], *, but_held: bool) -> set[str]:
    """The same of these."""
    if not accounts:
        return set()
    rows = tx.all(
        f"""SELECT account FROM push_decision WHERE run = :run AND account IN :accounts
            AND NOT (:but_held AND {_HELD})""",
        run=run,
        accounts=tuple(accounts),
        but_held=but_held,
    )
    return {account for (account,) in rows}


def add_decisions(tx: Tx, run: str, decided: Iterable[Decided], now: datetime) -> None:
    """One statement for all who got the same, as for deliveries."""
    same: dict[Decided, list[str]] = {}
    for one in decided:
        same.setdefault(one._replace(account=""), []).append(one.account)
    for what, accounts in same.items():
        tx.run(
            """INSERT INTO push_decision (run, account, action, reason, ring, counts, at, until)
               SELECT :run, account, :action, :reason, :ring, :counts, :at, CAST(:until AS BIGINT)
               FROM member WHERE account IN :accounts
               ON CONFLICT (run, account) DO UPDATE SET action = excluded.action,
                   reason = excluded.reason, counts = excluded.counts, at = excluded.at,
                   until = excluded.until""",
            run=run,
            action=what.action,
            reason=what.reason,
            ring=what.ring,
            counts=what.counts,
            at=to_millis(now),
            until=None if what.until is None else to_millis(what.until),
            accounts=tuple(accounts),
        )


def list_counted(tx: Tx, accounts: Collection[str], after: datetime) -> dict[str, list[datetime]]:
    """When each of them was rung by residents since."""
    found: dict[str, list[datetime]] = defaultdict(list)
    if accounts:
        for account, at in tx.all(
            """SELECT account, at FROM push_decision
               WHERE account IN :accounts AND at >= :after AND counts AND action = 'push'""",
            accounts=tuple(accounts),
            after=to_millis(after),
        ):
            found[account].append(from_millis(at))
    return found


class Why(NamedTuple):
    action: str
    reason: str
    ring: str
    at: datetime
    run: Run


def find_why(tx: Tx, subject: str, account: str) -> Why | None:
    """The last decision about a subject for a member."""
    row = tx.find(
        f"""SELECT push_decision.action, push_decision.reason, push_decision.ring,
               push_decision.at, {_COLUMNS}
            FROM push_run JOIN push_decision ON push_decision.run = push_run.id
            WHERE subject = :subject AND push_decision.account = :account
            ORDER BY push_run.id DESC LIMIT 1""",
        subject=subject,
        account=account,
    )
    if row is None:
        return None
    action, reason, ring, at, *run = row
    return Why(action, reason, ring, from_millis(at), _run(tuple(run)))


class Due(NamedTuple):
    """Something held back whose time has come."""

    account: str
    run: str
    action: str
    ring: str


def list_due(tx: Tx, now: datetime, limit: int) -> list[Due]:
    """Held back until now or earlier, whole members: what else is due of theirs comes with it."""
    rows = tx.all(
        """SELECT account, run, action, ring FROM push_decision WHERE until <= :now
           AND account IN (SELECT account FROM push_decision WHERE until <= :now
               ORDER BY until, account LIMIT :limit) ORDER BY account, at""",
        now=to_millis(now),
        limit=limit,
    )
    return [Due(*row) for row in rows]


def end_waiting(tx: Tx, account: str, runs: Collection[str]) -> set[str]:
    """Those of the runs that still waited, off until somebody says more: a second worker that
    found them due gets none."""
    rows = tx.all(
        """UPDATE push_decision SET until = NULL, action = 'off'
           WHERE account = :account AND run IN :runs AND until IS NOT NULL RETURNING run""",
        account=account,
        runs=tuple(runs),
    )
    return {run for (run,) in rows}


def save_action(tx: Tx, account: str, runs: Collection[str], action: str) -> None:
    tx.run(
        "UPDATE push_decision SET action = :action WHERE account = :account AND run IN :runs",
        account=account,
        runs=tuple(runs),
        action=action,
    )


def forget_old(tx: Tx, before: datetime, limit: int) -> int:
    """Runs of long ago with all that hangs on them."""
    rows = tx.all(
        "SELECT id FROM push_run WHERE expires_at < :before ORDER BY id LIMIT :limit",
        before=to_millis(before),
        limit=limit,
    )
    ids = tuple(own_id for (own_id,) in rows)
    if ids:
        tx.run("DELETE FROM push_decision WHERE run IN :ids", ids=ids)
        tx.run("DELETE FROM push_delivery WHERE run IN :ids", ids=ids)
        tx.run("DELETE FROM push_run WHERE id IN :ids", ids=ids)
    return len(ids)

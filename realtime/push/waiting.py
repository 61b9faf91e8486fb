"""What was held back rings when its time comes: one thing as itself, several as one digest.

Much can happen in a night: whom each thing is for is asked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from realtime.db import Tx
from realtime.ids import new_ulid
from realtime.outbox import add
from realtime.push import store
from realtime.push.delivering import StillFor
from realtime.push.endpoints import interleaved
from realtime.push.model import Run
from realtime.push.results import BATCH
from realtime.push.runs import store as runs

# Members at once; a write function must stay short.
AT_ONCE = 50
_DIGEST_LASTS = timedelta(hours=12)


def ring_waiting(tx: Tx, now: datetime, still_for: StillFor) -> int:
    """For the members whose quiet hours or day are over: how many decisions that ended."""
    due = runs.list_due(tx, now, AT_ONCE)
    open_runs = _list_open(tx, due, still_for, now)
    by_account: dict[str, list[runs.Due]] = {}
    for one in due:
        by_account.setdefault(one.account, []).append(one)
    devices: dict[str, list[tuple[str, str]]] = {}
    for own_id, account, origin in store.list_ringing(tx, list(by_account)):
        devices.setdefault(account, []).append((own_id, origin))
    for account, held in by_account.items():
        mine = runs.end_waiting(tx, account, [one.run for one in held])
        open_ones = [
            (open_runs[one.run, account], one)
            for one in held
            if one.run in mine and (one.run, account) in open_runs
        ]
        if open_ones:
            _ring_one(tx, account, open_ones, devices.get(account, []), now)
    return len(due)


def _list_open(
    tx: Tx, due: Sequence[runs.Due], still_for: StillFor, now: datetime
) -> dict[tuple[str, str], Run]:
    """By run and account: what is not over, and still for that member."""
    by_run: dict[str, list[runs.Due]] = {}
    for one in due:
        by_run.setdefault(one.run, []).append(one)
    found = {}
    for run_id, held in by_run.items():
        run = runs.find_run(tx, run_id)
        if run is None:
            continue
        asked = [one.account for one in held if now < run.expires_at or one.action == "digest"]
        for account in still_for(tx, run, asked, now):
            found[run_id, account] = run
    return found


def _ring_one(
    tx: Tx,
    account: str,
    open_ones: Sequence[tuple[Run, runs.Due]],
    devices: list[tuple[str, str]],
    now: datetime,
) -> None:
    ids = [run.id for run, _ in open_ones]
    alone = len(open_ones) == 1 and open_ones[0][1].action == "delay"
    runs.save_action(tx, account, ids, "push" if alone else "digested")
    if not devices:
        add(
            tx,
            "mail.digest",
            {"account": account, "runs": ids},
            now,
            expires_at=now + _DIGEST_LASTS,
        )
    elif alone:
        _queue(tx, open_ones[0][0], devices, now)
    else:
        _queue(tx, _digest(tx, account, now), devices, now, runs=ids)


def _queue(tx: Tx, run: Run, devices: list[tuple[str, str]], now: datetime, **more: object) -> None:
    runs.add_phones(tx, run.id, len(devices))
    about = {"run": run.id, "ids": interleaved(devices), **more}
    add(tx, BATCH, about, now, expires_at=run.expires_at)


def _digest(tx: Tx, account: str, now: datetime) -> Run:
    run_id = new_ulid(now)
    return runs.add_run(
        tx,
        Run(
            id=run_id,
            kind="digest",
            subject=run_id,
            version=1,
            raised_at=now,
            queued_at=now,
            expires_at=now + _DIGEST_LASTS,
        ),
    )

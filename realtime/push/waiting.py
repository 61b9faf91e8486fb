"""What was held back rings when its time comes: one thing as itself, several as one digest."""

from __future__ import annotations

from datetime import datetime, timedelta

from realtime.db import Tx
from realtime.ids import new_ulid
from realtime.outbox import add
from realtime.push import store
from realtime.push.endpoints import interleaved
from realtime.push.model import Run
from realtime.push.results import BATCH
from realtime.push.runs import store as runs

# Members at once; a write function must stay short.
AT_ONCE = 50
_DIGEST_LASTS = timedelta(hours=12)


def ring_waiting(tx: Tx, now: datetime) -> int:
    """For the members whose quiet hours or day are over: how many decisions that ended."""
    due = runs.list_due(tx, now, AT_ONCE)
    by_account: dict[str, list[runs.Due]] = {}
    for one in due:
        by_account.setdefault(one.account, []).append(one)
    devices: dict[str, list[tuple[str, str]]] = {}
    for own_id, account, origin in store.list_ringing(tx, list(by_account)):
        devices.setdefault(account, []).append((own_id, origin))
    for account, held in by_account.items():
        _ring_one(tx, account, held, devices.get(account, []), now)
    return len(due)


def _ring_one(
    tx: Tx, account: str, held: list[runs.Due], devices: list[tuple[str, str]], now: datetime
) -> None:
    mine = runs.end_waiting(tx, account, [one.run for one in held])
    open_ones = []
    for one in held:
        run = runs.find_run(tx, one.run) if one.run in mine else None
        if run is not None and (now < run.expires_at or one.action == "digest"):
            open_ones.append((run, one))
    if not open_ones:
        return
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

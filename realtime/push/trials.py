"""Try it: a push message to my own devices, and what became of it; and the operator's canary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from realtime.clock import to_iso
from realtime.db import Tx
from realtime.errors import Refused
from realtime.ids import new_ulid
from realtime.outbox import add
from realtime.push import store
from realtime.push.deliveries import store as deliveries
from realtime.push.keys import KeyRing
from realtime.push.model import Delivery, Device, Run
from realtime.push.results import BATCH
from realtime.push.runs import store as runs

LASTS = timedelta(minutes=5)
_STATES = {"gone": "refused", "failed": "refused", "waiting": "queued"}


def ring_mine(tx: Tx, account: str, device: str | None, now: datetime) -> None:
    """One trial for each of my devices, or for the one named; Refused("not_found")."""
    mine = [
        one
        for one in store.list_devices(tx, account)
        if one.disabled_reason is None and device in (None, one.device)
    ]
    if not mine:
        raise Refused("not_found")
    _ring(tx, "test", mine, now)


def ring_canary(tx: Tx, account: str, now: datetime) -> int:
    """Silent, to the operator's own devices: proof that alerts would arrive."""
    mine = [one for one in store.list_devices(tx, account) if one.disabled_reason is None]
    _ring(tx, "canary", mine, now)
    return len(mine)


def _ring(tx: Tx, kind: str, devices: Sequence[Device], now: datetime) -> None:
    for one in devices:
        run = Run(
            id=new_ulid(now),
            kind=kind,
            subject=new_ulid(now),
            version=1,
            raised_at=now,
            queued_at=now,
            expires_at=now + LASTS,
        )
        runs.add_run(tx, run)
        runs.add_phones(tx, run.id, 1)
        about = {"run": run.id, "ids": [one.id]}
        deliveries.save_deliveries(tx, run.id, [Delivery(one.id, "waiting", "")], now)
        add(tx, BATCH, about, now, expires_at=run.expires_at)


def about_devices(tx: Tx, account: str, keys: KeyRing, now: datetime) -> dict[str, object]:
    """The shape `PushState`."""
    mine = store.list_devices(tx, account)
    trials = deliveries.last_trials(tx, [one.id for one in mine])
    return {
        "key": keys.current.public,
        "devices": [_shown(one, trials.get(one.id), now) for one in mine],
    }


def _shown(one: Device, trial: deliveries.Trial | None, now: datetime) -> dict[str, object]:
    return {
        "device": one.device,
        "label": one.label,
        "since": to_iso(one.created_at),
        "rang_at": None if one.ok_at is None else to_iso(one.ok_at),
        "state": _state(one),
        "test": None if trial is None else _came_of(trial, now),
        "test_reason": "" if trial is None else trial.reason,
    }


def _state(one: Device) -> str:
    if one.disabled_reason is None:
        return "on"
    return "gone" if one.disabled_reason == "idle" else one.disabled_reason


def _came_of(trial: deliveries.Trial, now: datetime) -> str:
    if trial.shown:
        return "shown"
    if trial.state == "waiting" and now >= trial.expires_at:
        return "expired"
    return _STATES.get(trial.state, trial.state)

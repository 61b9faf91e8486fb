"""What became of an alert's phones, for its author; why a phone rang or did not, for its owner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from realtime.clock import to_iso
from realtime.db import Tx
from realtime.errors import Refused
from realtime.keyring import Keyring
from realtime.push.deliveries import store as deliveries
from realtime.push.model import PAGE_SHOWED, Run
from realtime.push.results import bucket_of
from realtime.push.runs import store as runs
from realtime.push.sealing import read_token


def reach_of(
    tx: Tx, alert: str, rounded: Callable[[int], int | None], now: datetime
) -> dict[str, object]:
    """The shape `PushReach`; seconds from raising it, numbers as they may be shown."""
    run = runs.find_newest(tx, alert, "alert")
    if run is None:
        return dict.fromkeys(_COUNTS) | dict.fromkeys(_SECONDS) | {"is_done": False}
    is_done = run.accepted >= run.phones or now >= run.expires_at
    return {
        **{name: rounded(getattr(run, name)) for name in _COUNTS},
        "queued_s": _seconds(run, run.queued_at),
        "first_accepted_s": _seconds(run, run.first_accepted_at),
        "last_accepted_s": _seconds(run, run.last_accepted_at),
        "first_shown_s": _seconds(run, run.first_shown_at),
        "is_done": is_done,
    }


_COUNTS = ("phones", "accepted", "shown")
_SECONDS = ("queued_s", "first_accepted_s", "last_accepted_s", "first_shown_s")


def _seconds(run: Run, at: datetime | None) -> float | None:
    return None if at is None else round(max(0.0, (at - run.raised_at).total_seconds()), 1)


def why(tx: Tx, subject: str, account: str) -> tuple[runs.Why, dict[str, object]]:
    """The shape `PushWhy` but for what only its domain knows; Refused("not_found")."""
    found = runs.find_why(tx, subject, account)
    if found is None:
        raise Refused("not_found")
    reason = found.reason
    if found.action == "push" and deliveries.only_pages_showed(tx, found.run.id, account):
        reason = PAGE_SHOWED
    return found, {
        "kind": found.run.kind,
        "action": found.action,
        "reason": reason,
        "ring": found.ring,
        "radius_m": None,
        "at": to_iso(found.at),
    }


def receive(tx: Tx, keyring: Keyring, token: str, what: str, now: datetime) -> None:
    """A receipt; a token that is not ours changes nothing."""
    read = read_token(keyring, token)
    if read is None:
        return
    run_id, subscription = read
    if what == "clicked":
        # Who clicked has seen it, whatever became of that receipt.
        deliveries.mark_receipt(tx, run_id, subscription, "clicked", now)
    if deliveries.mark_receipt(tx, run_id, subscription, "shown", now):
        runs.note_shown(tx, run_id, now)
        run = runs.find_run(tx, run_id)
        if run is not None:
            _count_shown(tx, run, now)


def _count_shown(tx: Tx, run: Run, now: datetime) -> None:
    deliveries.tally(tx, {("shown_seconds", bucket_of(now - run.raised_at)): 1})


def note_page_showed(
    tx: Tx, account: str, device: str, subjects: Sequence[str], now: datetime
) -> None:
    """An open page of this device showed them: it need not ring."""
    for subject in subjects:
        deliveries.add_seen(tx, subject, device, account, now)


def totals(tx: Tx, now: datetime) -> tuple[list[tuple[str, str, int]], float | None]:
    """For /metrics: what all workers counted; how long the last canary took, or has not come."""
    last = runs.find_last(tx, "canary")
    canary = None
    if last is not None:
        canary = ((last.first_accepted_at or now) - last.raised_at).total_seconds()
    return deliveries.list_tallies(tx), canary

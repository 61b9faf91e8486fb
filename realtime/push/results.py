"""What became of a batch, gathered while it runs and written a piece at a time.

A worker that is killed loses at most one piece: those devices are asked again with the same tag and
topic, so that what comes twice shows once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from realtime.db import Tx
from realtime.outbox import add
from realtime.push import store
from realtime.push.deliveries import store as deliveries
from realtime.push.model import Delivery, Run, State, is_given_up
from realtime.push.runs import store as runs

BATCH = "push.batch"
REFUSED = "mail.push_refused"
# Seconds from raising to accepted; what /metrics shows as a histogram.
BUCKETS = (0.5, 1, 2, 5, 10, 30, 60, 300, 3_600)


def bucket_of(passed: timedelta) -> str:
    """The least of BUCKETS that holds it."""
    seconds = passed.total_seconds()
    return next((f"{bucket:g}" for bucket in BUCKETS if seconds <= bucket), "+Inf")


@dataclass(slots=True)
class Results:
    """One batch's, since the last write."""

    run: Run
    made: list[Delivery] = field(default_factory=list)
    accepted_at: list[datetime] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    later: dict[datetime, list[str]] = field(default_factory=dict)
    counted: Counter[tuple[str, str]] = field(default_factory=Counter)
    # Services that refuse our signature: the operator must look.
    refusing: list[str] = field(default_factory=list)

    def note(self, subscription: str, state: State, reason: str, vendor: str) -> None:
        self.made.append(Delivery(subscription, state, reason))
        self.counted["outcome", f"{state} {vendor}"] += 1

    def accept(self, subscription: str, vendor: str, now: datetime) -> None:
        self.note(subscription, "accepted", "", vendor)
        self.accepted_at.append(now)
        self.counted["accepted_seconds", bucket_of(now - self.run.raised_at)] += 1

    def postpone(self, subscription: str, due: datetime, reason: str) -> None:
        self.made.append(Delivery(subscription, "waiting", reason))
        # One job for those that are due in the same second.
        self.later.setdefault(due.replace(microsecond=0), []).append(subscription)

    def take(self) -> Results:
        """What there is so far; this one starts anew."""
        taken = replace(self)
        self.made, self.accepted_at, self.keys, self.later = [], [], {}, {}
        self.counted, self.refusing = Counter(), []
        return taken


def write_results(tx: Tx, results: Results, about: dict[str, object], now: datetime) -> None:
    """Deliveries, the devices' health, totals, and the jobs of those that wait: all or nothing."""
    run = results.run
    deliveries.save_deliveries(tx, run.id, results.made, now)
    _note_health(tx, results.made, now)
    for subscription, key in results.keys.items():
        store.save_key(tx, subscription, key)
    if results.accepted_at:
        first, last = min(results.accepted_at), max(results.accepted_at)
        runs.note_accepted(tx, run.id, len(results.accepted_at), first, last)
    for due, ids in results.later.items():
        add(tx, BATCH, about | {"ids": ids}, now, run_at=due, expires_at=run.expires_at)
    for origin in results.refusing:
        # One mail a day about each.
        if deliveries.claim_mail(tx, "refused", f"{origin} {now:%Y-%m-%d}", now):
            add(tx, REFUSED, {"origin": origin}, now, expires_at=now + timedelta(days=1))
    deliveries.tally(tx, results.counted)


def _note_health(tx: Tx, made: list[Delivery], now: datetime) -> None:
    by_state: dict[str, list[Delivery]] = {}
    for one in made:
        by_state.setdefault(one.state, []).append(one)
    store.note_accepted(tx, [one.subscription for one in by_state.get("accepted", ())], now)
    gone = by_state.get("gone", ())
    for reason in sorted({one.reason for one in gone}):
        ids = [one.subscription for one in gone if one.reason == reason]
        store.disable(tx, ids, "key" if reason == "key_mismatch" else "gone", now)
    failed = [one.subscription for one in by_state.get("failed", ())]
    worn = [
        own_id
        for own_id, failing in store.note_failed(tx, failed, now).items()
        if is_given_up(failing, now)
    ]
    store.disable(tx, worn, "failing", now)

"""From something that happened to batches of phones: who is meant, what each chose, who rings now.

Members come nearest first, a few at a time, each few in one transaction with their batch: whoever
is killed half-way begins again and passes over those who have their decision.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from realtime.db import Tx
from realtime.ids import new_ulid
from realtime.members.prefs import Prefs, list_choices, list_silenced
from realtime.outbox import add
from realtime.push import store
from realtime.push.deliveries import store as deliveries
from realtime.push.endpoints import interleaved
from realtime.push.model import Run
from realtime.push.policy import Notice, Ring, counts, decide, ring_of, rings_from
from realtime.push.quiet import day_begins
from realtime.push.results import BATCH
from realtime.push.runs import store as runs
from realtime.push.runs.store import Decided

# One transaction decides for so many, and a batch holds the phones of so many.
AT_ONCE = 200
# Longer than any day on any wall clock.
_A_DAY = timedelta(hours=26)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """`cell` is where it lies; without one, `ring` says how near it is to everybody meant.

    Who silenced one of `rooms` is not rung: an alert itself, or its thread.
    """

    kind: str
    subject: str
    version: int
    raised_at: datetime
    notice: Notice
    cell: str | None = None
    ring: Ring = "own"
    rooms: Sequence[str] = ()


def begin(tx: Tx, occasion: Occasion, now: datetime) -> Run:
    """The run, once for each version of a subject."""
    return runs.add_run(
        tx,
        Run(
            id=new_ulid(now),
            kind=occasion.kind,
            subject=occasion.subject,
            version=occasion.version,
            raised_at=occasion.raised_at,
            queued_at=now,
            expires_at=occasion.notice.expires_at,
        ),
    )


def ring_some(tx: Tx, run: Run, occasion: Occasion, accounts: Sequence[str], now: datetime) -> int:
    """Decide for these members and queue the phones that ring now: how many phones."""
    # A job that came twice waits here for itself.
    runs.hold(tx, run.id)
    devices = store.list_ringing(tx, accounts)
    with_phone = {account for _, account, _ in devices}
    decided = runs.list_decided(tx, run.id, with_phone, but_held=occasion.notice.passes)
    waiting = [one for one in accounts if one in with_phone and one not in decided]
    if not waiting:
        return 0
    made = decide_all(tx, occasion, waiting, now)
    runs.add_decisions(tx, run.id, made, now)
    deliveries.tally(tx, Counter(("decided", f"{one.action} {one.reason}") for one in made))
    ringing = {one.account: place for place, one in enumerate(made) if one.action == "push"}
    mine = sorted(
        (
            (ringing[account], own_id, origin)
            for own_id, account, origin in devices
            if account in ringing
        )
    )
    queue(tx, run, [(own_id, origin) for _, own_id, origin in mine], occasion.notice, now)
    return len(mine)


def queue(
    tx: Tx,
    run: Run,
    devices: Sequence[tuple[str, str]],
    notice: Notice,
    now: datetime,
    **more: object,
) -> None:
    """Batches of (subscription, origin), in turns by push service."""
    runs.add_phones(tx, run.id, len(devices))
    due = rings_from(notice, run.raised_at, now)
    for start in range(0, len(devices), AT_ONCE):
        ids = interleaved(devices[start : start + AT_ONCE])
        about = {"run": run.id, "ids": ids, **more}
        add(tx, BATCH, about, now, run_at=due, expires_at=run.expires_at)


def decide_all(tx: Tx, occasion: Occasion, accounts: Sequence[str], now: datetime) -> list[Decided]:
    """One decision each, in the order given; members who are no more get none."""
    choices = list_choices(tx, accounts)
    counted = runs.list_counted(tx, accounts, now - _A_DAY)
    silenced = list_silenced(tx, occasion.rooms, accounts, now)
    made = []
    for account in accounts:
        if account not in choices:
            continue
        home, prefs = choices[account]
        ring = occasion.ring
        if occasion.cell is not None:
            ring = ring_of(home, occasion.cell)
        decision = decide(
            occasion.notice,
            ring,
            prefs,
            _rang_today(prefs, counted.get(account, ()), now),
            now,
            muted=account in silenced,
        )
        made.append(
            Decided(
                account,
                decision.action,
                decision.reason,
                ring,
                counts(occasion.notice),
                decision.until,
            )
        )
    return made


def _rang_today(prefs: Prefs, rang: Sequence[datetime], now: datetime) -> int:
    if not rang:
        return 0
    begun = day_begins(now, prefs.quiet.zone)
    return sum(at >= begun for at in rang)


def count_phones(tx: Tx, notice: Notice, cell: str, accounts: Sequence[str], now: datetime) -> int:
    """How many phones of these members would ring now."""
    devices = store.list_ringing(tx, accounts)
    holders = sorted({account for _, account, _ in devices})
    occasion = Occasion(
        kind="preview", subject="", version=0, raised_at=now, notice=notice, cell=cell
    )
    rings = {one.account for one in decide_all(tx, occasion, holders, now) if one.action == "push"}
    return sum(account in rings for _, account, _ in devices)

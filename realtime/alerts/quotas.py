"""How many alerts a household may raise: two a day, one urgent in six hours. Says when the next."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from realtime.alerts import store
from realtime.clock import to_iso
from realtime.db import Tx
from realtime.errors import Refused

A_DAY = (2, timedelta(hours=24))
URGENT = (1, timedelta(hours=6))


def require_quota(tx: Tx, household: str, now: datetime, *, urgent: bool) -> None:
    """Refused("quota", raised, retry_at, hours): the limit that opens last speaks."""
    store.lock_household(tx, household)
    waits = [_wait(tx, household, now, *A_DAY, urgent=False)]
    if urgent:
        waits.append(_wait(tx, household, now, *URGENT, urgent=True))
    raised, until = max(waits, key=lambda wait: wait[1])
    if until > now:
        hours = max(1, math.ceil((until - now) / timedelta(hours=1)))
        raise Refused("quota", raised=raised, retry_at=to_iso(until), hours=hours)


def _wait(
    tx: Tx, household: str, now: datetime, most: int, window: timedelta, *, urgent: bool
) -> tuple[int, datetime]:
    raised, oldest = store.count_raised(tx, household, now - window, urgent=urgent)
    return raised, oldest + window if raised >= most else now

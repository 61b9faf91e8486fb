"""What a job is, and when one that failed is tried again. Pure."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do after a commit. `about` is JSON; `attempts` counts this one too."""

    id: str
    name: str
    about: Mapping[str, Any]
    attempts: int
    expires_at: datetime | None


def next_try(job: Job, now: datetime) -> datetime | None:
    """Twice as long after each failure, with jitter; None when it would come too late."""
    wait = min(FIRST_WAIT * 2 ** min(job.attempts - 1, 20), LONGEST_WAIT)
    at = now + wait * random.uniform(0.5, 1.0)
    return None if job.expires_at is not None and at >= job.expires_at else at

"""Jobs promised in the transaction of the change they follow: either both happen or neither."""

from realtime.outbox.model import Job, next_try
from realtime.outbox.store import add, claim, count_due, done, drop_expired, find_due, lag_of, retry

__all__ = [
    "Job",
    "add",
    "claim",
    "count_due",
    "done",
    "drop_expired",
    "find_due",
    "lag_of",
    "next_try",
    "retry",
]

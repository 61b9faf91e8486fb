"""Phones ring for words from a job written with them: no kill between the two loses it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from realtime.db import Condition, Dialect, Tx
from realtime.geo.cells import Cell, ring
from realtime.members.audience.store import hears_all
from realtime.members.prefs import wants_all
from realtime.outbox import add
from realtime.rooms.model import FLAT, Message, view_of

# What was said this long ago is read, not rung for.
STALE_AFTER = timedelta(hours=12)
JOB = "push.message"


def ring_for(tx: Tx, message: Message, now: datetime) -> None:
    """The job `push.message`, for those mentioned, the members of a flat chat, and who chose to
    be rung for every word. Where a thousand may listen and none of them asked, there is no job.
    """
    if message.silent:
        return
    rings_for_some = message.mentions or view_of(message.topic) in FLAT
    asked_for = None if rings_for_some else _somebody_asked(tx, message)
    about, until = {"message": message.id}, now + STALE_AFTER
    add(tx, JOB, about, now, expires_at=until, condition=asked_for)


def _somebody_asked(tx: Tx, message: Message) -> Condition:
    """Answered by two indexes that hold nobody else."""
    asked = _hears_all(tx.dialect, message.topic.partition(":")[2])
    if message.conversation is None or message.conversation == message.id:
        return asked
    return asked.or_(wants_all(message.conversation))


@lru_cache
def _hears_all(dialect: Dialect, cell: Cell) -> Condition:
    return hears_all(dialect, ring(cell))

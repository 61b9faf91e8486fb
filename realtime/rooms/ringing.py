"""Phones ring for words from a job written with them: no kill between the two loses it."""

from __future__ import annotations

from datetime import datetime, timedelta

from realtime.db import Tx
from realtime.geo.cells import ring
from realtime.members.audience.store import count_hearing_all
from realtime.members.prefs import list_wanting_all
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
    if message.mentions or view_of(message.topic) in FLAT or _is_wanted(tx, message):
        add(tx, JOB, {"message": message.id}, now, expires_at=now + STALE_AFTER)


def _is_wanted(tx: Tx, message: Message) -> bool:
    """By two indexes that hold nobody else."""
    if count_hearing_all(tx, ring(message.topic.partition(":")[2])):
        return True
    is_answer = message.conversation is not None and message.conversation != message.id
    return is_answer and bool(list_wanting_all(tx, str(message.conversation)))

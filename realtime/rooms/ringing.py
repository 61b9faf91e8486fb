"""Phones ring for words from a job written with them: no kill between the two loses it."""

from __future__ import annotations

from datetime import datetime, timedelta

from realtime.db import Tx
from realtime.outbox import add
from realtime.rooms.model import FLAT, Message, view_of

# What was said this long ago is read, not rung for.
STALE_AFTER = timedelta(hours=12)
JOB = "push.message"


def ring_for(tx: Tx, message: Message, now: datetime) -> None:
    """The job `push.message`, for those mentioned and the members of a flat chat.

    In the street, where a thousand may listen, only who is called by name is rung for.
    """
    if message.silent or not (message.mentions or view_of(message.topic) in FLAT):
        return
    add(tx, JOB, {"message": message.id}, now, expires_at=now + STALE_AFTER)

"""What the worker forgets, in chunks.

The member's row stays without a name, so that what they once said keeps an author.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from realtime.accounts.postcards.model import KEEPS_ACCOUNT
from realtime.accounts.retention import store
from realtime.db import Tx
from realtime.members import prefs
from realtime.members.directory.store import forget as forget_listings
from realtime.members.store import get_member, save_name

# After the visit: long enough to come back from holidays to it.
KEPT = timedelta(days=30)
CHUNK = 100


def forget_visitors(tx: Tx, now: datetime, *, visitor_time: timedelta) -> int:
    """Accounts whose visit ended 30 days ago, unless a card was asked for in the last 60.

    Who moved from a home they had proved stays: such a move alone earns another visit.
    """
    gone = store.list_gone(tx, now - KEPT, now - KEEPS_ACCOUNT, visitor_time, CHUNK)
    for account in gone:
        save_name(tx, account, "", get_member(tx, account).language)
    if gone:
        store.forget(tx, tuple(gone))
        forget_listings(tx, tuple(gone))
        prefs.forget(tx, gone)
    return len(gone)

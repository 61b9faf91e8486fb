"""A command that creates something happens once, however often its key arrives."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from realtime.db import Tx
from realtime.errors import Refused
from realtime.journal import Changed
from realtime.members import store

KEPT = timedelta(days=60)


def digest_of(payload: bytes) -> bytes:
    """What tells two payloads apart: SHA-256 of the canonical JSON."""
    return hashlib.sha256(payload).digest()


def once(
    tx: Tx,
    account: str,
    command: str,
    key: str,
    digest: bytes,
    act: Callable[[], Changed[str]],
    now: datetime,
) -> Changed[str]:
    """`act()`'s object id the first time, the same id ever after. Refusals are not remembered."""
    return once_known(
        tx, account, command, key, digest, act, now, store.find_key(tx, account, command, key)
    )


def once_known(
    tx: Tx,
    account: str,
    command: str,
    key: str,
    digest: bytes,
    act: Callable[[], Changed[str]],
    now: datetime,
    earlier: tuple[bytes, str] | None,
) -> Changed[str]:
    """The same where it is known what the key did `earlier`: the payload's digest, the object."""
    if earlier is not None:
        if earlier[0] != digest:
            raise Refused("key_reused")
        return Changed(earlier[1])
    changed = act()
    store.add_key(tx, account, command, key, digest, changed.value, now)
    return changed

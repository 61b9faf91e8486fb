"""Members as others see them beyond the street: first name and initial, and the level."""

from __future__ import annotations

from collections.abc import Collection

from realtime.db import Tx
from realtime.members.model import short_name
from realtime.members.store import list_named


def authors_of(tx: Tx, accounts: Collection[str]) -> dict[str, dict[str, object]]:
    """The shape `wire.messages.Author` of each; who was erased has no name."""
    named = list_named(tx, accounts)
    found: dict[str, dict[str, object]] = {}
    for account in accounts:
        one = named.get(account)
        found[account] = {
            "account": account,
            "name": "" if one is None else short_name(one.name),
            "level": "none" if one is None else one.level,
        }
    return found

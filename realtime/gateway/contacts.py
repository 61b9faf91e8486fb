"""What a node knows of its members' contacts, and who of them shows that they are here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from realtime.clock import Clock, to_millis
from realtime.db import Database, Tx
from realtime.errors import Overloaded, StorageFailed
from realtime.fanout.local import Local
from realtime.fanout.rendering import Rendered
from realtime.logs import log_for
from realtime.members.rights import Act, Rights
from realtime.members.store import list_members
from realtime.presence.store import find_choice
from realtime.rooms.direct.reading import contacts_of

# One read of the database learns of so many.
_AT_ONCE = 200
_TOLD_BY = ("account.changed", "block.changed", "direct.changed", "prefs.changed")


class _Known(NamedTuple):
    shows: bool
    away_until: int | None
    contacts: frozenset[str]


class Contacts:
    """Learnt when first asked for, forgotten when an event says that it changed."""

    def __init__(self, db: Database, local: Local, rights: Rights, clock: Clock) -> None:
        self._db = db
        self._rights = rights
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._noted: set[str] = set()
        for kind in _TOLD_BY:
            local.watch(kind, self._note)

    def _note(self, event: Rendered) -> None:
        family, _, account = event.topic.partition(":")
        if family == "account":
            self._known.pop(account, None)
            self._noted.add(account)

    async def learn(self, accounts: Collection[str]) -> None:
        """Of these, and of nobody else."""
        for account in self._known.keys() - set(accounts):
            del self._known[account]
        lacking = [account for account in accounts if account not in self._known]
        for start in range(0, len(lacking), _AT_ONCE):
            self._noted.clear()
            some = lacking[start : start + _AT_ONCE]
            try:
                found = await self._db.read(self._read, some, self._clock.now())
            except (StorageFailed, Overloaded) as error:
                log_for("presence").warning("contacts_unread", error=str(error))
                return
            # What changed while it was read is asked for again the next time.
            self._known |= {a: known for a, known in found.items() if a not in self._noted}

    def _read(self, tx: Tx, accounts: Collection[str], now: datetime) -> dict[str, _Known]:
        found = {}
        for member in list_members(tx, accounts):
            visible_to, away_until = find_choice(tx, member.account)
            may = self._rights.may(member, Act.WRITE_DIRECT, now)
            contacts = contacts_of(tx, member.account) if may else frozenset[str]()
            found[member.account] = _Known(visible_to == "contacts", away_until, contacts)
        return found

    def showing(self) -> frozenset[str]:
        """Who of the known lets contacts see that they are here."""
        now = to_millis(self._clock.now())
        return frozenset(
            account
            for account, known in self._known.items()
            if known.shows and (known.away_until is None or known.away_until <= now)
        )

    def of(self, account: str) -> frozenset[str]:
        known = self._known.get(account)
        return frozenset() if known is None else known.contacts

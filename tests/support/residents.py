"""Members straight into the database, and the edge's one way to write: for tests of actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from realtime.clock import Clock, to_millis
from realtime.db import Database, Tx
from realtime.fanout.bus import InProcessBus
from realtime.fanout.commit import Committed, Committer
from realtime.fanout.rendering import Rendered
from realtime.gateway.renderers import rendering_of
from realtime.ids import new_account_id
from realtime.journal import Changed
from realtime.members.model import Member
from realtime.members.rights import Rights
from realtime.members.store import add_member

T = TypeVar("T")
RIGHTS = Rights(frozenset({"vouched", "postcard", "in_person"}))
BEGUN = datetime(2026, 11, 23, 12, tzinfo=UTC)


def member(
    cell: str, name: str = "Camille Le Goff", *, level: str = "postcard", **more: Any
) -> Member:
    """A resident of that cell, of a household of their own."""
    account = str(new_account_id())
    plain: dict[str, Any] = {
        "account": account,
        "name": name,
        "language": "fr",
        "level": level,
        "verified_at": None if level == "none" else BEGUN - timedelta(days=30),
        "visitor_until": BEGUN + timedelta(hours=48),
        "home_cell": cell,
        "street": "Rue de la Chaussée",
        "city": "Rennes",
        "street_is_neighbourhood": False,
        "household": account[::-1],
    }
    return Member(**plain | more)


def settle(tx: Tx, *members: Member) -> None:
    """Accounts and members, in two statements."""
    tx.many(
        """INSERT INTO account (id, email, password_hash, created_at)
           VALUES (:id, :email, '!', :at)""",
        [
            {"id": one.account, "email": f"{one.account}@example.org", "at": to_millis(BEGUN)}
            for one in members
        ],
    )
    for one in members:
        add_member(tx, one)


class Town:
    """The edge without sockets: actions in, committed events out. Its clock is moved by hand."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.now = BEGUN
        self.heard: list[Rendered] = []
        bus = InProcessBus()
        bus.listen(self.heard.extend, lambda canaries: None)
        clock = Clock()
        clock.now = lambda: self.now  # type: ignore[method-assign]
        self.committer = Committer(db, bus, rendering_of(RIGHTS), clock)

    async def settle(self, *members: Member) -> None:
        await self.db.write(settle, *members)

    async def act(self, act: Callable[[Tx, datetime], Changed[T]]) -> Committed[T]:
        """One write function, as the edge runs it; `heard` keeps its events."""
        self.heard.clear()
        return await self.committer.commit(act)

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def topics(self) -> set[str]:
        """Where the last events went."""
        return {event.topic for event in self.heard}


def hears(one: Member, topics: set[str], now: datetime) -> list[str]:
    """Of these topics, those the member follows."""
    return [t.topic for t in RIGHTS.followed(one, now) if t.topic in topics]

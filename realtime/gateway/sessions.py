"""Who is connected: one session per socket, and what each may hear as rights come and go."""

from __future__ import annotations

import asyncio
import heapq
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from realtime.accounts.store import find_signed_in, list_open
from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.engine import ConnectionRefused, Request, Socket
from realtime.errors import StorageFailed
from realtime.fanout.local import NEVER, Local, key_of_ring
from realtime.fanout.rendering import Rendered
from realtime.geo.cells import BLOCK
from realtime.journal import Head, heads
from realtime.logs import log_for
from realtime.members.model import Followed, Member
from realtime.members.rights import Rights
from realtime.members.store import find_member
from realtime.wire.words import message_of

SWEEP_SECONDS = 1.0


@dataclass(slots=True, eq=False)
class Session:
    """One authenticated live connection. `followed` is what its member may hear.

    `syncs` and `refreshes` count, so that a `sync` can see what overtook it.
    """

    account: str
    session: str
    language: str
    visitor_until: datetime
    followed: list[Followed]
    keys: frozenset[str]
    is_live: bool = False
    is_gone: bool = False
    syncs: int = 0
    refreshes: int = 0


@dataclass(frozen=True, slots=True)
class _Standing:
    """What the database says of an account now."""

    member: Member | None
    open_sessions: frozenset[str]
    heads: dict[str, Head] = field(default_factory=dict)


def keys_of(member: Member, followed: list[Followed]) -> frozenset[str]:
    """Where a socket stands in the local index: one key a ring, one a topic of its own."""
    views = {topic.view for topic in followed}
    keys = {t.topic for t in followed if t.view not in ("street", "neighbourhood")}
    if "street" in views:
        keys.add(key_of_ring("street", member.home_cell))
    if "neighbourhood" in views:
        keys.add(key_of_ring("neighbourhood", member.home_cell[:BLOCK]))
    return frozenset(keys)


class Sessions:
    """Connects, refreshes and ends sessions. One per node. `cookie` names the sign-in."""

    def __init__(
        self, db: Database, local: Local, rights: Rights, clock: Clock, *, cookie: str
    ) -> None:
        self._db = db
        self._local = local
        self._rights = rights
        self._clock = clock
        self._cookie = cookie
        self._sockets: dict[str, set[Socket]] = {}
        self._ends: list[tuple[datetime, str]] = []
        self._stale: set[str] = set()
        self._wake = asyncio.Event()
        local.watch("account.changed", self._note_changed)

    async def connect(self, socket: Socket, auth: object, request: Request) -> None:
        """Open a session, or refuse the connection with a code."""
        token = self._token_of(auth, request)
        language = "en" if request.headers.get("Accept-Language", "").startswith("en") else "fr"
        now = self._clock.now()
        try:
            found = None if token is None else await self._db.read(self._admit, token, now)
        except StorageFailed as error:
            log_for("gateway").warning("not_admitted", error=str(error))
            raise _refusal("storage", language) from error
        if found is None:
            raise _refusal("not_signed_in", language)
        session, member = found
        socket.session = session
        self._sockets.setdefault(session.account, set()).add(socket)
        self._plan_end(member, now)

    def _token_of(self, auth: object, request: Request) -> str | None:
        """From the app's `auth`, else from the one cookie that HTTP reads too."""
        if isinstance(auth, dict) and isinstance(auth.get("token"), str):
            token: str = auth["token"]
            return token
        return request.cookies.get(self._cookie)

    def _admit(self, tx: Tx, token: str, now: datetime) -> tuple[Session, Member] | None:
        signed_in = find_signed_in(tx, token, now)
        member = None if signed_in is None else find_member(tx, signed_in.account)
        if signed_in is None or member is None:
            return None
        followed = self._rights.followed(member, now)
        session = Session(
            account=member.account,
            session=signed_in.session,
            language=member.language,
            visitor_until=member.visitor_until,
            followed=followed,
            keys=keys_of(member, followed),
        )
        return session, member

    def disconnected(self, socket: Socket) -> None:
        session: Session | None = socket.session
        if session is None:
            return
        session.is_gone = True
        self._local.unfollow(socket)
        sockets = self._sockets.get(session.account)
        if sockets is not None:
            sockets.discard(socket)
            if not sockets:
                del self._sockets[session.account]

    async def run(self) -> None:
        """Refresh accounts whose standing changed, and visitors whose time is over."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_SECONDS):
                    await self._wake.wait()
            self._wake.clear()
            self._note_ended(self._clock.now())
            stale, self._stale = self._stale, set()
            for account in stale:
                await self._refresh(account)

    def _note_changed(self, event: Rendered) -> None:
        if event.object_id in self._sockets:
            self._stale.add(event.object_id)
            self._wake.set()

    def _plan_end(self, member: Member, now: datetime) -> None:
        if member.status(now) == "visitor":
            heapq.heappush(self._ends, (member.visitor_until, member.account))

    def _note_ended(self, now: datetime) -> None:
        while self._ends and self._ends[0][0] <= now:
            _, account = heapq.heappop(self._ends)
            if account in self._sockets:
                self._stale.add(account)

    async def _refresh(self, account: str) -> None:
        """Make each socket of the account hear exactly what it may hear now."""
        sockets = list(self._sockets.get(account, ()))
        now = self._clock.now()
        try:
            standing = await self._db.read(self._stand, account, now)
        except StorageFailed as error:
            log_for("gateway").warning("refresh_failed", error=str(error))
            self._stale.add(account)
            return
        for socket in sockets:
            session: Session = socket.session
            if standing.member is None or session.session not in standing.open_sessions:
                socket.close("signed out")
            else:
                self._apply(socket, session, standing.member, standing.heads, now)
        if standing.member is not None:
            self._plan_end(standing.member, now)

    def _stand(self, tx: Tx, account: str, now: datetime) -> _Standing:
        member = find_member(tx, account)
        if member is None:
            return _Standing(None, frozenset())
        topics = [followed.topic for followed in self._rights.followed(member, now)]
        return _Standing(member, frozenset(list_open(tx, account, now)), heads(tx, topics))

    def _apply(
        self,
        socket: Socket,
        session: Session,
        member: Member,
        heads: dict[str, Head],
        now: datetime,
    ) -> None:
        before = {followed.topic for followed in session.followed}
        followed = self._rights.followed(member, now)
        session.refreshes += 1
        session.language = member.language
        session.visitor_until = member.visitor_until
        session.followed = followed
        session.keys = keys_of(member, followed)
        if session.is_live and {f.topic for f in followed} != before:
            # A topic gained stays silent until the client's `sync` asks for it with a position.
            seen = {topic: (head.epoch, NEVER) for topic, head in heads.items()}
            self._local.follow(socket, session.keys, seen)


def _refusal(code: str, language: str) -> ConnectionRefused:
    return ConnectionRefused({"code": code, "message": message_of(code, language)})

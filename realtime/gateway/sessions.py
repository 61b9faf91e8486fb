"""Who is connected: one session per socket, and what each may hear as rights come and go."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from realtime.accounts.store import find_signed_in
from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.engine import ConnectionRefused, Request, Socket, event_frame, reasons
from realtime.errors import Overloaded, StorageFailed
from realtime.fanout.local import NEVER, Local
from realtime.fanout.rendering import Rendered, Rendering
from realtime.gateway.doorstep import Doorstep
from realtime.gateway.standing import Standing, keys_of, stand
from realtime.journal import Head
from realtime.logs import log_for
from realtime.members.model import Followed, Member
from realtime.members.rights import Rights
from realtime.members.store import find_member
from realtime.rooms import access
from realtime.rooms.model import FLAT
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
    followed: list[Followed]
    keys: tuple[str, ...]
    is_live: bool = False
    is_gone: bool = False
    syncs: int = 0
    refreshes: int = 0


class Sessions:
    """Connects, refreshes and ends sessions. One per node. `cookie` names the sign-in."""

    def __init__(
        self,
        db: Database,
        local: Local,
        rendering: Rendering,
        rights: Rights,
        clock: Clock,
        *,
        cookie: str,
        doorstep: Doorstep,
    ) -> None:
        self._db = db
        self._doorstep = doorstep
        self._local = local
        self._rights = rights
        self._stand = partial(stand, rights=rights, rendering=rendering)
        self._clock = clock
        self._cookie = cookie
        # By account: a set for each would be a fiftieth of an idle connection.
        self._sockets: dict[str, tuple[Socket, ...]] = {}
        # When the visit of each visitor who is here ends.
        self._ends: dict[str, datetime] = {}
        self._stale: set[str] = set()
        # Who never did `sync`, and since when: they follow nothing, so no event tells them.
        self._silent: dict[Socket, float] = {}
        self._looked_at = 0.0
        self._wake = asyncio.Event()
        local.watch("account.changed", self._note_changed)
        for kind in ("group.changed", "direct.changed"):
            local.watch(kind, self._note_belonging)

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
        except Overloaded as error:
            raise _refusal("busy", language, retry_after=1) from error
        if found is None:
            raise _refusal("not_signed_in", language)
        session, member = found
        held = len(self._sockets.get(session.account, ()))
        wait = self._doorstep.wait_of(session.account, held, now)
        if wait is not None:
            raise _refusal("rate", language, retry_after=wait)
        socket.session = session
        self._sockets[session.account] = (*self._sockets.get(session.account, ()), socket)
        self._silent[socket] = time.monotonic()
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
        followed = access.followed(tx, member, self._rights, now)
        session = Session(
            account=member.account,
            session=signed_in.session,
            language=member.language,
            followed=followed,
            keys=keys_of(member, followed),
        )
        return session, member

    def disconnected(self, socket: Socket, reason: str) -> None:
        session: Session | None = socket.session
        if session is None:
            return
        session.is_gone = True
        self._silent.pop(socket, None)
        if reason == reasons.FLOOD:
            self._doorstep.put_outside(session.account, self._clock.now())
        self._local.unfollow(socket)
        left = tuple(s for s in self._sockets.get(session.account, ()) if s is not socket)
        if left:
            self._sockets[session.account] = left
        elif self._sockets.pop(session.account, None) is not None:
            self._ends.pop(session.account, None)

    async def run(self) -> None:
        """Refresh accounts whose standing changed, and visitors whose time is over."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_SECONDS):
                    await self._wake.wait()
            self._wake.clear()
            # Half of it: a turn that something woke must not put the next sweep off to twice that.
            if time.monotonic() - self._looked_at >= SWEEP_SECONDS / 2:
                self._looked_at = time.monotonic()
                self._note_ended(self._clock.now())
                self._note_silent(self._looked_at)
            stale, self._stale = self._stale, set()
            for account in stale:
                await self._refresh(account)

    def _note_changed(self, event: Rendered) -> None:
        self.note_stale(event.object_id)

    def _note_belonging(self, event: Rendered) -> None:
        """Told to an account by name: it came into a group or thread, or is out of it."""
        family, _, account = event.topic.partition(":")
        if family == "account":
            if None in (event.fields.get("group", ""), event.fields.get("direct", "")):
                self._close(account, str(event.fields["about"]))
            self.note_stale(account)

    def _close(self, account: str, topic: str) -> None:
        """At once: what is said next in there is not theirs. The refresh that follows confirms."""
        for socket in self._sockets.get(account, ()):
            session: Session = socket.session
            session.refreshes += 1
            session.followed = [one for one in session.followed if one.topic != topic]
            session.keys = tuple(key for key in session.keys if key != topic)
            if session.is_live:
                kept = {one.topic: ("", NEVER) for one in session.followed}
                self._local.follow(socket, session.keys, kept)

    def note_stale(self, account: str) -> None:
        """What the sockets of the account hear is no longer what they may hear."""
        if account in self._sockets:
            self._stale.add(account)
            self._wake.set()

    def _plan_end(self, member: Member, now: datetime) -> None:
        if member.account in self._sockets and member.status(now) == "visitor":
            self._ends[member.account] = member.visitor_until

    def _note_silent(self, now: float) -> None:
        """Who says nothing after signing in is asked about each second: they may be signed out."""
        for socket, since in list(self._silent.items()):
            session: Session = socket.session
            if session.is_live:
                del self._silent[socket]
            elif now - since >= SWEEP_SECONDS:
                self._stale.add(session.account)

    def _note_ended(self, now: datetime) -> None:
        for account in [account for account, end in self._ends.items() if end <= now]:
            del self._ends[account]
            self._stale.add(account)

    async def _refresh(self, account: str) -> None:
        """Make each socket of the account hear exactly what it may hear now."""
        now = self._clock.now()
        gained: frozenset[str] = frozenset()
        try:
            standing = await self._db.read(self._stand, account, now, gained)
            gained = self._gained(account, standing)
            if gained:
                # Listen first, then look again: what is said between the two is not lost.
                self._local.expect(gained)
                standing = await self._db.read(self._stand, account, now, gained)
            self._apply_to_all(account, standing, gained, now)
        except (StorageFailed, Overloaded) as error:
            log_for("gateway").warning("refresh_failed", error=str(error))
            self._stale.add(account)
        except Exception:
            # One bad row must not end the node, nor leave its member hearing what is not theirs.
            log_for("gateway").exception("standing_unclear")
            for socket in self._sockets.get(account, ()):
                socket.close(reasons.ANEW)
        finally:
            self._local.settle(gained)

    def _gained(self, account: str, standing: Standing) -> frozenset[str]:
        """Groups and threads that some live socket of the account does not hear yet."""
        flat = {one.topic for one in standing.followed if one.view in FLAT}
        lacking: set[str] = set()
        for socket in self._sockets.get(account, ()):
            session: Session = socket.session
            if session.is_live:
                lacking |= flat - {one.topic for one in session.followed}
        return frozenset(lacking)

    def _apply_to_all(
        self, account: str, standing: Standing, gained: frozenset[str], now: datetime
    ) -> None:
        for socket in self._sockets.get(account, ()):
            session: Session = socket.session
            if standing.member is None or session.session not in standing.open_sessions:
                socket.close("signed out")
            else:
                self._apply(socket, session, standing.member, standing, gained)
        if standing.member is not None:
            self._plan_end(standing.member, now)

    def _apply(
        self,
        socket: Socket,
        session: Session,
        member: Member,
        standing: Standing,
        gained: frozenset[str],
    ) -> None:
        before = {followed.topic for followed in session.followed}
        # What came between the two looks has its own event, and its own turn.
        followed = [
            one
            for one in standing.followed
            if one.view not in FLAT
            or one.topic in before
            or one.topic in gained
            or not session.is_live
        ]
        session.refreshes += 1
        session.language = member.language
        session.followed = followed
        session.keys = keys_of(member, followed)
        if session.is_live and {f.topic for f in followed} != before:
            # A group or thread speaks from here on, and says again what was said since the member
            # was let in. A cell gained stays silent until the client's `sync` asks for it with a
            # position: there is a past to fetch.
            for event in standing.lately:
                if event.topic not in before:
                    socket.send(event_frame(event.kind, event.body))
            self._local.follow(
                socket,
                session.keys,
                {
                    one.topic: _from_head(standing.heads[one.topic], speaks=one.topic in gained)
                    for one in followed
                },
            )


def _from_head(head: Head, *, speaks: bool) -> tuple[str, int]:
    return head.epoch, head.seq if speaks else NEVER


def _refusal(code: str, language: str, **fields: int) -> ConnectionRefused:
    message = message_of(code, language, fields)
    return ConnectionRefused({"code": code, "message": message, **fields})

"""Tells each socket how many are here, when the number it may see changes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import datetime

import orjson

from realtime.clock import to_millis
from realtime.db import Tx
from realtime.engine import Socket, event_frame
from realtime.gateway.authority import Authority
from realtime.gateway.contacts import Contacts
from realtime.gateway.dispatch import Route
from realtime.gateway.prefs import changed
from realtime.gateway.sessions import Session
from realtime.journal import Changed
from realtime.logs import log_for
from realtime.members.model import Member
from realtime.presence.model import (
    SHOWN,
    Here,
    Presence,
    as_shown,
    count_cells,
    shown_round,
    split_shown,
)
from realtime.presence.store import Elsewhere, find_choice, set_choice
from realtime.wire.presence import PresenceSet

# Coming and going within this time is one change.
TURN_SECONDS = 2.0
Buckets = tuple[int | None, int | None]
Shown = tuple[int | None, int | None, tuple[str, ...]]


class PresenceBoard:
    """The sockets of this node, and what each was told."""

    def __init__(self, authority: Authority, contacts: Contacts, elsewhere: Elsewhere) -> None:
        self._authority = authority
        self._contacts = contacts
        self._elsewhere = elsewhere
        self._presence = Presence()
        self._told: dict[Socket, Shown] = {}

    def routes(self) -> dict[str, Route]:
        return {"presence.set": Route(self.set, "prefs")}

    async def set(self, socket: Socket, asked: PresenceSet) -> dict[str, object]:
        def write(tx: Tx, member: Member, now: datetime) -> Changed[None]:
            until = None if asked.away_until is None else to_millis(asked.away_until)
            chosen = (asked.visible_to, until)
            if find_choice(tx, member.account) == chosen:
                return Changed(None)
            set_choice(tx, member.account, *chosen)
            return Changed(None, [changed(member.account)])

        await self._authority.write(socket, write)
        return {}

    def arrive(self, socket: Socket) -> None:
        """The socket was admitted."""
        self._told[socket] = (None, None, ())
        self._presence.arrive(_here(socket.session), socket.id)

    def leave(self, socket: Socket) -> None:
        if self._told.pop(socket, None) is not None:
            session: Session = socket.session
            self._presence.leave(session.account, socket.id, time.monotonic())

    async def run(self) -> None:
        """Every turn: who is here and elsewhere, and who must be told."""
        try:
            while True:
                await asyncio.sleep(TURN_SECONDS)
                try:
                    await self._turn()
                except Exception:
                    # One bad row, or what another node put in Redis, must not end this one.
                    log_for("presence").exception("turn_failed")
        finally:
            await self._elsewhere.close()

    async def _turn(self) -> None:
        self._presence.sweep(time.monotonic())
        await self._contacts.learn(self._presence.accounts())
        showing = self._contacts.showing()
        mine = self._presence.by_region()
        told = await self._elsewhere.exchange({**mine, SHOWN: as_shown(showing)})
        others, showing_there = split_shown(told)
        counted = count_cells({here for some in mine.values() for here in some} | others)
        self._tell(counted, showing | showing_there)

    def _tell(self, counted: Mapping[str, int], showing: frozenset[str]) -> None:
        """To each socket what changed for it."""
        rooms: dict[tuple[str, str], Buckets] = {}
        for socket, told in list(self._told.items()):
            session: Session = socket.session
            cells = _here(session)[1:]
            if cells not in rooms:
                rooms[cells] = (shown_round(cells[0], counted), shown_round(cells[1], counted))
            contacts = tuple(sorted(self._contacts.of(session.account) & showing))
            shown = (*rooms[cells], contacts)
            if shown != told and socket in self._told:
                self._told[socket] = shown
                socket.send(event_frame("presence.changed", orjson.dumps(_body(shown))))


def _body(shown: Shown) -> dict[str, object]:
    """The shape `PresenceChanged`."""
    street, neighbourhood, contacts = shown
    return {"street": street, "neighbourhood": neighbourhood, "contacts": contacts}


def _here(session: Session) -> Here:
    """What the session may read decides which rooms count it."""
    cells = {"street": "", "neighbourhood": ""}
    for key in session.keys:
        family, _, cell = key.partition("@")
        if cell:
            cells[family] = cell
    return Here(session.account, cells["street"], cells["neighbourhood"])

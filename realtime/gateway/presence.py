"""Tells each socket how many are here, when the number it may see changes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from sys import intern

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
Everybody = set[Here]
Regions = Mapping[str, Everybody]


@dataclass(slots=True)
class _Onlooker:
    """A socket as its session's keys made it `here`, and what it was told."""

    keys: tuple[str, ...]
    here: Here
    told: Shown = (None, None, ())


class PresenceBoard:
    """The sockets of this node, and what each was told.

    A turn walks over all of them: it looks at each, and computes only what changed.
    """

    def __init__(self, authority: Authority, contacts: Contacts, elsewhere: Elsewhere) -> None:
        self._authority = authority
        self._contacts = contacts
        self._elsewhere = elsewhere
        self._presence = Presence()
        self._onlookers: dict[Socket, _Onlooker] = {}
        # Who was here and elsewhere at the last turn, and how many that were in each cell.
        self._counted: tuple[Regions, Everybody, Mapping[str, int]] = ({}, set(), {})

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
        session: Session = socket.session
        here = _here(session)
        self._onlookers[socket] = _Onlooker(session.keys, here)
        self._presence.arrive(here, socket.id)

    def leave(self, socket: Socket) -> None:
        if self._onlookers.pop(socket, None) is not None:
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
        self._tell(self._count(mine, others), showing | showing_there)

    def _count(self, mine: Regions, others: Everybody) -> Mapping[str, int]:
        before, others_before, counted = self._counted
        if mine is not before or others != others_before:
            counted = count_cells(others.union(*mine.values()))
            self._counted = mine, others, counted
        return counted

    def _tell(self, counted: Mapping[str, int], showing: frozenset[str]) -> None:
        """To each socket what changed for it."""
        rooms: dict[tuple[str, str], Buckets] = {}
        for socket, one in list(self._onlookers.items()):
            session: Session = socket.session
            if one.keys is not session.keys:
                self._look_again(socket, one, session)
            cells = one.here[1:]
            if cells not in rooms:
                rooms[cells] = (shown_round(cells[0], counted), shown_round(cells[1], counted))
            contacts = self._contacts.of(session.account) & showing if showing else ()
            shown = (*rooms[cells], tuple(sorted(contacts)))
            if shown != one.told and socket in self._onlookers:
                one.told = shown
                socket.send(event_frame("presence.changed", orjson.dumps(_body(shown))))

    def _look_again(self, socket: Socket, one: _Onlooker, session: Session) -> None:
        """The member moved, or may read more or less: the next turn counts it there."""
        one.keys, here = session.keys, _here(session)
        if here != one.here:
            one.here = here
            self._presence.arrive(here, socket.id)


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
            cells[family] = intern(cell)
    return Here(session.account, cells["street"], cells["neighbourhood"])

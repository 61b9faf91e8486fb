"""The alert commands: preview, raise, follow through. The alert and its thread are one write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from realtime.alerts import actions, store
from realtime.alerts.area import Reached, reached_by, takes_long, wider
from realtime.alerts.audience import rounded
from realtime.alerts.drafting import drafted
from realtime.alerts.model import Alert, reaches
from realtime.alerts.rendering import area_of, render_alert, render_sightings
from realtime.alerts.sightings import actions as sightings
from realtime.alerts.sightings import store as sightings_store
from realtime.announcements.actions import house_of, require_house
from realtime.announcements.territory import clipped
from realtime.clock import to_iso
from realtime.db import Tx
from realtime.engine import Socket
from realtime.gateway.authority import Authority
from realtime.gateway.dispatch import Route
from realtime.geo.aside import Aside
from realtime.geo.cells import BLOCK, centre
from realtime.journal import Changed
from realtime.members.audience.store import count_under
from realtime.members.keys import digest_of, once
from realtime.members.model import Member
from realtime.members.rights import Rights
from realtime.rooms.access import may_read
from realtime.rooms.actions import open_thread
from realtime.wire.alerts import (
    AlertAsked,
    AlertById,
    AlertFollow,
    AlertPreview,
    AlertRaise,
    AlertResolve,
    AlertUpdate,
    SightingAnswer,
    SightingAsked,
    StillMissing,
)

A = TypeVar("A")
Answer = dict[str, object]
# How many phones this draft would ring: the push domain's business.
CountPhones = Callable[[Tx, Alert, int, datetime], int]


class AlertCommands:
    """One method per command: authorise, act, answer."""

    def __init__(
        self, authority: Authority, rights: Rights, aside: Aside, count_phones: CountPhones
    ) -> None:
        self._authority = authority
        self._rights = rights
        self._aside = aside
        self._count_phones = count_phones

    def routes(self) -> dict[str, Route]:
        return {
            "alert.preview": Route(self.preview, "preview"),
            "alert.raise": Route(self.raise_alert, "alert"),
            "alert.open": Route(self.open, "page"),
            "alert.update": Route(self.update, "edit"),
            "alert.still_missing": Route(self.still_missing, "edit"),
            "alert.sighting": Route(self.sighting, "message"),
            "alert.answer_sighting": Route(self.answer_sighting, "edit"),
            "alert.confirm": Route(self.confirm, "edit"),
            "alert.dispute": Route(self.dispute, "edit"),
            "alert.follow": Route(self.follow, "edit"),
            "alert.resolve": Route(self.resolve, "edit"),
            "alert.withdraw": Route(self.withdraw, "edit"),
        }

    async def preview(self, socket: Socket, asked: AlertPreview) -> Answer:
        reached = await self._reached(asked)

        def read(tx: Tx, member: Member, now: datetime) -> Answer:
            house, within = self._house(tx, member, asked, reached, now)
            draft = drafted(tx, member, self._rights, asked, within, now, house)
            # Its author is not woken by it.
            others = count_under(tx, draft.cells, now) - reaches(draft.cells, member.home_cell)
            return {
                "reach": {
                    "members": rounded(others),
                    "phones": rounded(self._count_phones(tx, draft, others, now)),
                },
                "area": area_of(draft.cell, draft.radius_m, draft.cells),
                "severity": draft.severity,
                "urgency": draft.urgency,
                "expires_at": to_iso(draft.expires_at),
            }

        return await self._authority.read(socket, read)

    async def raise_alert(self, socket: Socket, asked: AlertRaise) -> Answer:
        reached = await self._reached(asked)
        digest = digest_of(asked.model_dump_json(by_alias=True).encode())

        def write(tx: Tx, member: Member, now: datetime) -> Changed[Answer]:

            def act() -> Changed[str]:
                return self._raise(tx, member, asked, reached, now)

            changed = once(tx, member.account, "alert.raise", asked.key, digest, act, now)
            return Changed({"alert": render_alert(tx, changed.value)}, changed.events)

        return (await self._authority.write(socket, write)).value

    def _raise(
        self, tx: Tx, member: Member, asked: AlertRaise, reached: Reached, now: datetime
    ) -> Changed[str]:
        """The alert, and the conversation about it in the neighbourhood of its place."""
        house, within = self._house(tx, member, asked, reached, now)
        if house is not None:
            # Institutions speak; they are not in residents' rooms.
            return actions.raise_alert(tx, member, self._rights, asked, within, now, house=house)
        topic = f"neighbourhood:{reached.cell[:BLOCK]}"
        thread = open_thread(tx, member, self._rights, topic, asked.title, now)
        alert = actions.raise_alert(
            tx, member, self._rights, asked, reached, now, conversation=thread.value
        )
        return Changed(alert.value, [*thread.events, *alert.events])

    def _house(
        self, tx: Tx, member: Member, asked: AlertAsked, reached: Reached, now: datetime
    ) -> tuple[tuple[str, str] | None, Reached]:
        """An official alert: the organisation that speaks, and its part of the area."""
        if asked.kind != "official":
            return None, reached
        house = require_house(tx, member, self._rights, now)
        place = (asked.place.lon, asked.place.lat)
        return (house.id, house.name), replace(reached, cells=clipped(house, place, reached.cells))

    async def open(self, socket: Socket, asked: AlertById) -> Answer:
        def read(tx: Tx, member: Member, now: datetime) -> Answer:
            house = house_of(tx, member, self._rights, now)
            alert = actions.get_readable(tx, member, self._rights, asked.id, now, house=house)
            mine = None
            if alert.belongs_to(member.account, house):
                waiting = sightings_store.list_waiting(tx, [alert.id])
                mine = {
                    "hidden_mark": alert.hidden_mark,
                    "waiting": render_sightings(tx, waiting),
                }
            return {
                "alert": render_alert(tx, alert.id),
                "follows": store.is_listening(tx, alert.id, member.account),
                "voice": sightings_store.find_voice(tx, alert.id, member.household),
                "mine": mine,
                "reads_thread": _reads_thread(tx, member, self._rights, alert, now),
            }

        return await self._authority.read(socket, read)

    async def update(self, socket: Socket, asked: AlertUpdate) -> Answer:
        act = partial(_widened, actions.update, cells=await self._wider(socket, asked))
        return await self._change(socket, act, asked)

    async def still_missing(self, socket: Socket, asked: StillMissing) -> Answer:
        act = partial(_widened, actions.still_missing, cells=await self._wider(socket, asked))
        return await self._change(socket, act, asked)

    async def resolve(self, socket: Socket, asked: AlertResolve) -> Answer:
        return await self._change(socket, partial(_by_owner, actions.resolve), asked)

    async def withdraw(self, socket: Socket, asked: AlertById) -> Answer:
        return await self._change(socket, partial(_by_owner, actions.withdraw), asked.id)

    async def confirm(self, socket: Socket, asked: AlertById) -> Answer:
        return await self._change(socket, sightings.confirm, asked.id)

    async def dispute(self, socket: Socket, asked: AlertById) -> Answer:
        return await self._change(socket, sightings.dispute, asked.id)

    async def follow(self, socket: Socket, asked: AlertFollow) -> Answer:
        def write(tx: Tx, member: Member, now: datetime) -> Changed[None]:
            return actions.follow(tx, member, self._rights, asked, now)

        await self._authority.write(socket, write)
        return {}

    async def sighting(self, socket: Socket, asked: SightingAsked) -> Answer:
        digest = digest_of(asked.model_dump_json().encode())

        def write(tx: Tx, member: Member, now: datetime) -> Changed[Answer]:

            def act() -> Changed[str]:
                return _by_owner(sightings.report, tx, member, self._rights, asked, now)

            changed = once(tx, member.account, "alert.sighting", asked.key, digest, act, now)
            return Changed(_sighting(tx, changed.value), changed.events)

        return (await self._authority.write(socket, write)).value

    async def answer_sighting(self, socket: Socket, asked: SightingAnswer) -> Answer:
        def write(tx: Tx, member: Member, now: datetime) -> Changed[Answer]:
            changed = _by_owner(sightings.answer, tx, member, self._rights, asked, now)
            return Changed(_sighting(tx, changed.value), changed.events)

        return (await self._authority.write(socket, write)).value

    async def _reached(self, asked: AlertAsked) -> Reached:
        place = (asked.place.lon, asked.place.lat)
        is_official = asked.kind == "official"
        act = partial(
            reached_by, asked.kind, place, asked.radius_m, asked.area, official=is_official
        )
        return await self._covered(act, asked.kind, asked.radius_m, asked.area)

    async def _wider(self, socket: Socket, asked: AlertUpdate | StillMissing) -> tuple[str, ...]:
        """The covering of the circle that is asked for; its cell never changes while it is open."""
        radius_m = asked.radius_m
        if radius_m is None:
            return ()

        def read(tx: Tx, member: Member, now: datetime) -> tuple[str, str]:
            house = house_of(tx, member, self._rights, now)
            return actions.get_kind_and_cell(tx, member, asked.id, house)

        kind, cell = await self._authority.read(socket, read)
        return await self._covered(partial(wider, kind, cell, radius_m), kind, radius_m)

    async def _covered(
        self, act: Callable[[], A], kind: str, radius_m: int | None, drawn: object | None = None
    ) -> A:
        """Outside of the event loop, and of transactions."""
        if takes_long(kind, radius_m, drawn):
            return await self._aside.run(act)
        return await asyncio.to_thread(act)

    async def _change(
        self,
        socket: Socket,
        action: Callable[[Tx, Member, Rights, A, datetime], Changed[str]],
        asked: A,
    ) -> Answer:
        """An action on an alert by its id, answered with the alert as it is then."""

        def write(tx: Tx, member: Member, now: datetime) -> Changed[Answer]:
            changed = action(tx, member, self._rights, asked, now)
            return Changed({"alert": render_alert(tx, changed.value)}, changed.events)

        return (await self._authority.write(socket, write)).value


def _by_owner(
    act: Callable[..., Changed[str]],
    tx: Tx,
    member: Member,
    rights: Rights,
    asked: object,
    now: datetime,
) -> Changed[str]:
    """An organisation's alert belongs to whoever speaks for it now, whoever raised it."""
    return act(tx, member, rights, asked, now, house=house_of(tx, member, rights, now))


def _widened(
    act: Callable[..., Changed[str]],
    tx: Tx,
    member: Member,
    rights: Rights,
    asked: AlertUpdate | StillMissing,
    now: datetime,
    *,
    cells: tuple[str, ...],
) -> Changed[str]:
    """The same with a wider area; an organisation's stays inside its territory."""
    house = house_of(tx, member, rights, now)
    alert = actions.get_own(tx, member, asked.id, house)
    if alert.organisation is not None and cells:
        territory = require_house(tx, member, rights, now)
        cells = clipped(territory, centre(alert.cell), cells)
    return act(tx, member, rights, asked, now, house=house, cells=cells)


def _reads_thread(tx: Tx, member: Member, rights: Rights, alert: Alert, now: datetime) -> bool:
    """Its conversation is in the neighbourhood of its place; who lives elsewhere has the relay."""
    since = rights.reads_since(member, now)
    if alert.conversation is None or (since is not None and alert.raised_at < since):
        return False
    return may_read(tx, member, rights, f"neighbourhood:{alert.cell[:BLOCK]}", now)


def _sighting(tx: Tx, sighting_id: str) -> Answer:
    found = sightings_store.get_sighting(tx, sighting_id)
    return {"sighting": render_sightings(tx, [found])[0]}

"""My devices ring, are tried, and say what they showed."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from realtime.accounts.model import label_of
from realtime.accounts.sessions import Asker
from realtime.alerts.audience import rounded
from realtime.alerts.store import find_alert
from realtime.announcements.actions import house_of
from realtime.db import Tx
from realtime.errors import Refused
from realtime.http.asking import change_as, read_as
from realtime.http.bodies import json_answer, read_shape
from realtime.http.house import House
from realtime.http.throttle import hold_back
from realtime.journal import Changed
from realtime.logs import log_for
from realtime.push import actions, reach, trials
from realtime.push.endpoints import host_of
from realtime.wire.http_push import PushReceipt, PushTest, SubscriptionDelete, SubscriptionPut

Body = dict[str, object]


class PushRoutes:
    """`/api/push/…`."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def state(self, request: web.Request) -> web.StreamResponse:
        keys = self._house.keys
        return json_answer(
            await read_as(
                self._house,
                request,
                lambda tx, asker, now: trials.about_devices(tx, asker.member.account, keys, now),
            )
        )

    async def subscribe(self, request: web.Request) -> web.StreamResponse:
        asked = await read_shape(request, SubscriptionPut)
        house = self._house
        asker = await read_as(house, request, lambda tx, asker, now: asker)
        await hold_back(house.limits, "subscribe", asker.member.account)
        label = label_of(request.headers.get("User-Agent", ""))

        def act(tx: Tx, asker: Asker, now: datetime) -> Changed[None]:
            actions.subscribe(tx, house, asker.member, asker.session, asked, label, now)
            return Changed(None)

        try:
            await change_as(house, request, act)
        except Refused as refusal:
            if refusal.code == "endpoint_not_allowed":
                # A new browser vendor shows here; the rest of the endpoint is its owner's secret.
                log_for("push").warning(
                    "push_service_unknown", host=host_of(asked.subscription.endpoint)
                )
            raise
        return web.Response(status=204)

    async def unsubscribe(self, request: web.Request) -> web.StreamResponse:
        asked = await read_shape(request, SubscriptionDelete)

        def act(tx: Tx, asker: Asker, now: datetime) -> Changed[None]:
            actions.unsubscribe(tx, asker.member, asked.device)
            return Changed(None)

        await change_as(self._house, request, act)
        return web.Response(status=204)

    async def test(self, request: web.Request) -> web.StreamResponse:
        asked = await read_shape(request, PushTest)
        asker = await read_as(self._house, request, lambda tx, asker, now: asker)
        await hold_back(self._house.limits, "push", asker.member.account)

        def act(tx: Tx, asker: Asker, now: datetime) -> Changed[None]:
            trials.ring_mine(tx, asker.member.account, asked.device, now)
            return Changed(None)

        await change_as(self._house, request, act)
        return web.Response(status=204)

    async def receipt(self, request: web.Request) -> web.StreamResponse:
        """From a service worker, whoever is signed in: the token says all."""
        asked = await read_shape(request, PushReceipt)
        house = self._house
        now = house.clock.now()
        await house.db.write(reach.receive, house.keyring, asked.t, asked.e, now)
        return web.Response(status=204)

    async def reach(self, request: web.Request) -> web.StreamResponse:
        alert_id = request.match_info["alert"]

        def read(tx: Tx, asker: Asker, now: datetime) -> Body:
            alert = find_alert(tx, alert_id)
            house = house_of(tx, asker.member, self._house.rights, now)
            if alert is None or not alert.belongs_to(asker.member.account, house):
                raise Refused("not_found")
            return reach.reach_of(tx, alert_id, rounded, now)

        return json_answer(await read_as(self._house, request, read))

    async def why(self, request: web.Request) -> web.StreamResponse:
        subject = request.match_info["subject"]

        def read(tx: Tx, asker: Asker, now: datetime) -> Body:
            found, body = reach.why(tx, subject, asker.member.account)
            alert = find_alert(tx, subject) if found.run.kind == "alert" else None
            if alert is not None:
                body |= {"kind": alert.kind, "radius_m": alert.radius_m}
            return body

        return json_answer(await read_as(self._house, request, read))

"""The three ways to stay: a card by post, two neighbours, a position."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from realtime.accounts import location
from realtime.accounts.postcards import actions as postcards
from realtime.accounts.sessions import Asker
from realtime.accounts.vouching import actions as vouching
from realtime.accounts.vouching.model import HOLDS, NEEDED
from realtime.clock import from_millis, millis_to_iso, to_iso
from realtime.db import Tx
from realtime.errors import Refused
from realtime.http.asking import change_as, read_as
from realtime.http.bodies import json_answer, read_shape
from realtime.http.house import House
from realtime.http.me import about_me
from realtime.http.peers import ip_of
from realtime.http.throttle import hold_back, ip_key
from realtime.journal import Changed
from realtime.members.model import short_name
from realtime.wire.http_trust import Code, HerePosition, NewVouch

Body = dict[str, object]


class ProvingRoutes:
    """`/api/verification/…` and `/api/vouches`."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def ways(self, request: web.Request) -> web.StreamResponse:
        house = self._house

        def read(tx: Tx, asker: Asker, now: datetime) -> Body:
            card = postcards.find_asked(tx, house.keyring, asker.member, now)
            open_ones = vouching.list_open(tx, house.keyring, asker.member, house.rights, now)
            mine = next((one for one in open_ones if one.is_mine), None)
            return {
                "level": asker.member.level,
                "postcard": None if card is None else _card(card),
                "vouch_request": None if mine is None else _request(mine),
            }

        return json_answer(await read_as(house, request, read))

    async def ask_card(self, request: web.Request) -> web.StreamResponse:
        house = self._house
        asked = await change_as(
            house,
            request,
            lambda tx, asker, now: postcards.ask(
                tx, house.keyring, asker.member, house.rights, now
            ),
        )
        return json_answer(_card(asked), 201)

    async def redeem(self, request: web.Request) -> web.StreamResponse:
        typed = (await read_shape(request, Code)).code
        house = self._house

        def act(tx: Tx, asker: Asker, now: datetime) -> Changed[Body | Refused]:
            changed = postcards.redeem(tx, house.keyring, asker.member, typed, now)
            if isinstance(changed.value, Refused):
                return Changed(changed.value)
            return Changed(about_me(tx, asker, house.rights, now), changed.events)

        done = await change_as(house, request, act)
        if isinstance(done, Refused):
            # Raised only now: the wrong try is counted and committed.
            raise done
        return json_answer(done)

    async def refuse(self, request: web.Request) -> web.StreamResponse:
        typed = (await read_shape(request, Code)).code
        await hold_back(self._house.limits, "sign_in_ip", f"refuse {ip_key(request)}")
        await self._house.committer.commit(
            lambda tx, now: postcards.refuse(tx, self._house.keyring, typed, now)
        )
        return web.Response(status=204)

    async def locate(self, request: web.Request) -> web.StreamResponse:
        asked = await read_shape(request, HerePosition)
        house = self._house
        asker = await read_as(house, request, lambda tx, asker, now: asker)
        await hold_back(house.limits, "sign_in_ip", f"locate {asker.member.account}")
        surroundings = house.ip_area.find_surroundings(ip_of(request))

        def act(tx: Tx, asker: Asker, now: datetime) -> Changed[Body]:
            changed = location.prove(
                tx,
                house.keyring,
                asker.member,
                house.rights,
                (asked.lon, asked.lat),
                asked.accuracy,
                surroundings,
                now,
            )
            return Changed(about_me(tx, asker, house.rights, now), changed.events)

        body = await change_as(house, request, act)
        return json_answer(body)

    async def ask_vouches(self, request: web.Request) -> web.StreamResponse:
        house = self._house

        def act(tx: Tx, asker: Asker, now: datetime) -> Changed[Body]:
            changed = vouching.ask(tx, asker.member, house.rights, now)
            opened = vouching.Open(changed.value, asker.member, 0, is_mine=True, has_mine=False)
            return Changed(_request(opened), changed.events)

        body = await change_as(house, request, act)
        return json_answer(body, 201)

    async def list_vouches(self, request: web.Request) -> web.StreamResponse:
        house = self._house
        found = await read_as(
            house,
            request,
            lambda tx, asker, now: vouching.list_open(
                tx, house.keyring, asker.member, house.rights, now
            ),
        )
        return json_answer({"requests": [_request(one) for one in found]})

    async def show_vouch(self, request: web.Request) -> web.StreamResponse:
        asked = request.match_info["request"]
        house = self._house
        found = await read_as(
            house,
            request,
            lambda tx, asker, now: vouching.get_open(
                tx, house.keyring, asker.member, house.rights, asked, now
            ),
        )
        return json_answer(_request(found))

    async def vouch(self, request: web.Request) -> web.StreamResponse:
        asked = (await read_shape(request, NewVouch)).request
        house = self._house
        given = await change_as(
            house,
            request,
            lambda tx, asker, now: vouching.vouch(
                tx, house.keyring, asker.member, house.rights, asked, now
            ),
        )
        body = {"vouches": given.vouches, "needed": given.needed, "verified": given.is_verified}
        return json_answer(body, 201)

    async def take_in(self, request: web.Request) -> web.StreamResponse:
        asked = (await read_shape(request, NewVouch)).request
        house = self._house
        await change_as(
            house,
            request,
            lambda tx, asker, now: vouching.take_in(tx, house.keyring, asker.member, asked, now),
        )
        return web.Response(status=204)


def _card(asked: postcards.Asked) -> Body:
    """The shape `CardOnItsWay`."""
    return {
        "asked_at": to_iso(asked.asked_at),
        "code_until": to_iso(asked.code_until),
        "account_until": to_iso(asked.account_until),
        "tries_left": asked.tries_left,
    }


def _request(one: vouching.Open) -> Body:
    """The shape `VouchRequest`: first name and initial; a street would tell two homes of a cell
    apart."""
    return {
        "id": one.request.id,
        "account": one.newcomer.account,
        "name": short_name(one.newcomer.name),
        "asked_at": millis_to_iso(one.request.asked_at),
        "until": to_iso(from_millis(one.request.asked_at) + HOLDS),
        "vouches": one.vouches,
        "needed": NEEDED,
        "mine": one.is_mine,
        "vouched": one.has_mine,
        "housemate": one.is_housemate,
    }

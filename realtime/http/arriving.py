"""Sign up; open a mailed link; choose a new password. For people who are not signed in."""

from __future__ import annotations

from aiohttp import web

from realtime.accounts.emails import actions as emails
from realtime.accounts.model import email_of, label_of
from realtime.accounts.sign_up import Newcomer, require_name, require_password, sign_up
from realtime.clock import to_iso
from realtime.http import cookies
from realtime.http.bodies import json_answer, read_shape
from realtime.http.edge import language_of
from realtime.http.house import House
from realtime.http.places import find_home
from realtime.http.throttle import hold_back, ip_key
from realtime.members.store import get_member
from realtime.wire.http_accounts import Forgot, LinkToken, NewAccount, Reset


class ArrivingRoutes:
    """`/api/accounts`, `/api/email/confirm`, `/api/password/…`."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def sign_up(self, request: web.Request) -> web.StreamResponse:
        house = self._house
        asked = await read_shape(request, NewAccount)
        email = email_of(asked.email)
        require_password(asked.password, email, asked.display_name)
        require_name(asked.display_name)
        address = await find_home(house, request, asked.address_id, asked.address)
        # Counted only now: three slips of the pen are not three accounts.
        await hold_back(house.limits, "sign_up", ip_key(request))
        newcomer = Newcomer(
            email=email,
            password_hash=await house.hasher.hash(asked.password),
            name=asked.display_name,
            language=language_of(request),
            address=address,
            door=asked.door,
            label=label_of(request.headers.get("User-Agent", "")),
        )
        committed = await house.committer.commit(
            lambda tx, now: sign_up(tx, house.keyring, newcomer, house.settings.visitor_time, now)
        )
        made = committed.value
        member = await house.db.read(get_member, made.account)
        answer = json_answer(
            {
                "account": made.account,
                "token": made.token,
                "status": member.status(house.clock.now()),
                "visitor_until": to_iso(member.visitor_until),
            },
            201,
        )
        cookies.give(answer, house.settings, made.token)
        return answer

    async def confirm(self, request: web.Request) -> web.StreamResponse:
        asked = await read_shape(request, LinkToken)
        await self._house.committer.commit(lambda tx, now: emails.confirm(tx, asked.token, now))
        return web.Response(status=204)

    async def forgot(self, request: web.Request) -> web.StreamResponse:
        asked = await read_shape(request, Forgot)
        email = email_of(asked.email)
        # By e-mail too: nobody's letter box is filled by a stranger.
        await hold_back(self._house.limits, "mail", ip_key(request))
        await hold_back(self._house.limits, "mail", email)
        await self._house.committer.commit(lambda tx, now: emails.forgot(tx, email, now))
        return web.Response(status=204)

    async def reset(self, request: web.Request) -> web.StreamResponse:
        house = self._house
        asked = await read_shape(request, Reset)
        require_password(asked.password, "", "")
        await house.db.read(emails.require_link, asked.token, house.clock.now())
        password_hash = await house.hasher.hash(asked.password)
        await house.committer.commit(
            lambda tx, now: emails.reset(tx, asked.token, password_hash, now)
        )
        return web.Response(status=204)

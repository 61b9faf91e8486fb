"""My account: who I am, my devices, my name, my password, my home."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from realtime.accounts import actions, sign_up
from realtime.accounts.emails import actions as emails
from realtime.accounts.sessions import Asker
from realtime.clock import millis_to_iso
from realtime.db import Tx
from realtime.errors import Refused
from realtime.http import cookies
from realtime.http.asking import change_as, read_as
from realtime.http.bodies import json_answer, read_shape
from realtime.http.house import House
from realtime.http.places import find_home
from realtime.http.throttle import guess, hold_back, ip_key
from realtime.journal import Changed
from realtime.members.me import me_of
from realtime.members.rights import Rights
from realtime.members.store import get_member
from realtime.rooms.groups.actions import leave_behind
from realtime.wire.http_accounts import MePatch, NewHome, PasswordChange


class MeRoutes:
    """`/api/me`, `/api/sessions`, `/api/email/send`."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def me(self, request: web.Request) -> web.StreamResponse:
        rights = self._house.rights
        body, session = await read_as(
            self._house,
            request,
            lambda tx, asker, now: (about_me(tx, asker, rights, now), asker.session),
        )
        answer = json_answer(body)
        touched = await self._house.db.write(actions.touch, session, self._house.clock.now())
        token = cookies.token_of(request, self._house.settings)
        if touched and token is not None and "Authorization" not in request.headers:
            # In use: it lives another 30 days, in the browser too.
            cookies.give(answer, self._house.settings, token)
        return answer

    async def patch(self, request: web.Request) -> web.StreamResponse:
        asked = await read_shape(request, MePatch)

        def act(tx: Tx, asker: Asker, now: datetime) -> Changed[dict[str, object]]:
            rights = self._house.rights
            changed = sign_up.rename(
                tx, asker.member, rights, asked.display_name, asked.language, now
            )
            return Changed(about_me(tx, asker, rights, now), changed.events)

        body = await change_as(self._house, request, act)
        return json_answer(body)

    async def move(self, request: web.Request) -> web.StreamResponse:
        asked = await read_shape(request, NewHome)
        await read_as(self._house, request, lambda tx, asker, now: None)
        address = await find_home(self._house, request, asked.address_id, asked.address)
        house = self._house

        def act(tx: Tx, asker: Asker, now: datetime) -> Changed[dict[str, object]]:
            changed = sign_up.move_house(
                tx,
                house.keyring,
                asker.member,
                house.rights,
                address,
                asked.door,
                house.settings.visitor_time,
                now,
            )
            left = leave_behind(tx, changed.value, now)
            about = about_me(tx, asker, self._house.rights, now)
            return Changed(about, [*changed.events, *left.events])

        body = await change_as(house, request, act)
        return json_answer(body)

    async def change_password(self, request: web.Request) -> web.StreamResponse:
        asked = await read_shape(request, PasswordChange)
        house = self._house
        asker, old_hash, email = await read_as(house, request, _own_secrets)
        sign_up.require_password(asked.password, email, asker.member.name)
        async with guess(house.limits, ("sign_in", f"{email} {ip_key(request)}")):
            if await house.hasher.find_match(asked.current, [old_hash]) is None:
                raise Refused("wrong_credentials")
        new_hash = await house.hasher.hash(asked.password)
        await change_as(
            house,
            request,
            lambda tx, asker, now: emails.change_password(
                tx, asker.member.account, old_hash, new_hash, asker.session, now
            ),
        )
        return web.Response(status=204)

    async def end_session(self, request: web.Request) -> web.StreamResponse:
        session = request.match_info["session"]
        ended = await change_as(
            self._house,
            request,
            lambda tx, asker, now: actions.sign_out(tx, asker.member.account, session),
        )
        if not ended:
            raise Refused("not_found")
        return web.Response(status=204)

    async def send_link(self, request: web.Request) -> web.StreamResponse:
        asker = await read_as(self._house, request, lambda tx, asker, now: asker)
        await hold_back(self._house.limits, "mail", asker.member.account)
        await change_as(
            self._house,
            request,
            lambda tx, asker, now: emails.ask_again(tx, asker.member.account, now),
        )
        return web.Response(status=204)


def about_me(tx: Tx, asker: Asker, rights: Rights, now: datetime) -> dict[str, object]:
    """The shape `AboutMe`, as things stand in this transaction."""
    member = get_member(tx, asker.member.account)
    me = me_of(member, rights, now)
    sessions = [
        {
            "id": one.id,
            "label": one.label,
            "created_at": millis_to_iso(one.created_at),
            "seen_at": millis_to_iso(one.seen_at),
            "current": one.id == asker.session,
        }
        for one in actions.sessions(tx, member.account, now)
    ]
    return {**me, "me": me, **actions.about(tx, member.account), "sessions": sessions}


def _own_secrets(tx: Tx, asker: Asker, now: datetime) -> tuple[Asker, str, str]:
    account = asker.member.account
    password_hash = actions.password_hash(tx, account)
    return asker, password_hash, str(actions.about(tx, account)["email"])

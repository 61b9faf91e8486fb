"""Sign in and out."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from realtime.accounts import actions
from realtime.accounts.model import email_of, label_of
from realtime.accounts.sessions import find_asker
from realtime.db import Tx
from realtime.errors import Refused
from realtime.http import cookies
from realtime.http.bodies import json_answer, read_shape
from realtime.http.house import House
from realtime.http.throttle import guess, ip_key
from realtime.journal import Changed
from realtime.wire.http_accounts import SignIn


class SignInRoutes:
    """`/api/session`."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        asked = await read_shape(request, SignIn)
        email = email_of(asked.email)
        ip = ip_key(request)
        hasher = self._house.hasher
        async with guess(self._house.limits, ("sign_in_ip", ip), ("sign_in", f"{email} {ip}")):
            found = await self._house.db.read(actions.candidates, email)
            at = await hasher.find_match(asked.password, [one.password_hash for one in found])
            if at is None:
                raise Refused("wrong_credentials")
        matched = found[at]
        weak = hasher.is_weak(matched.password_hash)
        new_hash = await hasher.hash(asked.password) if weak else None
        label = label_of(request.headers.get("User-Agent", ""))
        committed = await self._house.committer.commit(
            lambda tx, now: actions.sign_in(tx, matched, new_hash, label, now)
        )
        made = committed.value
        answer = json_answer({"account": made.account, "token": made.token})
        cookies.give(answer, self._house.settings, made.token)
        return answer

    async def sign_out(self, request: web.Request) -> web.StreamResponse:
        """Also answers 204 when nobody is signed in: the wish is fulfilled."""
        token = cookies.token_of(request, self._house.settings)

        def write(tx: Tx, now: datetime) -> Changed[bool]:
            asker = find_asker(tx, token, now)
            if asker is None:
                return Changed(False)
            return actions.sign_out(tx, asker.member.account, asker.session)

        await self._house.committer.commit(write)
        answer = web.Response(status=204)
        cookies.take_back(answer, self._house.settings)
        return answer

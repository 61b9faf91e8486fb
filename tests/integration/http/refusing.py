"""A street of newcomers and residents for one route that will refuse, and the common ways to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import count
from typing import Any

from realtime.accounts.demo import create_members
from realtime.accounts.passwords import WAITING
from realtime.members.store import get_member, save_member
from realtime.places.homes import Home
from tests.integration.http.conftest import PASSWORD, bearer

NOBODYS = "0" * 26
Answer = tuple[int, dict[str, Any]]


class Street:
    """A street, those who sign up in it, and one route that is asked of."""

    def __init__(self, client: Any, house: Any, clock: Any, addresses: Any, route: str) -> None:
        self.client, self.house, self.clock, self.addresses = client, house, clock, addresses
        self.method, _, self.path = route.partition(" ")
        self._numbers = count()

    async def ask(self, who: str = "", **body: Any) -> Answer:
        """The route's answer to a body, or to a query where it takes none."""
        given = {"params": body} if self.method == "GET" else {"json": body}
        return await self.call(
            self.method,
            self.path.format(session=NOBODYS, request=body.get("request")),
            who,
            **given,
        )

    async def call(self, method: str, path: str, who: str, **given: Any) -> Answer:
        headers = bearer(who) if who else {}
        answer = await self.client.request(method, path, headers=headers, **given)
        return answer.status, await answer.json() if answer.content_length else {}

    def form(self, at: int = 0, **changed: Any) -> dict[str, Any]:
        """A sign-up at the address: each behind a door of their own unless it is named."""
        number = next(self._numbers)
        given = {
            "email": f"n{number}@example.org",
            "password": PASSWORD,
            "display_name": f"Inès Morel{number}",
            "address_id": self.addresses[at].id,
            "door": f"porte {number}",
            "age_ok": True,
        }
        return given | changed

    async def newcomer(self, at: int = 0, **changed: Any) -> str:
        status, body = await self.call("POST", "/api/accounts", "", json=self.form(at, **changed))
        assert status == 201, body
        return str(body["token"])

    async def resident(self, at: int = 1) -> str:
        """Verified by a card thirty days ago."""
        homes, now = [Home(self.addresses[at], "")], self.house.clock.now()
        made = await self.house.db.write(create_members, self.house.keyring, homes, ["Paul"], now)
        return str(made[0].token)

    async def asked_for_words(self, who: str) -> str:
        """The id of a newcomer's request for two neighbours' word."""
        _, body = await self.call("POST", "/api/verification/vouch-requests", who)
        return str(body["id"])

    async def raise_level(self, who: str, level: str) -> None:
        _, me = await self.call("GET", "/api/me", who)

        def write(tx: Any) -> None:
            member = get_member(tx, me["me"]["account"])
            save_member(tx, replace(member, level=level, verified_at=self.house.clock.now()))

        await self.house.db.write(write)


Way = Callable[[Street], Awaitable[Answer]]


def newcomer_gives(**body: Any) -> Way:
    async def way(street: Street) -> Answer:
        return await street.ask(await street.newcomer(), **body)

    return way


def resident_gives(**body: Any) -> Way:
    async def way(street: Street) -> Answer:
        return await street.ask(await street.resident(), **body)

    return way


def again(times: int, **body: Any) -> Way:
    """So often, by one newcomer, where rates count."""

    async def way(street: Street) -> Answer:
        who = await street.newcomer()
        object.__setattr__(street.house.limits, "_is_on", True)
        for _ in range(times):
            answer = await street.ask(who, **body)
            assert answer[1].get("code") != "rate"
        return await street.ask(who, **body)

    return way


def while_many_hash(**body: Any) -> Way:
    async def way(street: Street) -> Answer:
        who = await street.newcomer()
        street.house.hasher._waiting = WAITING
        return await street.ask(who, **body)

    return way

"""Who asks, and what they may: the first line of most handlers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from aiohttp import web

from realtime.accounts.actions import touch
from realtime.accounts.sessions import Asker, get_asker
from realtime.db import Tx
from realtime.http import cookies
from realtime.http.edge import LANGUAGE
from realtime.http.house import House
from realtime.journal import Changed

T = TypeVar("T")


async def read_as(
    house: House, request: web.Request, read: Callable[[Tx, Asker, datetime], T]
) -> T:
    """`read(tx, asker, now)` for whoever is signed in; Refused("not_signed_in") otherwise."""
    token = cookies.token_of(request, house.settings)
    now = house.clock.now()

    def reading(tx: Tx) -> T:
        asker = get_asker(tx, token, now)
        # A refusal from here on speaks the asker's own language.
        request[LANGUAGE] = asker.member.language
        return read(tx, asker, now)

    return await house.db.read(reading)


async def change_as(
    house: House, request: web.Request, act: Callable[[Tx, Asker, datetime], Changed[T]]
) -> T:
    """One committed change by whoever is signed in."""
    token = cookies.token_of(request, house.settings)

    def write(tx: Tx, now: datetime) -> Changed[T]:
        asker = get_asker(tx, token, now)
        request[LANGUAGE] = asker.member.language
        touch(tx, asker.session, now)
        return act(tx, asker, now)

    return (await house.committer.commit(write)).value

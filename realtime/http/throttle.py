"""Wrong guesses are counted, right ones are not: who lives in a full house signs in all day."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from realtime.engine.limits import Limits
from realtime.errors import Refused
from realtime.http.peers import ip_of


async def hold_back(limits: Limits, rate: str, key: str) -> None:
    """Count one; Refused("rate") when there were too many."""
    retry_after = await limits.hit(rate, key)
    if retry_after is not None:
        raise Refused("rate", retry_after=max(1, round(retry_after)))


@asynccontextmanager
async def guess(limits: Limits, *tries: tuple[str, str]) -> AsyncIterator[None]:
    """One guess at a password, counted for each (rate, key) before it is looked at: many at once
    are no more than one after the other. Given back unless it ends Refused("wrong_credentials").

    Refused("rate") after too many wrong ones, whatever is tried next.
    """
    taken: list[tuple[str, str]] = []
    try:
        for one in tries:
            await hold_back(limits, *one)
            taken.append(one)
        yield
    except Refused as refused:
        if refused.code == "wrong_credentials":
            taken.clear()
        raise
    finally:
        for one in taken:
            await limits.give_back(*one)


def ip_key(request: web.Request) -> str:
    """The caller's IP; of IPv6 the /64, which is one household's whole supply."""
    ip = ip_of(request)
    if ":" not in ip:
        return ip
    return str(ipaddress.ip_network(f"{ip.partition('%')[0]}/64", strict=False))

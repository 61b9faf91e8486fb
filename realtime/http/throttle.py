"""Wrong guesses are counted, right ones are not: who lives in a full house signs in all day."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable

from aiohttp import web

from realtime.engine.limits import Limits
from realtime.errors import Refused
from realtime.http.peers import ip_of

# Beyond it the ones who waited longest are forgiven early.
_KEPT = 20_000


async def hold_back(limits: Limits, rate: str, key: str) -> None:
    """Count one; Refused("rate") when there were too many."""
    retry_after = await limits.hit(rate, key)
    if retry_after is not None:
        raise Refused("rate", retry_after=max(1, round(retry_after)))


class Failures:
    """After too many wrong tries a key must wait, whatever it tries next."""

    def __init__(self, limits: Limits, now: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._now = now
        self._until: dict[tuple[str, str], float] = {}

    def check(self, *tries: tuple[str, str]) -> None:
        """Refused("rate") while one of these (rate, key) has to wait."""
        now = self._now()
        waits = [self._until.get(one, now) - now for one in tries]
        if (longest := max(waits)) > 0:
            raise Refused("rate", retry_after=max(1, round(longest)))

    async def count(self, *tries: tuple[str, str]) -> None:
        """One wrong try for each (rate, key)."""
        for rate, key in tries:
            retry_after = await self._limits.hit(rate, key)
            if retry_after is not None:
                self._until.pop((rate, key), None)
                self._until[rate, key] = self._now() + retry_after
        while len(self._until) > _KEPT:
            del self._until[next(iter(self._until))]


def ip_key(request: web.Request) -> str:
    """The caller's IP; of IPv6 the /64, which is one household's whole supply."""
    ip = ip_of(request)
    if ":" not in ip:
        return ip
    return str(ipaddress.ip_network(f"{ip.partition('%')[0]}/64", strict=False))

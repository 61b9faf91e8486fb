"""Where a push service is: public addresses only, whatever its name leads to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

from realtime.push.endpoints import Allowed, is_public

# (host, port) → addresses.
Resolve = Callable[[str, int], Awaitable[list[str]]]
KEPT_SECONDS = 300.0


async def resolved(host: str, port: int) -> list[str]:
    """As the system knows them, the likeliest first (RFC 6724)."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(place[0]) for *_, place in found]


class Addresses:
    """Names that lead inside lead nowhere, unless the operator named the host."""

    def __init__(self, allowed: Allowed, resolve: Resolve = resolved) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._kept: dict[tuple[str, int], tuple[float, list[str]]] = {}

    async def of(self, host: str, port: int) -> list[str]:
        """At least one; raises OSError."""
        now = asyncio.get_running_loop().time()
        at, found = self._kept.get((host, port), (-KEPT_SECONDS, []))
        if now - at >= KEPT_SECONDS:
            found = await self._resolve(host, port)
            if not self._allowed.is_exempt(host, port):
                found = [one for one in found if is_public(one)]
            self._kept[host, port] = (now, found)
        if not found:
            raise OSError("the name leads to no public address")
        return found

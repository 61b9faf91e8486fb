"""POSTs to push services: one session for all, public addresses only, never a second address.

Answers are short or cut: an endpoint is a stranger's choice, and so is what it says.
"""

from __future__ import annotations

import socket
import ssl

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from realtime.push.endpoints import Allowed, is_public
from realtime.push.outcomes import Answer

PATIENCE_SECONDS = 10
CONNECTIONS_PER_ORIGIN = 64
_READ = 2_048
_KEPT_HEADERS = ("retry-after", "x-wns-error-description", "ttl")


class PublicOnly(AbstractResolver):
    """Names that lead inside lead nowhere, unless the operator named the host."""

    def __init__(self, allowed: Allowed, inner: AbstractResolver | None = None) -> None:
        self._allowed = allowed
        self._inner = inner or aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if self._allowed.is_exempt(host, port):
            return found
        public = [one for one in found if is_public(one["host"])]
        if not public:
            raise OSError("the name leads to no public address")
        return public

    async def close(self) -> None:
        await self._inner.close()


class Sender:
    """Open it in the loop that uses it."""

    def __init__(self, allowed: Allowed, resolver: AbstractResolver | None = None) -> None:
        connector = aiohttp.TCPConnector(
            resolver=PublicOnly(allowed, resolver),
            limit=0,
            limit_per_host=CONNECTIONS_PER_ORIGIN,
            keepalive_timeout=60,
            ttl_dns_cache=300,
            ssl=ssl.create_default_context(),
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=PATIENCE_SECONDS),
            trust_env=False,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("User-Agent", "Accept-Encoding", "Accept"),
        )

    async def post(self, endpoint: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Status 0 when no whole answer came in time."""
        try:
            # As it was given: a push service compares it byte by byte.
            url = URL(endpoint, encoded=True)
            async with self._session.post(
                url, data=body, headers=headers, allow_redirects=False
            ) as response:
                said = await response.content.read(_READ)
                if not response.content.at_eof():
                    response.close()
                kept = {
                    name: response.headers[name]
                    for name in _KEPT_HEADERS
                    if name in response.headers
                }
                return Answer(response.status, kept, said)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError):
            return Answer(0)

    async def close(self) -> None:
        await self._session.close()

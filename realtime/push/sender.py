"""POSTs to push services: public addresses only, never a second address, and never for long."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from functools import partial
from urllib.parse import urlsplit

from realtime.push.endpoints import Allowed
from realtime.push.outcomes import Answer
from realtime.push.posting.addresses import Addresses, Resolve, resolved
from realtime.push.posting.connections import Connection, Lane
from realtime.push.posting.http1 import request_of

# For an answer, and before it for a connection: one address of several has two seconds.
PATIENCE_SECONDS = 10.0
_OPENING_SECONDS = 6.0
_CONNECT_SECONDS = 2.0


class Sender:
    """Open it in the loop that uses it. Who asks it keeps to the breaker's places: there are as
    many connections to a service as it was asked at once."""

    def __init__(self, allowed: Allowed, resolve: Resolve = resolved) -> None:
        self._addresses = Addresses(allowed, resolve)
        self._lanes: dict[str, Lane] = {}
        self._tls = ssl.create_default_context()
        self._tls.set_alpn_protocols(["http/1.1"])

    async def post(self, endpoint: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Status 0 when no whole answer came in time."""
        scheme, _, rest = endpoint.partition("://")
        netloc, slash, path = rest.partition("/")
        lane = self._lane(f"{scheme}://{netloc}")
        try:
            # As it was given: a push service compares it byte by byte.
            request = request_of(netloc, slash + path, headers, body)
            connection = lane.take_free()
            if connection is None:
                async with asyncio.timeout(_OPENING_SECONDS):
                    connection = await lane.take()
            try:
                return await connection.ask(request, PATIENCE_SECONDS)
            finally:
                lane.give(connection)
        except (TimeoutError, OSError, ValueError):
            return Answer(0)

    async def close(self) -> None:
        for lane in self._lanes.values():
            lane.close()

    def _lane(self, origin: str) -> Lane:
        lane = self._lanes.get(origin)
        if lane is None:
            lane = self._lanes[origin] = Lane(partial(self._open, origin))
        return lane

    async def _open(self, origin: str) -> Connection:
        """Raises OSError."""
        parts = urlsplit(origin)
        host = parts.hostname or ""
        is_tls = parts.scheme == "https"
        port = parts.port or (443 if is_tls else 80)
        loop = asyncio.get_running_loop()
        failed: OSError = OSError("no address")
        for address in await self._addresses.of(host, port):
            try:
                async with asyncio.timeout(_CONNECT_SECONDS):
                    _, connection = await loop.create_connection(
                        Connection,
                        address,
                        port,
                        ssl=self._tls if is_tls else None,
                        server_hostname=host if is_tls else None,
                    )
                    return connection
            except OSError as error:
                failed = error
        raise failed

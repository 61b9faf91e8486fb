"""What the engine is told at start-up. A combination that would be unsafe refuses to exist."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import web

from realtime.errors import BadSetting


def peer_ip(request: web.BaseRequest) -> str:
    """Who is connected, by the TCP peer."""
    return request.remote or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """Limits and addresses. Seconds and bytes; the numbers come from the wire contract."""

    origins: frozenset[str]
    hosts: frozenset[str]
    limits_on: bool = True
    ping_interval: int = 10
    ping_timeout: int = 8
    max_packet: int = 65_536
    connect_timeout: float = 5.0
    # Commands of one socket that wait for their turn; beyond, its reading pauses.
    in_queue: int = 32
    # Writes that wait for a slow socket; beyond, it is closed and catches up later.
    out_packets: int = 256
    out_bytes: int = 1_048_576
    packets_in_payload: int = 64
    # A client's own retries and catch-up fit well inside; a flood does not.
    packets_per_second: int = 50
    packets_burst: int = 250
    sockets_per_ip: int = 200
    handshakes_per_minute: int = 300
    body_timeout: float = 10.0
    path: str = "/socket.io/"
    # The session cookie: polls must keep the one their handshake carried.
    cookies: tuple[str, ...] = ("__Host-sid", "sid")
    ip_of: Callable[[web.BaseRequest], str] = field(default=peer_ip)
    # Off: write through aiohttp's public methods only (see links.py).
    direct: bool = True

    def __post_init__(self) -> None:
        if not self.origins or not self.hosts:
            raise BadSetting("the engine needs at least one exact origin and one host")
        for origin in self.origins:
            parts = urlsplit(origin)
            exact = f"{parts.scheme}://{parts.netloc}"
            if parts.scheme not in ("http", "https") or not parts.hostname or origin != exact:
                raise BadSetting(f"not one exact origin: {origin!r}")
            if "*" in origin:
                raise BadSetting("an origin is exact: no *")
        if "*" in self.hosts or "" in self.hosts:
            raise BadSetting("hosts are exact: no *")
        if self.ping_interval < 1 or self.ping_timeout < 1:
            # The handshake of Engine.IO carries whole milliseconds, the library whole seconds.
            raise BadSetting("pings are whole seconds")

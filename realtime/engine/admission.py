"""Who may open a session at all: exact Origin and Host, and a fair share per address.

Same-origin GETs of a browser carry no Origin; there `Sec-Fetch-Site: same-origin` vouches instead.
"""

from __future__ import annotations

import hashlib
import ipaddress

from aiohttp import web

from realtime.engine.limits import Buckets, Rate
from realtime.engine.options import EngineOptions


class Rejected(Exception):
    """An HTTP answer that opens nothing."""

    def __init__(
        self, status: int = 400, code: str = "bad_request", retry_after: int | None = None
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after = retry_after


class Admission:
    """Counts sockets and handshakes per IP; judges headers."""

    def __init__(self, options: EngineOptions) -> None:
        self._options = options
        self._sockets: dict[str, int] = {}
        per_minute = options.handshakes_per_minute
        self._handshakes = Buckets(Rate(per_minute / 60, per_minute))

    def judge(self, request: web.Request) -> None:
        """Raise Rejected for headers that no client of ours would send."""
        options = self._options
        if request.headers.get("Host", "") not in options.hosts:
            raise Rejected(421, "wrong_host")
        if "Content-Encoding" in request.headers:
            raise Rejected(415, "content_encoding")
        origin = request.headers.get("Origin")
        if origin is not None:
            if origin not in options.origins:
                raise Rejected(403, "wrong_origin")
        elif self._session_cookie(request) is not None and (
            request.headers.get("Sec-Fetch-Site") != "same-origin"
        ):
            raise Rejected(403, "origin_required")

    def open(self, ip: str) -> None:
        """Count a new session of this address, or raise Rejected."""
        key = network_of(ip)
        if self._options.limits_on:
            if self._sockets.get(key, 0) >= self._options.sockets_per_ip:
                raise Rejected(429, "too_many_sockets", 10)
            wait = self._handshakes.hit(key)
            if wait is not None:
                raise Rejected(429, "rate", max(1, round(wait)))
        self._sockets[key] = self._sockets.get(key, 0) + 1

    def closed(self, ip: str) -> None:
        """A session of this address has ended."""
        key = network_of(ip)
        left = self._sockets.get(key, 0) - 1
        if left > 0:
            self._sockets[key] = left
        else:
            self._sockets.pop(key, None)

    def binding(self, request: web.Request) -> str | None:
        """What a session is bound to: the session cookie or token its handshake carried."""
        secret = self._session_cookie(request) or request.headers.get("Authorization")
        return None if secret is None else hashlib.sha256(secret.encode()).hexdigest()

    def _session_cookie(self, request: web.Request) -> str | None:
        if "Cookie" not in request.headers:
            return None
        cookies = request.cookies
        return next((cookies[name] for name in self._options.cookies if name in cookies), None)


def network_of(ip: str) -> str:
    """An IPv4 address itself, an IPv6 address's /64: what one customer usually has."""
    if ":" not in ip:
        return ip
    try:
        address = ipaddress.IPv6Address(ip.partition("%")[0])
    except ValueError:
        return ip
    mapped = address.ipv4_mapped
    if mapped is not None:
        return str(mapped)
    return str(ipaddress.IPv6Network((address, 64), strict=False).network_address)

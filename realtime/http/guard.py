"""Who may speak to us: known hosts, our own pages, plain bodies. Before any handler runs."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from realtime.errors import Refused
from realtime.settings import Settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Probes ask by the machine's own name or number.
_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


def origins_of(settings: Settings) -> frozenset[str]:
    """The origins our pages may have. On loopback its three names are one machine."""
    parts = urlsplit(settings.origin)
    if not settings.is_loopback:
        return frozenset({settings.origin})
    port = "" if parts.port is None else f":{parts.port}"
    return frozenset({settings.origin, *(f"{parts.scheme}://{n}{port}" for n in _LOOPBACK_NAMES)})


def hosts_of(settings: Settings) -> frozenset[str]:
    """The values of `Host` we answer to: others are DNS rebinding, or not for us."""
    return frozenset(origin.split("://", 1)[1] for origin in origins_of(settings))


class Guard:
    """Raises Refused for a request that must not reach a handler."""

    def __init__(self, settings: Settings) -> None:
        self._origins = origins_of(settings)
        self._hosts = hosts_of(settings)

    def check(self, request: web.Request) -> None:
        if request.path not in _PROBES and request.headers.get("Host", "") not in self._hosts:
            raise Refused("origin")
        if "%00" in request.raw_path:
            # PostgreSQL keeps no text with a zero byte.
            raise Refused("invalid", field="")
        if request.headers.get("Content-Encoding", "identity") != "identity":
            # A small compressed body may unfold to any size.
            raise Refused("media_type")
        if request.method not in SAFE:
            self._check_sender(request)

    def _check_sender(self, request: web.Request) -> None:
        """Changes come from our own pages, or from programs: these send neither header."""
        origin = request.headers.get("Origin")
        if origin is not None:
            if origin not in self._origins:
                raise Refused("origin")
            return
        if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
            raise Refused("origin")

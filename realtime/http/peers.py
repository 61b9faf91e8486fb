"""Whose IP a request comes from: the TCP peer, or what our own proxy says of it.

`X-Forwarded-For` is believed from the networks of `PALIER_TRUSTED_PROXIES` only, and read from the
right: each trusted proxy appended who spoke to it, everything left of that is the client's word.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from aiohttp import web

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
IP = web.RequestKey("ip", str)
# What proxies add (RFC 7239, and the older word for it).
_PROXIED = ("Forwarded", "X-Forwarded-For")


def networks_of(setting: str) -> tuple[Network, ...]:
    """Comma-separated networks or addresses. Raises ValueError."""
    parts = [part.strip() for part in setting.split(",") if part.strip()]
    return tuple(ipaddress.ip_network(part, strict=False) for part in parts)


class Peers:
    """Tells clients apart behind trusted proxies."""

    def __init__(self, trusted: Sequence[Network]) -> None:
        self._trusted = tuple(trusted)

    def ip_of(self, request: web.BaseRequest) -> str:
        peer = request.remote or ""
        if not self._is_trusted(peer):
            return peer
        told = ",".join(request.headers.getall("X-Forwarded-For", ()))
        for hop in reversed([hop.strip() for hop in told.split(",")][-20:]):
            if not _is_ip(hop):
                break
            peer = hop
            if not self._is_trusted(hop):
                break
        return peer

    def _is_trusted(self, ip: str) -> bool:
        if not self._trusted or not _is_ip(ip):
            return False
        address = ipaddress.ip_address(ip)
        return any(address in network for network in self._trusted)


def is_near(request: web.BaseRequest) -> bool:
    """Whether it comes from this machine or a private network, and through no proxy."""
    peer = request.remote or ""
    if not _is_ip(peer) or any(name in request.headers for name in _PROXIED):
        return False
    address = ipaddress.ip_address(peer)
    return not (getattr(address, "ipv4_mapped", None) or address).is_global


def ip_of(request: web.Request) -> str:
    """As the edge noted it before the handler."""
    return request.get(IP) or request.remote or ""


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True

"""Where we agree to send: known push services only. Asked when a device subscribes and again before
each message, because an endpoint is an address that a stranger chose for us to call. Pure.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from realtime.errors import Refused

LONGEST = 2_048
# What Chromium gets without Google's own keys is jmt17.
_EXACT = frozenset(
    {
        "fcm.googleapis.com",
        "jmt17.google.com",
        "updates.push.services.mozilla.com",
        "web.push.apple.com",
    }
)
_SUFFIXES = (".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com")
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
# An origin, then a path of the characters of RFC 3986 that endpoints are made of; no fragment.
_URL = re.compile(r"([a-z]+://[a-z0-9._:\[\]-]+)/[!$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]*")


@dataclass(frozen=True, slots=True)
class Allowed:
    """The known services, and the operator's own `host[:port]` beside them."""

    extra: frozenset[str] = frozenset()

    def origin_of(self, endpoint: str) -> str:
        """`https://host` of an endpoint we may call; Refused("endpoint_not_allowed") otherwise."""
        found = _URL.fullmatch(endpoint)
        if found is None or len(endpoint) > LONGEST:
            raise Refused("endpoint_not_allowed")
        scheme, _, netloc = found[1].partition("://")
        if netloc in self.extra and scheme in ("http", "https"):
            return found[1]
        # Any other port makes a name that nobody has.
        host = netloc.removesuffix(":443")
        if scheme != "https" or not is_known(host):
            raise Refused("endpoint_not_allowed")
        return f"https://{host}"

    def is_exempt(self, host: str, port: int) -> bool:
        """Whether the operator named it: then it may be at a private address."""
        return host in self.extra or f"{host}:{port}" in self.extra


def host_of(endpoint: str) -> str:
    """For a log line; empty when there is none to be read."""
    try:
        return (urlsplit(endpoint).hostname or "")[:100]
    except ValueError:
        return ""


def is_known(host: str) -> bool:
    """Exact names, or names under a vendor's own: never a pattern on the whole URL."""
    return bool(_HOST.fullmatch(host)) and (host in _EXACT or host.endswith(_SUFFIXES))


def allowed_by(setting: str) -> Allowed:
    """From `PALIER_PUSH_EXTRA_HOSTS`."""
    return Allowed(frozenset(part.strip() for part in setting.split(",") if part.strip()))


def is_public(ip: str) -> bool:
    """Whether an address is one of the open internet's. IPv6 that carries an IPv4 is both."""
    try:
        address = ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address.teredo is not None or address in _NAT64:
            return False
        if inner is not None:
            return is_public(str(inner))
    return address.is_global and not address.is_multicast


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Keys(NamedTuple):
    """What encrypts for one browser (RFC 8291): a point of P-256, 16 random bytes."""

    p256dh: bytes
    auth: bytes


def keys_of(p256dh: str, auth: str) -> Keys:
    """Decoded and checked; Refused("bad_key") otherwise."""
    point, secret = _decoded(p256dh), _decoded(auth)
    if len(point) != 65 or point[0] != 4 or len(secret) != 16:
        raise Refused("bad_key")
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise Refused("bad_key") from None
    return Keys(point, secret)


def _decoded(text: str) -> bytes:
    """Base64url, with or without its padding."""
    bare = text.rstrip("=")
    if len(bare) > 200 or not re.fullmatch(r"[A-Za-z0-9_-]+", bare):
        raise Refused("bad_key")
    try:
        return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        raise Refused("bad_key") from None


def b64(raw: bytes) -> str:
    """Base64url without padding, as Web Push writes bytes."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def interleaved(items: Iterable[tuple[str, str]]) -> list[str]:
    """(id, origin) in turns by origin: one that is blocked does not stall a whole batch."""
    lanes: dict[str, list[str]] = {}
    for one, origin in items:
        lanes.setdefault(origin, []).append(one)
    out: list[str] = []
    turn = 0
    while lanes:
        for origin in list(lanes):
            if turn < len(lanes[origin]):
                out.append(lanes[origin][turn])
            else:
                del lanes[origin]
        turn += 1
    return out

"""Endpoints at rest: sealed under the operator's secret, named by a keyed digest. Receipts' tokens.

An endpoint is a capability: with it, its keys and ours, anybody rings that phone. Logs and other
tables know its keyed name or its origin, never itself.
"""

from __future__ import annotations

import hmac

import orjson

from realtime.keyring import Keyring
from realtime.push.endpoints import b64
from realtime.push.model import Target

_PURPOSE = "push subscription"
_TOKEN_BYTES = 12


def endpoint_name(keyring: Keyring, endpoint: str) -> str:
    return keyring.name("push endpoint", endpoint)


def sealed(keyring: Keyring, subscription: str, target: Target) -> bytes:
    plain = orjson.dumps([target.endpoint, target.p256dh.hex(), target.auth.hex()])
    return keyring.seal(_PURPOSE, subscription, plain)


def opened(keyring: Keyring, subscription: str, kept: bytes) -> Target:
    """Raises keyring.Unreadable when the secret was another."""
    endpoint, p256dh, auth = orjson.loads(keyring.open(_PURPOSE, subscription, kept))
    return Target(endpoint, bytes.fromhex(p256dh), bytes.fromhex(auth))


def receipt_token(keyring: Keyring, run: str, subscription: str) -> str:
    """Says that its bearer got this run on this device, and nothing else."""
    return f"{run}.{subscription}.{_mac(keyring, run, subscription)}"


def read_token(keyring: Keyring, token: str) -> tuple[str, str] | None:
    """(run, subscription) of a token of ours."""
    parts = token.split(".")
    if len(parts) != 3 or not token.isascii():
        return None
    run, subscription, mac = parts
    if not hmac.compare_digest(mac, _mac(keyring, run, subscription)):
        return None
    return run, subscription


def _mac(keyring: Keyring, run: str, subscription: str) -> str:
    return b64(keyring.digest("push receipt", run, subscription)[:_TOKEN_BYTES])

"""Encrypts one message for one browser (RFC 8291), with a fresh key and a fresh salt each time."""

from __future__ import annotations

from pywebpush import WebPusher

from realtime.push.endpoints import b64
from realtime.push.model import Target

# One record of RFC 8188: 4,096 bytes less header, delimiter and tag. pywebpush would make two.
MOST_PLAIN = 3_993


def encrypted(target: Target, plain: bytes) -> bytes:
    if len(plain) > MOST_PLAIN:
        raise ValueError(f"{len(plain)} bytes do not fit one record")
    keys = {"p256dh": b64(target.p256dh), "auth": b64(target.auth)}
    body: bytes = WebPusher({"endpoint": target.endpoint, "keys": keys}).encode(plain)["body"]
    return body

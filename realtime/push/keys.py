"""The VAPID key ring (RFC 8292): who we are to the push services.

A subscription is bound for life to the key it was made with. So a key is never replaced in place: a
new one comes first in the ring, and the old ones go on signing for those who subscribed with them.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from realtime.clock import to_iso
from realtime.push.endpoints import b64

FILE = "vapid.json"
# RFC 8292 allows 24 hours; half of it leaves room for a clock that is wrong.
_SIGNED_FOR = timedelta(hours=12)
_SIGNED_ANEW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Key:
    """One pair. `id` is the start of the public key's hash."""

    id: str
    private: ec.EllipticCurvePrivateKey
    public: str
    created_at: str


@dataclass(slots=True)
class KeyRing:
    """The newest key first. `subject` is whom a push service writes to: `mailto:…`."""

    keys: Sequence[Key]
    subject: str
    _signed: dict[tuple[str, str], tuple[str, datetime]] = field(default_factory=dict)

    @property
    def current(self) -> Key:
        return self.keys[0]

    def find(self, key_id: str) -> Key | None:
        return next((key for key in self.keys if key.id == key_id), None)

    def find_public(self, public: str) -> Key | None:
        return next((key for key in self.keys if key.public == public.rstrip("=")), None)

    def header(self, origin: str, key: Key, now: datetime) -> str:
        """`Authorization` for an origin; it depends on nothing else, so it is signed once for
        twelve hours: 50 µs less for each message."""
        cached = self._signed.get((origin, key.id))
        if cached is not None and _SIGNED_ANEW <= cached[1] - now <= _SIGNED_FOR:
            return cached[0]
        ends = now + _SIGNED_FOR
        claims = {"aud": origin, "exp": int(ends.timestamp()), "sub": self.subject}
        header = f"vapid t={_token(claims, key.private)},k={key.public}"
        self._signed[origin, key.id] = (header, ends)
        return header


def _token(claims: dict[str, object], private: ec.EllipticCurvePrivateKey) -> str:
    """A JWT by ES256 (RFC 7518 §3.4): r and s, 32 bytes each."""
    head = b64(b'{"typ":"JWT","alg":"ES256"}')
    signed = f"{head}.{b64(json.dumps(claims, separators=(',', ':')).encode())}"
    r, s = decode_dss_signature(private.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signed}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def open_keys(data_dir: Path, operator_mail: str, now: datetime) -> KeyRing:
    """The ring in the data directory, where one key is made when absent."""
    path = data_dir / FILE
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        _write_first(path, [_entry(now)])
    return KeyRing(_read(path), f"mailto:{operator_mail}")


def rotate(data_dir: Path, now: datetime) -> None:
    """A new key in front. Processes read the ring when they start."""
    path = data_dir / FILE
    entries = json.loads(path.read_text()) if path.exists() else []
    part = path.with_name(f".{FILE}.{os.getpid()}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump([_entry(now), *entries], file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)


def _write_first(path: Path, entries: list[dict[str, str]]) -> None:
    """Whole or not at all: of two processes that start together one makes it, both read it."""
    part = path.with_name(f".{FILE}.{os.getpid()}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(entries, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()


def _entry(now: datetime) -> dict[str, str]:
    private = ec.generate_private_key(ec.SECP256R1())
    number = private.private_numbers().private_value.to_bytes(32, "big")
    return {"private": b64(number), "created_at": to_iso(now)}


def _read(path: Path) -> list[Key]:
    return [_key(entry) for entry in json.loads(path.read_text())]


def _key(entry: dict[str, str]) -> Key:
    number = base64.urlsafe_b64decode(entry["private"] + "=")
    private = ec.derive_private_key(int.from_bytes(number, "big"), ec.SECP256R1())
    public = private.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return Key(sha256(public).hexdigest()[:16], private, b64(public), entry["created_at"])


def lines_about(keys: KeyRing, devices: Mapping[str, int]) -> list[str]:
    """For the operator: public keys only."""
    return [
        f"{key.id}  {key.created_at}  {devices.get(key.id, 0)} devices"
        f"  {'signs new subscriptions' if key is keys.current else 'retired'}\n  {key.public}"
        for key in keys.keys
    ]

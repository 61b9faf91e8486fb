"""What is done with the operator's secret: one key per purpose, digests and sealed bytes.

A thief of the database alone learns no address, no door and no postcard code.
"""

from __future__ import annotations

import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_SHORTEST = 16


class Unreadable(Exception):
    """Sealed under another secret, or for another owner."""


class Keyring:
    """Keys derived from one secret; none is used for two things."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < _SHORTEST:
            raise ValueError("the secret is too short")
        self._secret = secret
        self._keys: dict[str, bytes] = {}

    def digest(self, purpose: str, *parts: str) -> bytes:
        """HMAC-SHA256 of the parts, each with its length: ("ab", "c") is not ("a", "bc")."""
        told = b"".join(len(p.encode()).to_bytes(4, "big") + p.encode() for p in parts)
        return hmac.digest(self._key(f"digest {purpose}"), told, "sha256")

    def name(self, purpose: str, *parts: str) -> str:
        """A digest as 32 hex characters, for columns that compare."""
        return self.digest(purpose, *parts).hex()[:32]

    def seal(self, purpose: str, owner: str, plain: bytes) -> bytes:
        """AES-256-GCM; it opens for the same purpose and owner only."""
        nonce = os.urandom(_NONCE)
        box = AESGCM(self._key(f"seal {purpose}"))
        return nonce + box.encrypt(nonce, plain, owner.encode())

    def open(self, purpose: str, owner: str, sealed: bytes) -> bytes:
        box = AESGCM(self._key(f"seal {purpose}"))
        try:
            return box.decrypt(sealed[:_NONCE], sealed[_NONCE:], owner.encode())
        except (InvalidTag, ValueError):
            raise Unreadable(purpose) from None

    def _key(self, label: str) -> bytes:
        """Derived once: there are a dozen purposes, and a push message asks for three keys."""
        key = self._keys.get(label)
        if key is None:
            # RFC 5869's expand step, one block.
            key = self._keys[label] = hmac.digest(self._secret, label.encode() + b"\x01", sha256)
        return key


def open_keyring(data_dir: Path, secret: str) -> Keyring:
    """From `PALIER_SECRET`, else from the data directory, where one is made when absent."""
    if secret:
        return Keyring(sha256(secret.encode()).digest())
    kept = data_dir / "secret"
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        # O_EXCL: of two processes that start together one makes it, the other reads it.
        handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return Keyring(bytes.fromhex(kept.read_text().strip()))
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
    return Keyring(bytes.fromhex(kept.read_text().strip()))

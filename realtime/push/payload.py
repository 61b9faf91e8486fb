"""What a push message says: Declarative Web Push's JSON (webkit.org/blog/16535), which Safari shows
by itself and our service worker shows elsewhere. Pure.

Never a position; nobody's private words. Padded, so that its length tells the push service nothing.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2s

import orjson

# A bridged Firefox on Android takes 2,744 bytes of ciphertext; RFC 8291 would allow 3,993 plain.
LONGEST = 2_048
STEP = 256
_TITLE, _BODY = 120, 400
_TOKEN = "@token@"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """`words` by language; `path` opens on a click; what has the same `tag` replaces.

    `again`: a replacement makes a sound too. `urgent` stays on the screen where that is possible.
    """

    words: Mapping[str, Words]
    path: str
    tag: str
    kind: str
    again: bool = False
    urgent: bool = False
    silent: bool = False


class Payload:
    """One run in one language, ready for every device: only the receipt's token differs."""

    def __init__(self, content: Content, language: str, origin: str, run: str) -> None:
        words = content.words.get(language) or content.words["fr"]
        self._parts = _parts(content, words, language, origin, run)
        self._small = _parts(content, Words(words.title[:60], ""), language, origin, run)

    def bytes_for(self, token: str, *, small: bool = False) -> bytes:
        """At most LONGEST, padded with spaces to a multiple of STEP."""
        before, after = self._small if small else self._parts
        plain = before + token.encode() + after
        return plain.ljust(-(-len(plain) // STEP) * STEP)


def _parts(
    content: Content, words: Words, language: str, origin: str, run: str
) -> tuple[bytes, bytes]:
    body = words.body[:_BODY]
    while True:
        plain = orjson.dumps(_shape(content, words.title[:_TITLE], body, language, origin, run))
        # 90 bytes for the token in the place of its mark.
        if len(plain) + 90 <= LONGEST or not body:
            before, _, after = plain.rpartition(_TOKEN.encode())
            return before, after
        body = body[: len(body) // 2].rstrip() + "…" if len(body) > 20 else ""


def _shape(
    content: Content, title: str, body: str, language: str, origin: str, run: str
) -> dict[str, object]:
    return {
        "web_push": 8030,
        "notification": {
            "title": title,
            "body": body,
            "navigate": origin + content.path,
            "tag": content.tag,
            "lang": language,
            "dir": "ltr",
            "silent": content.silent,
            "data": {
                "run": run,
                "path": content.path,
                "kind": content.kind,
                "again": content.again,
                "urgent": content.urgent,
                # Last: the mark is looked for from the end, whatever anybody wrote before.
                "token": _TOKEN,
            },
        },
        "mutable": False,
    }


@lru_cache(maxsize=64)
def topic_of(tag: str) -> str:
    """The `Topic` header: 32 characters, which Apple can decode, and which tell nobody anything."""
    return urlsafe_b64encode(blake2s(tag.encode(), digest_size=24).digest()).decode()


# Seconds; a phone that was off longer is not woken for it.
_LONGEST_LIFE = {"high": 6 * 3_600, "normal": 24 * 3_600, "low": 72 * 3_600, "none": 12 * 3_600}
_WNS = ".notify.windows.com"
_URGENCY = {"high": "high", "normal": "normal", "low": "low", "none": "very-low"}


def headers_for(
    origin: str, authorization: str, tag: str, urgency: str, expires_at: datetime, now: datetime
) -> dict[str, str]:
    """RFC 8030's, and what Microsoft's asks for beside them."""
    left = max(0, int((expires_at - now).total_seconds()))
    ttl = min(left, _LONGEST_LIFE[urgency])
    headers = {
        "Authorization": authorization,
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(ttl),
        "Urgency": _URGENCY[urgency],
        "Topic": topic_of(tag),
    }
    if origin.endswith(_WNS):
        # It refuses TTL 0 unless told not to cache.
        headers["X-WNS-Cache-Policy"] = "cache" if ttl else "no-cache"
    return headers

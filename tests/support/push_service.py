"""A push service of our own: it opens what it gets as a browser would, and is as strict as theirs.

It checks VAPID (RFC 8292), TTL, Urgency and Topic (RFC 8030) and each vendor's own rules, decrypts
with http_ece (RFC 8291), and answers with faults when told to. One listens at one origin.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import ssl
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import http_ece
from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tests.support import canary
from tests.support.processes import free_port

Vendor = Literal["google", "mozilla", "apple", "microsoft"]
_MOST_BYTES = {"google": 4_096, "mozilla": 4_096, "apple": 4_096, "microsoft": 4_096}
_LONGEST_TTL = 30 * 86_400
_MISMATCH = {
    "google": (403, "the VAPID credentials do not correspond to the credentials used"),
    "mozilla": (401, '{"errno": 109}'),
    "apple": (400, '{"reason":"VapidPkHashMismatch"}'),
    "microsoft": (403, ""),
}
_BAD_TOKEN = {"apple": (403, '{"reason":"BadJwtToken"}')}


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer other than the right one. `reset` cuts the connection."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    delay: float = 0.0
    reset: bool = False
    deliver: bool = False


@dataclass(frozen=True, slots=True)
class Got:
    """A message as the browser gets it."""

    device: str
    plain: bytes
    headers: dict[str, str]
    at: float

    @property
    def json(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.plain)
        return told

    @property
    def notification(self) -> dict[str, Any]:
        shown: dict[str, Any] = self.json["notification"]
        return shown


@dataclass(slots=True)
class Phone:
    """A browser's subscription with its private half. `key`: the server key it was made with."""

    id: str
    private: ec.EllipticCurvePrivateKey
    auth: bytes
    endpoint: str
    key: str | None = None
    gone: bool = False
    faults: deque[Fault] = field(default_factory=deque)

    @property
    def subscription(self) -> dict[str, Any]:
        """As `PushSubscription.toJSON()`."""
        point = self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        keys = {"p256dh": b64(point), "auth": b64(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}


class Refusal(Exception):
    def __init__(self, status: int, body: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status} {body}")
        self.status, self.body, self.headers = status, body, headers or {}


class PushService:
    """`async with PushService("apple") as service`. `refused` tells what it found wrong."""

    def __init__(
        self,
        vendor: Vendor = "google",
        *,
        tls: ssl.SSLContext | None = None,
        verifies_every: int = 1,
        port: int | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.now = now
        self.vendor = vendor
        self.port = port or free_port()
        self.host = f"127.0.0.1:{self.port}"
        self.origin = f"{'https' if tls else 'http'}://{self.host}"
        self.phones: dict[str, Phone] = {}
        self.got: list[Got] = []
        self.refused: list[str] = []
        self.faults: deque[Fault] = deque()
        self.requests = 0
        # Seconds that each answer takes.
        self.slow = 0.0
        self.arrived = asyncio.Condition()
        self._tls = tls
        self._every = verifies_every
        self._runner: web.AppRunner | None = None

    def phone(self, key: str | None = None) -> Phone:
        """A new browser subscribes; `key` is the server's public key, as in `subscribe()`."""
        own_id = b64(os.urandom(12))
        made = Phone(
            own_id,
            ec.generate_private_key(ec.SECP256R1()),
            os.urandom(16),
            f"{self.origin}/push/{own_id}",
            key,
        )
        self.phones[own_id] = made
        return made

    def of(self, phone: Phone) -> list[Got]:
        return [one for one in self.got if one.device == phone.id]

    async def wait_for(self, count: int, seconds: float = 15) -> list[Got]:
        """Until so many messages arrived."""
        async with asyncio.timeout(seconds), self.arrived:
            await self.arrived.wait_for(lambda: len(self.got) >= count)
        return list(self.got)

    async def __aenter__(self) -> PushService:
        app = web.Application(client_max_size=64 * 1024)
        app.router.add_post("/push/{phone}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(
            self._runner, "127.0.0.1", self.port, ssl_context=self._tls, backlog=1024
        ).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        phone = self.phones.get(request.match_info["phone"])
        body = await request.read()
        if self.slow:
            await asyncio.sleep(self.slow)
        fault = self._next_fault(phone)
        try:
            if fault is None or fault.deliver:
                got = self._accept(request, phone, body)
                async with self.arrived:
                    self.got.append(got)
                    self.arrived.notify_all()
        except Refusal as refusal:
            self.refused.append(str(refusal))
            return web.Response(status=refusal.status, text=refusal.body, headers=refusal.headers)
        if fault is not None:
            return await self._fail(request, fault)
        return web.Response(status=201, headers={"TTL": request.headers["TTL"]})

    def _next_fault(self, phone: Phone | None) -> Fault | None:
        if phone is not None and phone.faults:
            return phone.faults.popleft()
        return self.faults.popleft() if self.faults else None

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.reset and request.transport is not None:
            request.transport.close()
        return web.Response(status=fault.status or 201, text=fault.body, headers=fault.headers)

    def _accept(self, request: web.Request, phone: Phone | None, body: bytes) -> Got:
        if phone is None or phone.gone:
            raise Refusal(410 if phone else 404, '{"reason":"Unregistered"}')
        headers = {name.lower(): value for name, value in request.headers.items()}
        self._check_headers(headers, body)
        plain = b""
        if self.requests % self._every == 0:
            self._check_vapid(headers, phone)
            plain = self._open(phone, body)
            canary.look("push", plain, f"at {phone.id}")
            canary.look("push", str(headers), f"headers at {phone.id}")
        return Got(phone.id, plain, headers, time.monotonic())

    def _check_headers(self, headers: dict[str, str], body: bytes) -> None:
        ttl = headers.get("ttl", "")
        if not ttl.isdigit() or int(ttl) > _LONGEST_TTL:
            raise Refusal(400, '{"errno": 111}')
        if headers.get("urgency") not in (None, "very-low", "low", "normal", "high"):
            raise Refusal(400, "urgency")
        if headers.get("content-encoding") != "aes128gcm":
            raise Refusal(400, "content-encoding")
        if len(body) > _MOST_BYTES[self.vendor]:
            raise Refusal(413, '{"reason":"PayloadTooLarge"}')
        self._check_topic(headers.get("topic"))
        if self.vendor == "microsoft":
            wanted = "no-cache" if ttl == "0" else "cache"
            if headers.get("x-wns-cache-policy", wanted if ttl != "0" else "") != wanted:
                raise Refusal(400, headers={"X-WNS-ERROR-DESCRIPTION": "Ttl value conflicts"})

    def _check_topic(self, topic: str | None) -> None:
        if topic is None:
            return
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", topic):
            raise Refusal(400, '{"errno": 113}')
        if self.vendor == "apple" and len(topic) % 4 == 1:
            # Apple decodes it.
            raise Refusal(400, '{"reason":"BadWebPushTopic"}')

    def _check_vapid(self, headers: dict[str, str], phone: Phone) -> None:
        bad = Refusal(*_BAD_TOKEN.get(self.vendor, (401, "vapid")))
        found = re.fullmatch(
            r"vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), ?k=([\w-]+)", headers.get("authorization", "")
        )
        if found is None:
            raise bad
        head, claims, signature, key = found.groups()
        if phone.key is not None and phone.key != key:
            raise Refusal(*_MISMATCH[self.vendor])
        if not is_signed(key, f"{head}.{claims}", unb64(signature)):
            raise bad
        told = json.loads(unb64(claims))
        subject = urlsplit(told.get("sub", ""))
        if told.get("aud") != self.origin or subject.scheme not in ("mailto", "https"):
            raise bad
        if " " in told["sub"] or not self.now() < told.get("exp", 0) <= self.now() + 86_400:
            raise bad

    def _open(self, phone: Phone, body: bytes) -> bytes:
        record = int.from_bytes(body[16:20], "big")
        if len(body) - 86 > record:
            raise Refusal(400, "more than one record")
        try:
            plain: bytes = http_ece.decrypt(
                body, private_key=phone.private, auth_secret=phone.auth, version="aes128gcm"
            )
        except Exception as error:
            # A real service cannot tell; the browser would drop it.
            raise Refusal(400, f"not readable: {error!r}") from error
        return plain


def is_signed(key: str, text: str, signature: bytes) -> bool:
    """ES256."""
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(key))
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        public.verify(encode_dss_signature(r, s), text.encode(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return len(signature) == 64

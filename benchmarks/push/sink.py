"""The sink: four push services on TLS in one process. They count, fault, and open one in a hundred.

A plain asyncio protocol, so that the senders are measured and not this. Prints its ports, then
answers `GET /stats` on the first of them.
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import uvloop

from tests.support.processes import free_port
from tests.support.push_service import Phone, PushService, Refusal

CHECKED_EVERY = 100
ORIGINS = 4
BLOCKED_SECONDS = 5.0
_LENGTH = re.compile(rb"\r\n[Cc]ontent-[Ll]ength: *(\d+)")
_REASONS = {201: "Created", 200: "OK", 400: "Bad", 410: "Gone", 429: "Slow"}


class Sink:
    """What all connections share. `faults`: 1 % gone, 1 % throttled once, the last origin blocked
    for five seconds from its first message."""

    def __init__(self, phones: list[Phone], key: str, *, faults: bool) -> None:
        self.phones, self.key, self.faults = phones, key, faults
        self.services: dict[int, PushService] = {}
        self.count = self.accepted = self.checked = self.gone = self.throttled = 0
        self.refused: list[str] = []
        self.times: list[float] = []
        self.once: set[str] = set()
        self.seen: set[str] = set()
        self.blocked_from: float | None = None

    def answer(self, port: int, head: bytes, body: bytes) -> tuple[int, str]:
        number = head[: head.index(b" HTTP/")].decode().rpartition("/")[2]
        self.count += 1
        if self.faults and (fault := self._fault(port, int(number))):
            return fault
        if self.count % CHECKED_EVERY == 0:
            service = self.services[port]
            phone = self.phones[int(number) % len(self.phones)]
            headers = headers_of(head)
            try:
                service._check_headers(headers, body)
                service._check_vapid(headers, phone)
                service._open(phone, body)
            except Refusal as refusal:
                self.refused.append(str(refusal))
                return 400, ""
            self.checked += 1
        self.accepted += 1
        self.seen.add(f"{port} {number}")
        self.times.append(time.time())
        return 201, ""

    def _fault(self, port: int, number: int) -> tuple[int, str] | None:
        if port == max(self.services):
            self.blocked_from = self.blocked_from or time.time()
            if time.time() - self.blocked_from < BLOCKED_SECONDS:
                return 429, f"Retry-After: {BLOCKED_SECONDS:g}\r\n"
        if number % 100 == 0:
            self.gone += 1
            return 410, ""
        if number % 100 == 1 and f"{port} {number}" not in self.once:
            self.once.add(f"{port} {number}")
            self.throttled += 1
            return 429, "Retry-After: 2\r\n"
        return None

    def stats(self) -> dict[str, Any]:
        marks = {str(n): self.times[n - 1] for n in (1, 1_000, 10_000) if len(self.times) >= n}
        return {
            "accepted": self.accepted, "distinct": len(self.seen), "checked": self.checked,
            "gone": self.gone, "throttled": self.throttled, "refused": self.refused[:3],
            "marks": marks, "last": self.times[-1] if self.times else None,
        }  # fmt: skip


def headers_of(head: bytes) -> dict[str, str]:
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


class Connection(asyncio.Protocol):
    def __init__(self, sink: Sink, port: int) -> None:
        self.sink, self.port, self.held = sink, port, b""
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.held += data
        while (end := self.held.find(b"\r\n\r\n")) >= 0:
            head = self.held[:end]
            told = _LENGTH.search(head)
            length = int(told[1]) if told else 0
            if len(self.held) < end + 4 + length:
                return
            body = self.held[end + 4 : end + 4 + length]
            self.held = self.held[end + 4 + length :]
            self._reply(head, body)

    def _reply(self, head: bytes, body: bytes) -> None:
        said = ""
        if head.startswith(b"GET "):
            status, more, said = 200, "", json.dumps(self.sink.stats())
        else:
            status, more = self.sink.answer(self.port, head, body)
        reply = f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Length: {len(said)}\r\n{more}\r\n"
        self.transport.write((reply + said).encode())


async def main(folder: Path, faults: bool) -> None:
    from benchmarks.push.phones import read_phones

    told = json.loads((folder / "keys.json").read_text())
    phones = read_phones(folder)
    sink = Sink(phones, told["public"], faults=faults)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "trusted.pem", folder / "secret.pem")
    loop = asyncio.get_running_loop()
    ports = sorted(free_port() for _ in range(ORIGINS))
    for port in ports:
        service = PushService("google", port=port)
        service.origin = f"https://127.0.0.1:{port}"
        sink.services[port] = service
        made = partial(Connection, sink, port)
        await loop.create_server(made, "127.0.0.1", port, ssl=context, backlog=1024)
    print(json.dumps(ports), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1]), sys.argv[2] == "faults"))

"""One process of thin WebSocket clients: `python -m benchmarks.load SETTINGS.json`.

Senders wait for their ack before they send again, or keep a fixed rate together. Listeners count
bytes; every tenth of them reads when each message was sent (`CLOCK_MONOTONIC` is the same for all
processes) and so learns how long it travelled. Writes what it saw, its own CPU share included.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.fanout.crowd import PING, PONG, masked
from realtime.clock import Clock
from realtime.ids import new_ulid

PATH = "/socket.io/?EIO=4&transport=websocket"
SENT_AT = re.compile(rb'"message\.posted".{0,400}?"text":"t=(\d+)')
ACK = re.compile(rb"43(\d+)\[(.{12})")
READ_EVERY = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """What this process is to do. `rate` 0: as fast as the acks come."""

    port: int
    senders: list[str]
    listeners: list[str]
    seconds: float
    rate: float
    # Everybody starts when this file appears.
    go: str
    ready: str
    # What was seen is written here, as JSON.
    told: str


@dataclass(slots=True)
class Told:
    """What it saw. Times in seconds."""

    acked: int = 0
    refused: int = 0
    waits: list[float] = field(default_factory=list)
    travelled: list[float] = field(default_factory=list)
    heard_bytes: int = 0
    lost: int = 0
    cpu_share: float = 0.0


class Client(asyncio.Protocol):
    """One member's device, connected and in sync before the start."""

    def __init__(self, load: Load, token: str, *, reads: bool, is_sender: bool) -> None:
        self.load = load
        self.token = token
        self.reads = reads
        self.is_sender = is_sender
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.sent_at: dict[int, float] = {}
        self.count = 0
        self.buffer = b""
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.transport.write(
            f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{self.load.asked.port}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
            + masked(b'40{"token":"%s"}' % self.token.encode())
        )

    def data_received(self, data: bytes) -> None:
        if PING in data:
            self.transport.write(PONG * data.count(PING))
        if not self.ready.done():
            self._begin(data)
            return
        self.load.told.heard_bytes += len(data)
        if self.is_sender:
            self._heard_acks(data)
        elif self.reads:
            now = time.monotonic()
            for sent in SENT_AT.findall(data):
                self.load.told.travelled.append(now - int(sent) / 1e9)

    def _begin(self, data: bytes) -> None:
        self.buffer += data
        if b'40{"sid"' in self.buffer and not self.count:
            self.count = 1
            self.transport.write(masked(b'420["sync",{}]'))
        elif b'430[{"ok":true' in self.buffer:
            self.buffer = b""
            self.ready.set_result(None)
        elif b"44{" in self.buffer:
            self.ready.set_exception(ConnectionError(repr(self.buffer[-200:])))

    def _heard_acks(self, data: bytes) -> None:
        # An ack may be cut in two by the kernel.
        data = self.buffer + data
        self.buffer = data[-24:] if b"43" in data[-24:] else b""
        for number, begun in ACK.findall(data):
            sent = self.sent_at.pop(int(number), None)
            if sent is None:
                continue
            told = self.load.told
            if begun.startswith(b'{"ok":true'):
                told.acked += 1
                told.waits.append(time.monotonic() - sent)
            else:
                told.refused += 1
            if not self.load.asked.rate and not self.load.is_over:
                self.post()

    def post(self) -> None:
        self.count += 1
        now = time.monotonic()
        words = {
            "key": new_ulid(self.load.clock.now()),
            "to": "street",
            "text": f"t={int(now * 1e9)} " + "Le chat est rentré. " * 3,
        }
        self.sent_at[self.count] = now
        packet = f'42{self.count}["message.post",{json.dumps(words)}]'
        self.transport.write(masked(packet.encode()))

    def connection_lost(self, exc: Exception | None) -> None:
        self.load.told.lost += 1
        if not self.ready.done():
            self.ready.set_exception(exc or ConnectionError("refused"))


class Load:
    """All clients of this process."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.told = Told()
        self.clock = Clock()
        self.is_over = False

    async def run(self) -> Told:
        senders = await self._join(self.asked.senders, is_sender=True)
        await self._join(self.asked.listeners, is_sender=False)
        gc.freeze()
        Path(self.asked.ready).touch()
        while not Path(self.asked.go).exists():
            await asyncio.sleep(0.01)
        begun, cpu = time.monotonic(), time.process_time()
        if self.asked.rate and senders:
            await self._keep_rate(senders)
        else:
            for sender in senders:
                sender.post()
            await asyncio.sleep(self.asked.seconds)
        self.is_over = True
        self.told.cpu_share = (time.process_time() - cpu) / (time.monotonic() - begun)
        lost = self.told.lost
        await asyncio.sleep(0.5)
        self.told.lost = lost
        return self.told

    async def _join(self, tokens: list[str], *, is_sender: bool) -> list[Client]:
        loop = asyncio.get_running_loop()
        gate = asyncio.Semaphore(50)
        dice = random.Random(1)

        async def one(token: str) -> Client:
            async with gate:
                reads = dice.random() < 1 / READ_EVERY
                _, client = await loop.create_connection(
                    lambda: Client(self, token, reads=reads, is_sender=is_sender),
                    "127.0.0.1",
                    self.asked.port,
                )
                await client.ready
                return client

        return list(await asyncio.gather(*(one(token) for token in tokens)))

    async def _keep_rate(self, senders: list[Client]) -> None:
        """Open loop: what is late is sent late, never left out."""
        begun, sent = time.monotonic(), 0
        while (passed := time.monotonic() - begun) < self.asked.seconds:
            while sent < passed * self.asked.rate:
                senders[sent % len(senders)].post()
                sent += 1
            await asyncio.sleep(0.002)


def main() -> None:
    asked = Asked(**json.loads(Path(sys.argv[1]).read_text()))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        told = runner.run(Load(asked).run())
    seen = {name: getattr(told, name) for name in Told.__dataclass_fields__}
    Path(asked.told).write_text(json.dumps(seen))


if __name__ == "__main__":
    main()

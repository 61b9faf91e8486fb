"""Mutated packets and handshakes against a running engine: it survives, and keeps nothing.

20,000 here; `--long` runs a million.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import random
from collections.abc import Iterable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp.http_exceptions import HttpProcessingError
from structlog.testing import capture_logs

from tests.support.engine import House, engine_house, eventually

PACKETS = [
    b"40", b'40{"token":"x"}', b"40/custom,", b"41", b'42["x",{"a":[1,2,3]}]', b'427["x",{}]',
    b'42["say","bonjour"]', b"431[]", b'452-["x",{"_placeholder":true,"num":0}]', b"2", b"3", b"5",
    b"6", b"2probe", b"bAQID", b'44{"message":"no"}',
]  # fmt: skip
HANDSHAKE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: HOST\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
POLL = b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: HOST\r\n\r\n"
POST = (
    b"POST /socket.io/?EIO=4&transport=polling&sid=SID HTTP/1.1\r\nHost: HOST\r\n"
    b"Content-Length: 5\r\n\r\n40\x1e41"
)


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4_096


def mutate(dice: random.Random, data: bytes) -> bytes:
    """A few bytes lost, doubled, flipped or invented."""
    changed = bytearray(data)
    for _ in range(dice.randrange(4)):
        at = dice.randrange(len(changed) + 1)
        act = dice.randrange(4)
        if act == 0:
            del changed[at : at + dice.randrange(1, 4)]
        elif act == 1:
            changed[at:at] = changed[max(0, at - 4) : at]
        elif act == 2 and changed:
            changed[at % len(changed)] = dice.randrange(256)
        else:
            piece = [b"[", b"]", b'"', b"{", b"\xff", b"\x1e", b"9" * 40, b"\r\n"]
            changed[at:at] = dice.choice(piece)
    return bytes(changed)


def frame(dice: random.Random, payload: bytes) -> bytes:
    """A client frame, mostly well-formed."""
    first = 0x81 if dice.random() < 0.9 else dice.randrange(256)
    size = len(payload) if dice.random() < 0.95 else dice.randrange(300)
    head = (
        bytes((first, 0x80 | size)) if size < 126 else b"%c\xfe" % first + size.to_bytes(2, "big")
    )
    return head + b"\0\0\0\0" + payload


async def talk(house: House, sent: bytes, more: list[bytes]) -> None:
    """Open a connection, say all of it, wait until the server has read it and hung up."""
    host, _, port = house.host.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(sent)
        if more:
            await reader.readuntil(b'"maxPayload":')
            writer.writelines([*more, frame(random.Random(0), b"1")])
            async with asyncio.timeout(0.1):  # a wrong length leaves the server waiting for more
                await reader.readuntil(b"\x88")  # its close frame
    except (ConnectionError, TimeoutError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.transport.abort()


async def attack(house: House, dice: random.Random, count: int) -> int:
    """`count` mutated packets and handshakes; how many were sent.

    Sixty-four connections at a time: in most dozens there is one that waits out its tenth of a
    second.
    """
    host, sent = house.host.encode(), 0
    while sent < count:
        talks = []
        for _ in range(64):
            if dice.random() < 0.5:
                plain = dice.choice([HANDSHAKE, POLL, POST]).replace(b"HOST", host)
                talks.append(talk(house, mutate(dice, plain), []))
                sent += 1
            else:
                packets = [frame(dice, mutate(dice, dice.choice(PACKETS))) for _ in range(6)]
                if dice.random() < 0.7:
                    packets.insert(0, frame(random.Random(0), b"40"))
                talks.append(talk(house, HANDSHAKE.replace(b"HOST", host), packets))
                sent += len(packets)
        await asyncio.gather(*talks)
    return sent


@pytest.fixture
def aiohttp_faults() -> Iterator[list[BaseException]]:
    """Exceptions of handlers, by aiohttp's log; not HTTP that its own parser refuses.

    Stopped at the logger: pytest would keep every line of a long run.
    """
    found: list[BaseException] = []

    def keep(record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and not isinstance(error, HttpProcessingError):
            found.append(error)
        return False

    log = logging.getLogger("aiohttp.server")
    log.addFilter(keep)
    yield found
    log.removeFilter(keep)


@pytest.mark.parametrize(
    "count", [20_000, pytest.param(1_000_000, marks=[pytest.mark.long, pytest.mark.timeout(3_600)])]
)
async def test_the_engine_survives_whatever_it_is_sent(
    count: int, aiohttp_faults: list[BaseException]
):
    faults: list[Any] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: faults.append(context))
    async with engine_house(limits_on=False, connect_timeout=1.0) as house:
        with capture_logs() as logs:
            await attack(house, random.Random(1), 2_000)  # warm
            await eventually(lambda: house.engine.count == 0)
            logs.clear()
            gc.collect()
            tasks, before = len(asyncio.all_tasks()), resident_bytes()
            left = 0
            while left < count:
                left += await attack(house, random.Random(left), 2_000)
                faults.extend(_faults(logs))
                logs.clear()
                house.edge.commands.clear()
                house.edge.left.clear()
            await eventually(lambda: house.engine.count == 0)
            await eventually(lambda: len(asyncio.all_tasks()) <= tasks)
            gc.collect()
            grown = resident_bytes() - before
        wire = await house.joined()
        assert await wire.ack(1, "still", {}) == {"ok": True, "echo": {}}
    assert faults == []
    assert aiohttp_faults == []
    assert grown < 5_000_000, f"{grown} bytes kept"


def _faults(logs: Iterable[MutableMapping[str, Any]]) -> list[MutableMapping[str, Any]]:
    return [line for line in logs if line.get("log_level") in ("error", "critical")]

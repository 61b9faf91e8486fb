"""Clients that do not read, read late, or vanish: bounded memory, and nobody else notices."""

from __future__ import annotations

import asyncio
import socket as sockets
import struct
from pathlib import Path
from typing import Any

import orjson
import pytest

from realtime.engine import event_frame
from tests.faults.engine.conftest import HOLES
from tests.support.engine import House, Wire, engine_house, eventually

PART = orjson.dumps("x" * 100_000)
PONG = b"\x81\x81\0\0\0\x003"


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4_096


class Deaf:
    """A client that joins, then never reads again but goes on sending pongs."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._pongs: asyncio.Task[None] | None = None

    @classmethod
    async def join(cls, house: House) -> Deaf:
        host, _, port = house.host.partition(":")
        raw = sockets.socket()
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 65_536)
        raw.connect((host, int(port)))
        reader, writer = await asyncio.open_connection(sock=raw, limit=1_024)
        writer.write(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: " + house.host.encode()
            + b"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )  # fmt: skip
        await reader.readuntil(b'"maxPayload":')
        writer.write(b"\x81\x82\0\0\0\x0040")
        await reader.readuntil(b'40{"sid"')
        deaf = cls(reader, writer)
        deaf._pongs = asyncio.create_task(deaf._pong_blindly())
        return deaf

    async def _pong_blindly(self) -> None:
        while True:
            self._writer.write(PONG)
            await asyncio.sleep(0.2)

    async def close(self) -> None:
        assert self._pongs is not None
        self._pongs.cancel()
        await asyncio.gather(self._pongs, return_exceptions=True)
        self._writer.transport.abort()
        await asyncio.gather(self._writer.wait_closed(), return_exceptions=True)


async def say(house: House, times: int) -> None:
    """A hundred kilobytes to everybody, `times` over."""
    for _ in range(times):
        if house.engine is house.edge or hasattr(house.edge, "fan"):
            house.edge.fan.post("all", event_frame("said", PART))
        else:
            await house.edge.sio.emit("said", "x" * 100_000)
        await asyncio.sleep(0.005)


def is_connected(house: House) -> bool:
    """Whether the server still keeps somebody."""
    engine: Any = house.engine
    return bool(engine.count if hasattr(engine, "count") else engine.eio.sockets)


@HOLES
async def test_a_client_that_only_pongs_is_evicted(hall: House):
    deaf = await Deaf.join(hall)
    try:
        before = resident_bytes()
        await say(hall, 176)
        await eventually(lambda: not is_connected(hall), within=5)
        assert resident_bytes() - before < 16_000_000
    finally:
        await deaf.close()


@pytest.mark.parametrize("direct", [True, False])
async def test_small_events_evict_a_deaf_client_too(direct: bool):
    async with engine_house(direct=direct) as house:
        deaf = await Deaf.join(house)
        await eventually(lambda: house.edge.sockets)
        [socket] = house.edge.sockets
        frame = event_frame("said", orjson.dumps("x" * 250))
        for _ in range(200_000):
            if socket.closing:
                break
            socket.send(frame)
            if socket.backlog and len(socket.backlog) % 64 == 0:
                await asyncio.sleep(0)
        await eventually(lambda: house.edge.left == ["too slow: reconnect and catch up"])
        assert house.engine.count == 0
        await deaf.close()


async def test_the_others_hear_everything_while_one_is_deaf():
    async with engine_house() as house:
        listeners = [await house.joined() for _ in range(5)]
        deaf = await Deaf.join(house)
        try:
            _, *heard = await asyncio.gather(
                say(house, 100), *(hear(wire, 100) for wire in listeners)
            )
        finally:
            await deaf.close()
        assert heard == [100] * 5
        assert house.edge.left[0] == "too slow: reconnect and catch up"


async def hear(wire: Wire, count: int) -> int:
    for _ in range(count):
        assert (await wire.next()).startswith('42["said"')
    return count


async def test_a_pause_in_reading_loses_nothing():
    async with engine_house() as house:
        wire = await house.joined()
        [socket] = house.edge.sockets
        connection: Any = wire.ws._response.connection
        transport = connection.transport
        transport.pause_reading()
        sent = 0
        while not socket.backlog:  # until the kernel's buffers are full
            socket.emit("n", b"%d" % sent + b" " * 50_000)
            sent += 1
            await asyncio.sleep(0)
        for _ in range(5):
            socket.emit("n", b"%d" % sent)
            sent += 1
        transport.resume_reading()
        heard = [int((await wire.next())[7:].split()[0].rstrip("]")) for _ in range(sent)]
        assert heard == list(range(sent))
        assert socket.backlog is None
        socket.emit("n", b'"direct again"')
        assert "direct again" in await wire.next()


async def test_a_client_that_never_polls_is_bounded_and_evicted():
    async with engine_house() as house:
        sid = await house.poll_session()
        assert (await house.push(sid, "40"))[0] == 200
        await eventually(lambda: house.edge.sockets)
        for _ in range(300):
            for socket in list(house.edge.sockets):
                socket.emit("n", b"1")
        await eventually(lambda: house.edge.left == ["too slow: reconnect and catch up"])
        assert (await house.poll(sid))[0] == 400


async def test_a_reset_connection_is_forgotten_at_once():
    async with engine_house() as house:
        wire = await house.joined()
        raw = wire.ws.get_extra_info("socket")
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
        connection: Any = wire.ws._response.connection
        connection.transport.abort()
        for _ in range(50):
            house.edge.fan.post("all", event_frame("said", b"1"))
            await asyncio.sleep(0)
        await eventually(lambda: house.edge.left == ["transport close"])
        assert house.engine.count == 0


async def test_the_edge_hears_of_each_socket_once_whatever_ends_it():
    async with engine_house() as house:
        wires = [await house.joined() for _ in range(20)]
        for number, wire in enumerate(wires):
            if number % 4 == 0:
                await wire.send("41")
            elif number % 4 == 1:
                await wire.ws.close()
            elif number % 4 == 2:
                await wire.send("garbage")
            else:
                await wire.send("1")
        await eventually(lambda: len(house.edge.left) == 20)
        await house.engine.shutdown()
        await eventually(lambda: house.engine.count == 0)
        assert len(house.edge.left) == 20


async def test_a_planned_stop_closes_everybody_and_admits_nobody():
    async with engine_house() as house:
        wires = [await house.joined() for _ in range(5)]
        await house.engine.shutdown()
        assert [await wire.closed() for wire in wires] == [1012] * 5
        async with house.http.get(house.url("polling")) as answer:
            assert answer.status == 503
            assert "Retry-After" in answer.headers

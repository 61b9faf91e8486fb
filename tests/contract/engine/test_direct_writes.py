"""Frames written straight to the descriptor keep their place among all the transport is given."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import aiohttp
import orjson
import pytest

from realtime.engine import Frame, Socket, event_frame
from realtime.engine.outgoing import write_to_all
from tests.support.engine import House, engine_house

NOT_READ = 8_000_000  # bytes: more than the kernel takes for somebody who does not read
CONNECT = b"\x81\x82\0\0\0\x0040"


def said(number: int, size: int = 0) -> Frame:
    return event_frame("said", orjson.dumps([number, "x" * size]))


def asking(house: House) -> socket.socket:
    """A client that reads when it is told to; it has asked for a WebSocket."""
    client = socket.create_connection(("127.0.0.1", house.port), timeout=10)
    client.sendall(
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {house.host}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    return client


def joined(house: House) -> socket.socket:
    """The same after its CONNECT."""
    client = asking(house)
    client.sendall(CONNECT)
    heard = b""
    while b'40{"sid":' not in heard or not heard.endswith(b"}"):
        heard += client.recv(65_536)
    return client


def first_read(house: House) -> bytes:
    """What comes at once when a WebSocket is asked for."""
    with asking(house) as client:
        return client.recv(65_536)


def read(client: socket.socket, size: int) -> bytes:
    """That many bytes."""

    def parts() -> Iterator[bytes]:
        left = size
        while left:
            part = client.recv(min(left, 1_000_000))
            assert part, f"{left} bytes are lacking"
            yield part
            left -= len(part)

    return b"".join(parts())


@pytest.mark.parametrize("direct", [True, False])
async def test_the_open_packet_comes_with_the_answer_to_the_handshake(direct: bool):
    async with engine_house(direct=direct) as house:
        answer, _, frame = (await asyncio.to_thread(first_read, house)).partition(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 101 ")
        assert frame[:2] == bytes((0x81, len(frame) - 2))
        assert orjson.loads(frame[3:])["upgrades"] == []


@pytest.mark.parametrize("direct", [True, False])
async def test_what_waits_in_the_transport_goes_first(direct: bool):
    async with engine_house(direct=direct, out_bytes=2 * NOT_READ) as house:
        with await asyncio.to_thread(joined, house) as client:
            hearer: Socket = next(iter(house.edge.sockets))
            frames = [said(0), said(1, NOT_READ), said(2), said(3), said(4)]
            write_to_all([hearer], frames[0])
            hearer.send(frames[1])
            await asyncio.sleep(0)
            # The kernel has room again, and the loop had no turn yet to use it.
            heard = read(client, 2_000_000)
            write_to_all([hearer], frames[2])
            hearer.send(frames[3])
            write_to_all([hearer], frames[4])
            given = b"".join(frame.ws for frame in frames)
            heard += await asyncio.to_thread(read, client, len(given) - len(heard))
            assert heard == given
            # All has left: the next one may go straight out again.
            write_to_all([hearer], said(5))
            assert (hearer._transport is not None) is direct
            assert await asyncio.to_thread(read, client, len(said(5).ws)) == said(5).ws


async def test_pings_of_the_websocket_itself_are_answered_and_its_pongs_passed_over():
    async with engine_house() as house:
        wire = await house.joined()
        ws = wire.ws
        await ws.pong(b"nobody asked")
        await ws.ping(b"there?")
        # aiohttp's client passes over the pong it hears: read it below its surface.
        assert ws._reader is not None
        answer = await ws._reader.read()
        assert (answer.type, bytes(answer.data)) == (aiohttp.WSMsgType.PONG, b"there?")
        assert await wire.ack(1, "say", "Bonjour") == {"ok": True, "echo": "Bonjour"}

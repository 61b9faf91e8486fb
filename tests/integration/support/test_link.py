"""The link does to a connection what it says, and heals."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator

import pytest

from tests.support.link import Link

PATIENCE = 5
LOST = (ConnectionError, asyncio.IncompleteReadError)


@pytest.fixture
async def echo() -> AsyncIterator[int]:
    """A server that says back what it hears; its port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(1024):
            writer.write(chunk)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


@contextlib.asynccontextmanager
async def talking(link: Link) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def heard(reader: asyncio.StreamReader, count: int) -> bytes:
    return await asyncio.wait_for(reader.readexactly(count), PATIENCE)


async def test_it_carries_both_ways(echo: int) -> None:
    async with Link(echo) as link, talking(link) as (reader, writer):
        writer.write(b"hello")

        assert await heard(reader, 5) == b"hello"
        assert link.carried == {"up": 5, "down": 5}


async def test_a_cut_resets_refuses_and_heals(echo: int) -> None:
    async with Link(echo) as link:
        async with talking(link) as (reader, writer):
            writer.write(b"a")
            await heard(reader, 1)
            link.cut()
            with pytest.raises(LOST):
                await heard(reader, 1)
        async with talking(link) as (reader, _):
            with pytest.raises(LOST):
                await heard(reader, 1)

        link.heal()
        async with talking(link) as (reader, writer):
            writer.write(b"b")
            assert await heard(reader, 1) == b"b"


async def test_a_hang_keeps_the_connection_and_loses_nothing(echo: int) -> None:
    async with Link(echo) as link, talking(link) as (reader, writer):
        link.hang("down")
        writer.write(b"kept")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.1)

        link.heal()

        assert await heard(reader, 4) == b"kept"


async def test_a_frame_can_be_torn(echo: int) -> None:
    async with Link(echo) as link, talking(link) as (reader, writer):
        link.tear_after(3, "down")
        writer.write(b"hello")

        with pytest.raises(LOST):
            await heard(reader, 5)
        assert link.carried["down"] == 3


async def test_a_server_that_resets_leaves_nobody_waiting() -> None:
    """As one that is killed with something still unread: the client hears of it at once."""

    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        line: socket.socket = writer.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    server = await asyncio.start_server(reset, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, Link(port) as link, talking(link) as (reader, writer):
        writer.write(b"question")
        with pytest.raises(LOST):
            await heard(reader, 1)


async def test_who_has_said_everything_still_hears_the_answer(echo: int) -> None:
    async with Link(echo) as link, talking(link) as (reader, writer):
        link.slow(0.01)
        writer.write(b"last words")
        writer.write_eof()

        assert await asyncio.wait_for(reader.read(), PATIENCE) == b"last words"


async def test_a_slow_reader_slows_the_server_and_loses_nothing(echo: int) -> None:
    async with Link(echo) as link, talking(link) as (reader, writer):
        sent = bytes(8 * 2**20)
        writer.write(sent)

        assert await asyncio.wait_for(reader.readexactly(len(sent)), 4 * PATIENCE) == sent

"""The link does to a connection what it says, and heals."""

from __future__ import annotations

import asyncio
import contextlib
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

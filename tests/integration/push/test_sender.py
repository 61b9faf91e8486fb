"""POSTs over real sockets: connections are kept, shared, and given up when anything is odd."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from realtime.push import sender as sending
from realtime.push.endpoints import Allowed
from realtime.push.posting.connections import OPENING_AT_ONCE, Connection, Lane
from realtime.push.sender import Sender
from tests.support.tls import certificate

CREATED = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def service(
    talk: Talk, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[tuple[Sender, str]]:
    """A sender, and an endpoint where `talk` answers for as long as a connection lasts."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def resolve(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    sender = Sender(Allowed(frozenset({f"{host}:{port}"})), resolve)
    try:
        yield sender, f"{'https' if tls else 'http'}://{host}:{port}/push/1"
    finally:
        await sender.close()
        server.close()


async def read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
    return head + await reader.readexactly(length)


class Patient:
    """Answers 201 to everything, in turn; counts connections."""

    def __init__(self) -> None:
        self.connections = 0
        self.requests: list[bytes] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while True:
            self.requests.append(await read_request(reader))
            writer.write(CREATED)


async def test_a_connection_carries_one_message_after_another() -> None:
    patient = Patient()
    async with service(patient) as (sender, endpoint):
        for body in (b"one", b"two"):
            answer = await sender.post(endpoint, body, {"TTL": "60"})
            assert answer.status == 201
    assert patient.connections == 1
    assert [request.rpartition(b"\r\n\r\n")[2] for request in patient.requests] == [b"one", b"two"]


async def test_many_at_once_are_all_answered_and_few_connections_open_together() -> None:
    patient = Patient()
    opening, most = 0, 0
    async with service(patient) as (sender, endpoint):
        real = sender._open

        async def counted(origin: str) -> object:
            nonlocal opening, most
            opening += 1
            most = max(most, opening)
            try:
                return await real(origin)
            finally:
                opening -= 1

        sender._open = counted  # type: ignore[method-assign, assignment]
        answers = await asyncio.gather(*(sender.post(endpoint, b"x", {}) for _ in range(200)))
    assert {answer.status for answer in answers} == {201}
    assert most == OPENING_AT_ONCE


class Free(Connection):
    """Open, and connected to nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.is_open = True

    def rest(self) -> None: ...


async def test_the_turn_of_one_who_is_cancelled_goes_to_the_next() -> None:
    async def never() -> Connection:
        await asyncio.Event().wait()
        raise AssertionError

    lane, free = Lane(never), Free()
    opening = [asyncio.create_task(lane.take()) for _ in range(OPENING_AT_ONCE)]
    first, second = (asyncio.create_task(lane.take()) for _ in range(2))
    await asyncio.sleep(0)
    lane.give(free)
    first.cancel()
    async with asyncio.timeout(5):
        assert await second is free
    for task in opening:
        task.cancel()
    await asyncio.gather(*opening, first, return_exceptions=True)


async def test_a_connection_that_its_service_closed_is_not_asked_again() -> None:
    connections = 0

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await read_request(reader)
        writer.write(CREATED)
        await writer.drain()

    async with service(once) as (sender, endpoint):
        assert (await sender.post(endpoint, b"x", {})).status == 201
        await until_closed(sender)
        assert (await sender.post(endpoint, b"x", {})).status == 201
    assert connections == 2


@pytest.mark.parametrize("is_late", [False, True])
async def test_an_answer_that_nobody_asked_for_answers_nothing(is_late: bool) -> None:
    """A second answer sent after the first would be taken for the next message's."""
    answered = asyncio.Event()

    async def twice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(CREATED)
        if is_late:
            await answered.wait()
        writer.write(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n")
        await reader.read()

    async with service(twice) as (sender, endpoint):
        for _ in range(2):
            answered.clear()
            assert (await sender.post(endpoint, b"x", {})).status == 201
            answered.set()
            await until_closed(sender)


async def until_closed(sender: Sender) -> None:
    """Until no connection can be asked again."""
    async with asyncio.timeout(5):
        while any(one.is_open for lane in sender._lanes.values() for one in lane._free):
            await asyncio.sleep(0)


@pytest.mark.parametrize(
    "said", [b"", b"SSH-2.0\r\n\r\n", b"HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\nhalf"]
)
async def test_what_is_no_answer_is_none(said: bytes) -> None:
    async def mumble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(said)

    async with service(mumble) as (sender, endpoint):
        assert (await sender.post(endpoint, b"x", {})).status == 0


async def test_silence_is_no_answer_and_its_connection_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "PATIENCE_SECONDS", 0.05)
    closed = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        assert await reader.read() == b""
        closed.set()

    async with service(silent) as (sender, endpoint):
        assert (await sender.post(endpoint, b"x", {})).status == 0
        async with asyncio.timeout(5):
            await closed.wait()


@pytest.mark.parametrize(
    ("host", "is_trusted", "status"),
    [("127.0.0.1", True, 201), ("127.0.0.1", False, 0), ("fcm.googleapis.com", True, 0)],
)
async def test_only_whose_certificate_is_its_own_is_told_anything(
    host: str, is_trusted: bool, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls, trusted = certificate(tmp_path)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    patient = Patient()
    async with service(patient, tls, host) as (sender, endpoint):
        assert (await sender.post(endpoint, b"x", {})).status == status
    assert len(patient.requests) == (status == 201)

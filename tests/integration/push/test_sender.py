"""POSTs over real sockets: connections are kept, shared, and given up when anything is odd."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from realtime.push import sender as sending
from realtime.push.endpoints import Allowed
from realtime.push.sender import CONNECTIONS_PER_ORIGIN, Sender
from tests.support.tls import certificate

CREATED = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Here(AbstractResolver):
    """Every name leads to this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        at = {"hostname": host, "host": "127.0.0.1", "port": port, "family": socket.AF_INET}
        return [ResolveResult(**at, proto=0, flags=0)]  # type: ignore[typeddict-item]

    async def close(self) -> None: ...


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

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    sender = Sender(Allowed(frozenset({f"{host}:{port}"})), Here())
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


async def test_many_at_once_are_all_answered_over_a_bounded_number_of_connections() -> None:
    patient = Patient()
    async with service(patient) as (sender, endpoint):
        answers = await asyncio.gather(*(sender.post(endpoint, b"x", {}) for _ in range(200)))
    assert {answer.status for answer in answers} == {201}
    assert patient.connections <= CONNECTIONS_PER_ORIGIN


@pytest.mark.parametrize("said", [b"", b"SSH-2.0\r\n\r\n", b"HTTP/1.1 201 Cre"])
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

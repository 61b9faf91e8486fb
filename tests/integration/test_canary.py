"""The watch over house numbers really watches: each way a server speaks to a test is searched."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.support import canary
from tests.support.overheard import SearchingEar, searching_link

TOLD = f"{canary.NUMBER} rue de la Chaussée"


async def gossip(request: web.Request) -> web.Response:
    return web.Response(text=TOLD)


async def whisper(request: web.Request) -> web.Response:
    return web.Response(headers={"X-Home": canary.NUMBER})


async def send_home(request: web.Request) -> web.Response:
    raise web.HTTPFound("/", headers={"X-Home": canary.NUMBER})


async def nothing(request: web.Request) -> web.Response:
    return web.Response(text="nothing")


async def mumble(request: web.Request) -> web.Response:
    """Compressed, and from no file."""
    answer = web.Response(text=TOLD)
    answer.enable_compression(web.ContentCoding.gzip)
    return answer


async def chat(request: web.Request) -> web.WebSocketResponse:
    line = web.WebSocketResponse()
    await line.prepare(request)
    await line.send_str(f'42["message.posted",{{"door":"{canary.DOOR}"}}]')
    await line.close()
    return line


@pytest.fixture
async def hall() -> AsyncIterator[TestServer]:
    app = web.Application()
    app.router.add_get("/", nothing)
    for handler in (gossip, whisper, send_home, mumble, chat):
        app.router.add_get(f"/{handler.__name__}", handler)
    app.router.add_get("/socket.io/", gossip)
    server = TestServer(app)
    async with server:
        yield server


@pytest.fixture
def origin(hall: TestServer) -> str:
    return str(hall.make_url("")).rstrip("/")


def read(url: str) -> None:
    with urllib.request.urlopen(url, timeout=5) as answer:
        answer.read()


def assert_seen(match: str) -> None:
    with pytest.raises(AssertionError, match=match):
        canary.assert_unseen()


@pytest.mark.parametrize("path", ["/gossip", "/whisper"])
async def test_an_answer_that_names_the_house_is_seen(origin: str, path: str) -> None:
    await asyncio.to_thread(read, origin + path)
    assert_seen("left the house")
    async with aiohttp.ClientSession() as session, session.get(origin + path) as answer:
        await answer.read()
    assert_seen("left the house")


async def test_an_answer_that_sends_elsewhere_is_searched(origin: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{origin}/send_home") as answer:
        assert await answer.text() == "nothing"
    assert_seen("headers of /send_home")


async def test_a_packet_that_names_the_door_is_seen(origin: str) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{origin}/chat") as line:
        await line.receive()
    assert_seen(r"message\.posted")


@pytest.fixture
def overheard_port(hall: TestServer) -> Iterator[int]:
    """The same hall behind a link, as browsers reach it."""
    assert hall.port is not None
    with searching_link(hall.port) as link:
        yield link.port


async def ask(port: int, path: str, **headers: str) -> bytes:
    """All that is said on one connection, read as no client does that is watched itself."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [f"GET {path} HTTP/1.1", "Host: hall", *(f"{n}: {v}" for n, v in headers.items())]
    writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode())
    async with asyncio.timeout(5):
        said = await reader.read()
    writer.close()
    return said


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/gossip", "text/plain /gossip"),
        ("/whisper", "nothing /whisper"),
        ("/send_home", "text/plain /send_home"),
        ("/socket.io/?EIO=4&transport=polling", r"poll /socket\.io/"),
        ("/mumble", "/mumble is compressed, and was not searched"),
    ],
)
async def test_whatever_a_browser_is_told_is_searched(
    overheard_port: int, path: str, seen: str
) -> None:
    compressed = {"Accept-Encoding": "gzip"} if path == "/mumble" else {}
    await ask(overheard_port, path, **compressed)
    assert_seen(seen)


async def test_a_frame_to_a_browser_is_searched(overheard_port: int) -> None:
    key = {"Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version": "13"}
    reader, writer = await asyncio.open_connection("127.0.0.1", overheard_port)
    lines = ["GET /chat HTTP/1.1", "Host: hall", "Upgrade: websocket", "Connection: Upgrade"]
    lines += [f"{name}: {value}" for name, value in key.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    async with asyncio.timeout(5):
        await reader.readuntil(canary.DOOR.encode())
    writer.close()
    assert_seen("socket /chat")


def test_a_number_in_two_chunks_is_seen() -> None:
    ear = SearchingEar()
    ear("up", b"GET /api/photos/1 HTTP/1.1\r\nHost: hall\r\n\r\n")
    ear("down", b"HTTP/1.1 200 OK\r\nContent-Type: image/webp\r\n\r\nRIFF " + TOLD[:5].encode())
    canary.assert_unseen()
    ear("down", TOLD[5:].encode())
    assert_seen("image/webp /api/photos/1")


def test_a_file_of_the_build_is_searched(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "main.js").write_text(f"const home = '{TOLD}';")
    canary.look_at_build(tmp_path)
    assert_seen(r"built .*main\.js")


@pytest.mark.parametrize("kind", ["log", "metrics", "printed"])
def test_a_line_that_names_the_house_is_seen(kind: str) -> None:
    canary.look(kind, f"moved in at {canary.NUMBER}", "somewhere")
    assert_seen(f"{kind} somewhere")
    canary.assert_unseen()

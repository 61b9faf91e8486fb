"""The watch over house numbers really watches: each way a server speaks to a test is searched."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.support import canary


async def gossip(request: web.Request) -> web.Response:
    return web.Response(text=f"{canary.NUMBER} rue de la Chaussée")


async def whisper(request: web.Request) -> web.Response:
    return web.Response(headers={"X-Home": canary.NUMBER})


async def chat(request: web.Request) -> web.WebSocketResponse:
    line = web.WebSocketResponse()
    await line.prepare(request)
    await line.send_str(f'42["message.posted",{{"door":"{canary.DOOR}"}}]')
    await line.close()
    return line


@pytest.fixture
async def origin() -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/gossip", gossip)
    app.router.add_get("/whisper", whisper)
    app.router.add_get("/chat", chat)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


def read(url: str) -> None:
    with urllib.request.urlopen(url, timeout=5) as answer:
        answer.read()


@pytest.mark.parametrize("path", ["/gossip", "/whisper"])
async def test_an_answer_that_names_the_house_is_seen(origin: str, path: str) -> None:
    await asyncio.to_thread(read, origin + path)
    with pytest.raises(AssertionError, match="left the house"):
        canary.assert_unseen()
    async with aiohttp.ClientSession() as session, session.get(origin + path) as answer:
        await answer.read()
    with pytest.raises(AssertionError, match="left the house"):
        canary.assert_unseen()


async def test_a_packet_that_names_the_door_is_seen(origin: str) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{origin}/chat") as line:
        await line.receive()
    with pytest.raises(AssertionError, match=r"message\.posted"):
        canary.assert_unseen()


@pytest.mark.parametrize("kind", ["log", "metrics", "printed"])
def test_a_line_that_names_the_house_is_seen(kind: str) -> None:
    canary.look(kind, f"moved in at {canary.NUMBER}", "somewhere")
    with pytest.raises(AssertionError, match=f"{kind} somewhere"):
        canary.assert_unseen()
    canary.assert_unseen()

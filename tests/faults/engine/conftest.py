"""Two halls for the same attacks: ours, and python-socketio as it comes."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import socketio
from aiohttp import web

from tests.support.engine import House, engine_house, running

# Each attack must succeed on the stock library: the day it no longer does, we want to know. It
# succeeds by what the test asserts or waits for in vain; any other error is a broken test.
_HOLE = pytest.mark.xfail(
    strict=True,
    reason="a known hole",
    raises=(AssertionError, TimeoutError, pytest.fail.Exception),
)
HOLES = pytest.mark.parametrize("hall", ["ours", pytest.param("stock", marks=_HOLE)], indirect=True)


class StockEdge:
    """The same commands as `Landing`, by the library's own means."""

    def __init__(self, sio: Any) -> None:
        self.sio = sio

    def say(self, payload: str) -> Callable[[], Any]:
        async def emit() -> None:
            await self.sio.emit("said", payload)

        return emit


def stock(host: str) -> tuple[web.Application, Any, Any]:
    """python-socketio with the settings its documentation starts from."""
    sio = socketio.AsyncServer(
        async_mode="aiohttp", cors_allowed_origins=[], ping_interval=1, ping_timeout=1
    )
    app = web.Application()
    sio.attach(app)

    @sio.on("*")
    async def anything(name: str, sid: str, *arguments: Any) -> Any:
        return {"ok": True, "echo": arguments[0] if arguments else None}

    @sio.on("slow")
    async def slow(sid: str, payload: Any) -> Any:
        await sio.sleep(0.3 if payload == 0 else 0)
        return payload

    return app, StockEdge(sio), sio


@pytest.fixture
async def hall(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """`ours` or `stock`, with one-second pings so that nobody waits for long."""
    if request.param == "stock":
        async with running(stock) as house:
            yield house
        # Its abandoned tasks die here and not in the middle of whatever comes next.
        gc.collect()
    else:
        async with engine_house(ping_interval=1, ping_timeout=1, connect_timeout=1.0) as house:
            yield house

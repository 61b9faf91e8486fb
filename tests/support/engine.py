"""A small house for the engine alone: its own server, and clients that speak the bare protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson
from aiohttp import web

from realtime.engine import ConnectionRefused, Engine, EngineOptions, FanOut, Socket, event_frame
from tests.support.processes import free_port

PATIENCE = 10.0


class Landing:
    """An edge without a domain: everybody hears `say`, `echo` comes back, `bad` is refused."""

    def __init__(self) -> None:
        self.sockets: set[Socket] = set()
        self.commands: list[tuple[str, object]] = []
        self.left: list[str] = []
        self.fan = FanOut(lambda key: list(self.sockets))
        self.gate: asyncio.Event | None = None

    async def connect(self, socket: Socket, auth: object, request: web.Request) -> None:
        if isinstance(auth, dict) and auth.get("token") == "bad":
            raise ConnectionRefused({"code": "not_signed_in", "message": "Sign in first."})
        self.sockets.add(socket)

    async def command(self, socket: Socket, name: str, payload: object) -> object:
        self.commands.append((name, payload))
        if name == "wait" and self.gate is not None:
            await self.gate.wait()
        if name == "fail":
            raise RuntimeError("the edge failed")
        if name == "say":
            self.fan.post("all", event_frame("said", orjson.dumps(payload)))
        return {"ok": True, "echo": payload}

    def disconnected(self, socket: Socket, reason: str) -> None:
        self.sockets.discard(socket)
        self.left.append(reason)


class House:
    """A running server and the address to reach it; no edge or engine where it is not ours."""

    def __init__(self, port: int, edge: Any = None, engine: Any = None) -> None:
        self.port = port
        self.host = f"127.0.0.1:{port}"
        self.origin = f"http://{self.host}"
        self.edge = edge
        self.engine = engine
        self.http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    def url(self, transport: str, sid: str = "", path: str = "/socket.io/") -> str:
        end = f"&sid={sid}" if sid else ""
        return f"{self.origin}{path}?EIO=4&transport={transport}{end}"

    async def websocket(self, **kwargs: Any) -> Wire:
        """A bare WebSocket after the Engine.IO handshake."""
        ws = await self.http.ws_connect(self.url("websocket"), max_msg_size=0, **kwargs)
        wire = Wire(ws)
        await wire.next()
        return wire

    async def joined(self, auth: str = "", **kwargs: Any) -> Wire:
        """A bare WebSocket after the Socket.IO CONNECT."""
        wire = await self.websocket(**kwargs)
        await wire.send("40" + auth)
        assert (await wire.next()).startswith('40{"sid":')
        return wire

    async def poll_session(self) -> str:
        """The sid of a new long-polling session."""
        async with self.http.get(self.url("polling")) as answer:
            text = await answer.text()
        sid: str = orjson.loads(text[1:])["sid"]
        return sid

    async def poll(self, sid: str, **kwargs: Any) -> tuple[int, str]:
        async with self.http.get(self.url("polling", sid), **kwargs) as answer:
            return answer.status, await answer.text()

    async def push(self, sid: str, body: str, **kwargs: Any) -> tuple[int, str]:
        async with self.http.post(self.url("polling", sid), data=body, **kwargs) as answer:
            return answer.status, await answer.text()


class Wire:
    """One WebSocket, packet by packet."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws

    async def send(self, packet: str) -> None:
        await self.ws.send_str(packet)

    async def next(self) -> str:
        """The next text packet; pings are answered and skipped."""
        while True:
            packet = await self.raw()
            if packet != "2":
                assert isinstance(packet, str), packet
                return packet
            await self.send("3")

    async def raw(self) -> str | bytes:
        message = await self.ws.receive(timeout=PATIENCE)
        if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
            raise ConnectionError(f"closed with {self.ws.close_code}")
        content: str | bytes = message.data
        return content

    async def closed(self) -> int | None:
        """Wait for the end; the close code."""
        while True:
            try:
                await self.raw()
            except ConnectionError:
                return self.ws.close_code

    async def ack(self, number: int, name: str, payload: object) -> Any:
        """Give a command and wait for its ack."""
        await self.send(f"42{number}" + orjson.dumps([name, payload]).decode())
        while not (packet := await self.next()).startswith(f"43{number}["):
            continue
        return orjson.loads(packet[packet.index("[") :])[0]


def engine_options(host: str, **changes: Any) -> EngineOptions:
    """Production limits for a server at `host`."""
    settings: dict[str, Any] = {
        "origins": frozenset({f"http://{host}"}),
        "hosts": frozenset({host}),
    }
    return EngineOptions(**{**settings, **changes})


@asynccontextmanager
async def running(
    build: Callable[[str], tuple[web.Application, Any, Any]],
) -> AsyncIterator[House]:
    """Serve what `build(host)` gives: application, edge, engine."""
    port = free_port()
    app, edge, engine = build(f"127.0.0.1:{port}")
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    house = House(port, edge, engine)
    try:
        yield house
    finally:
        await house.http.close()
        await runner.cleanup()


@asynccontextmanager
async def engine_house(**changes: Any) -> AsyncIterator[House]:
    """The engine with a Landing behind it."""

    def build(host: str) -> tuple[web.Application, Any, Any]:
        app, edge = web.Application(), Landing()
        engine = Engine(edge, engine_options(host, **changes))
        engine.attach(app)
        return app, edge, engine

    async with running(build) as house:
        yield house


async def eventually(holds: Callable[[], object], *, within: float = PATIENCE) -> None:
    """Wait until `holds()` is true."""
    deadline = asyncio.get_running_loop().time() + within
    while not holds():
        assert asyncio.get_running_loop().time() < deadline, "it did not happen in time"
        await asyncio.sleep(0.01)

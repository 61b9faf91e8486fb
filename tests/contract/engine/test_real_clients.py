"""Clients that people use: npm's socket.io-client, python-socketio's, on each transport."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import orjson
import pytest
import socketio

from realtime.engine import Socket, event_frame
from tests.support.engine import House, Landing, engine_house, eventually

TRANSPORTS = ["websocket", "polling,websocket", "polling"]
TEXT = "Ça va à l'étage ? 🐈"
ROOT = Path(__file__).parents[3]


async def ask_to_leave(socket: Socket, name: str, payload: object) -> object:
    socket.close("signed out")
    return {"ok": True}


@pytest.mark.parametrize("direct", [True, False])
@pytest.mark.parametrize("transports", TRANSPORTS)
@pytest.mark.skipif(
    not (ROOT / "web_client/node_modules/socket.io-client").is_dir(),
    reason="web_client is not installed (bin/setup)",
)
async def test_the_node_client(transports: str, direct: bool):
    async with engine_house(direct=direct) as house:
        command = house.edge.command

        async def with_end(socket: Socket, name: str, payload: object) -> object:
            if name == "enough":
                return await ask_to_leave(socket, name, payload)
            return await command(socket, name, payload)

        house.edge.command = with_end
        node = await asyncio.create_subprocess_exec(
            "node", str(Path(__file__).with_name("client.cjs")), house.origin, transports,
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        async with asyncio.timeout(30):
            out, _ = await node.communicate()
    lived: dict[str, Any] = json.loads(out)
    posted = [{"number": number, "text": TEXT} for number in range(20)]
    assert lived["transport"] == transports.rpartition(",")[2]
    assert lived["said"] == posted
    assert lived["acks"] == [{"ok": True, "echo": payload} for payload in posted]
    assert lived["refused"] == {"code": "not_signed_in", "message": "Sign in first."}
    assert lived["reason"] == "io server disconnect"  # it will not come back by itself


async def python_client(house: House, transports: str) -> tuple[Any, list[Any]]:
    client = socketio.AsyncClient(reconnection=False, handle_sigint=False)
    said: list[Any] = []
    client.on("said", said.append)
    await client.connect(house.origin, transports=transports.split(","), auth={"token": "good"})
    return client, said


async def end(client: Any) -> None:
    await client.disconnect()
    if client.eio.http is not None:
        await client.eio.http.close()


@pytest.mark.parametrize("transports", TRANSPORTS)
async def test_the_python_client(transports: str):
    async with engine_house() as house:
        client, said = await python_client(house, transports)
        for number in range(20):
            ack = await client.call("say", {"number": number, "text": TEXT})
            assert ack == {"ok": True, "echo": {"number": number, "text": TEXT}}
        await eventually(lambda: len(said) == 20)
        assert [payload["number"] for payload in said] == list(range(20))
        assert client.transport() == transports.rpartition(",")[2]
        await end(client)
        await eventually(lambda: house.engine.count == 0)
        assert len(house.edge.left) == 1


async def test_a_refused_python_client_learns_the_code():
    async with engine_house() as house:
        client = socketio.AsyncClient(reconnection=False, handle_sigint=False)
        heard: list[Any] = []
        client.on("connect_error", heard.append)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await client.connect(house.origin, transports=["websocket"], auth={"token": "bad"})
        assert heard == [
            {
                "message": "Sign in first.",
                "data": {"code": "not_signed_in", "message": "Sign in first."},
            }
        ]
        await end(client)
        assert house.edge.left == []


async def test_what_the_edge_sends_while_admitting_comes_after_the_connect():
    class Greeting(Landing):
        async def connect(self, socket: Socket, auth: object, request: Any) -> None:
            await super().connect(socket, auth, request)
            socket.emit("first", b"1")
            await asyncio.sleep(0.01)
            socket.emit("second", b"2")

    async with engine_house() as house:
        house.engine.server.edge = Greeting()
        wire = await house.joined()
        assert [await wire.next(), await wire.next()] == ['42["first",1]', '42["second",2]']


async def test_a_socket_that_goes_while_it_is_admitted_is_reported_once():
    class Slow(Landing):
        async def connect(self, socket: Socket, auth: object, request: Any) -> None:
            await gate.wait()
            await super().connect(socket, auth, request)

    gate = asyncio.Event()
    async with engine_house() as house:
        house.engine.server.edge = edge = Slow()
        sid = await house.poll_session()
        push = asyncio.create_task(house.push(sid, "40"))
        waiting = asyncio.create_task(house.poll(sid))
        await asyncio.sleep(0.05)
        await house.poll(sid)
        gate.set()
        await asyncio.gather(push, waiting)
        await eventually(lambda: edge.left)
        assert edge.left == ["transport close"]
        assert edge.sockets == set()


async def test_a_burst_does_not_part_a_polling_python_client():
    """The library takes sixteen packets in one body, and gives up over a longer one."""
    async with engine_house() as house:
        client, said = await python_client(house, "polling")
        for number in range(100):
            house.edge.fan.post("all", event_frame("said", orjson.dumps(number)))
        await eventually(lambda: len(said) == 100 or not client.connected)
        assert said == list(range(100))
        assert client.connected
        await end(client)

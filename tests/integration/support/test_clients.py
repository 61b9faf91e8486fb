"""The device of the acceptance tests keeps the contract's safety net, and sees what is wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import socketio
from aiohttp import web

from tests.support.clients import Client, CommandRefused
from tests.support.processes import free_port

TOPIC = "street:gbwc9z1"


def posted(seq: int, text: str = "hi") -> dict[str, Any]:
    message = {"id": f"m{seq}", "text": text}
    return {"kind": "message.posted", "topic": TOPIC, "epoch": "e", "seq": seq, "message": message}


class ScriptedServer:
    """Answers `sync` with what the test says, and emits what it says."""

    def __init__(self) -> None:
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.journal: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self.sio = socketio.AsyncServer(async_mode="aiohttp")
        self.sio.on("sync", self._sync)
        self.sio.on("read", self._refuse)

    async def _sync(self, _sid: str, asked: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(asked)
        _, after = asked["positions"].get(TOPIC, ("e", 10**9))
        head = self.journal[-1]["seq"] if self.journal else 0
        state = {"topic": TOPIC, "view": "street", "epoch": "e", "head": head}
        events = [event for event in self.journal if event["seq"] > after]
        ack = {"ok": True, "me": {}, "topics": [state], "events": events}
        return ack | {"reload": [], "more": False, "alerts": []}

    async def _refuse(self, _sid: str, _payload: object) -> dict[str, Any]:
        return {"ok": False, "code": "invalid", "message": "…"}

    async def say(self, *events: dict[str, Any]) -> None:
        for event in events:
            await self.sio.emit(event["kind"], event)


@pytest.fixture
async def scripted() -> AsyncIterator[ScriptedServer]:
    server = ScriptedServer()
    application = web.Application()
    server.sio.attach(application)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", server.port).start()
    yield server
    await runner.cleanup()


async def test_events_in_order_are_the_log(scripted: ScriptedServer) -> None:
    scripted.journal = [posted(4)]
    async with Client(scripted.origin, "t") as ada:
        await scripted.say(posted(5, "a"), posted(6, "b"))

        await ada.wait_for("message.posted", text="b")
        assert ada.texts(TOPIC) == ["a", "b"]
        assert (ada.repeats, ada.gaps) == (0, 0)
        ada.assert_no_gap()


async def test_a_repeat_is_dropped_and_counted(scripted: ScriptedServer) -> None:
    async with Client(scripted.origin, "t") as ada:
        await scripted.say(posted(1), posted(1), posted(2, "last"))

        await ada.wait_for("message.posted", text="last")
        assert len(ada.log[TOPIC]) == 2
        assert ada.repeats == 1


async def test_what_overtook_its_neighbour_is_held_until_it_comes(scripted: ScriptedServer) -> None:
    async with Client(scripted.origin, "t") as ada:
        await scripted.say(posted(2, "late"))
        await ada.wait_for("message.posted", text="late")
        with pytest.raises(AssertionError, match="held back"):
            ada.assert_no_gap()

        scripted.journal = [posted(1, "early"), posted(2, "late")]
        await ada.sync()

        assert ada.texts(TOPIC) == ["early", "late"]
        assert ada.gaps == 1
        ada.assert_no_gap()


async def test_a_dropped_device_catches_up_from_where_it_was(scripted: ScriptedServer) -> None:
    async with Client(scripted.origin, "t") as ada:
        await scripted.say(posted(1, "a"))
        await ada.wait_for("message.posted", text="a")
        await ada.drop()
        scripted.journal = [posted(1, "a"), posted(2, "b"), posted(3, "c")]

        await ada.connect()

        assert ada.texts(TOPIC) == ["a", "b", "c"]
        assert scripted.asked[-1] == {"positions": {TOPIC: ["e", 1]}}
        assert (ada.repeats, ada.gaps) == (0, 0)


async def test_a_refusal_is_told_from_an_answer(scripted: ScriptedServer) -> None:
    async with Client(scripted.origin, "t") as ada:
        assert await ada.refused("read", positions={}) == "invalid"
        with pytest.raises(CommandRefused):
            await ada.ask("read", positions={})


async def test_waiting_in_vain_says_what_for(scripted: ScriptedServer) -> None:
    async with Client(scripted.origin, "t") as ada:
        with pytest.raises(AssertionError, match=r"message\.posted .*nobody"):
            await ada.wait_for("message.posted", text="nobody", within=0.1)

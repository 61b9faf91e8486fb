"""A device comes back from what its library does not tell it."""

from __future__ import annotations

import asyncio

import orjson

from realtime.engine import Socket, event_frame
from tests.faults.campaign.device import Device
from tests.faults.campaign.history import History
from tests.support.engine import Landing, engine_house, eventually
from tests.support.link import Link

NOTHING_NEW = {"ok": True, "me": {}, "topics": [], "events": [], "reload": [], "more": False}
# Beyond the headers of an answer, within its body.
IN_THE_BODY = 2_000


class Quiet(Landing):
    """Nobody missed anything."""

    async def command(self, socket: Socket, name: str, payload: object) -> object:
        return NOTHING_NEW


async def test_a_polling_device_comes_back_from_a_torn_body():
    async with Link(0) as link:
        near = f"127.0.0.1:{link.port}"
        async with engine_house(hosts=frozenset({near})) as house:
            house.engine.server.edge = edge = Quiet()
            link.target = house.port
            device = Device(1, "good", [f"http://{near}"], History(), "polling")
            line = asyncio.create_task(device.keep_connected())
            await eventually(device.live.is_set)
            (first,) = edge.sockets
            link.tear_after(IN_THE_BODY, "down")
            first.send(event_frame("typing", orjson.dumps({"x": "x" * 4 * IN_THE_BODY})))

            await eventually(lambda: device.live.is_set() and edge.sockets - {first}, within=5)
            device.end()
            await asyncio.wait_for(line, 5)

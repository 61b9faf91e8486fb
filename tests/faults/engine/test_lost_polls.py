"""An answer that is lost on its way: HTTP libraries ask again by themselves, and lose nothing."""

from __future__ import annotations

import asyncio

import aiohttp
import orjson

from realtime.engine import event_frame
from tests.support.engine import House, engine_house
from tests.support.link import Link

PATIENCE = 3.0


async def poll(http: aiohttp.ClientSession, link: Link, house: House, sid: str, t: str) -> str:
    url = f"http://127.0.0.1:{link.port}/socket.io/?EIO=4&transport=polling&sid={sid}&t={t}"
    headers = {"Host": house.host}
    async with asyncio.timeout(PATIENCE), http.get(url, headers=headers) as answer:
        assert answer.status == 200
        return await answer.text()


async def test_a_poll_whose_answer_was_lost_is_answered_again():
    async with engine_house() as house, Link(house.port) as link, aiohttp.ClientSession() as http:
        sid = await house.poll_session()
        await house.push(sid, "40")
        # The library sends a GET once more only over a connection that has served before.
        assert (await poll(http, link, house, sid, "1")).startswith("40{")
        house.edge.fan.post("all", event_frame("said", orjson.dumps("lost")))
        await asyncio.sleep(0)
        link.tear_after(0, "down")

        assert await poll(http, link, house, sid, "2") == '42["said","lost"]'

        house.edge.fan.post("all", event_frame("said", orjson.dumps("next")))
        assert await poll(http, link, house, sid, "3") == '42["said","next"]'


async def test_a_client_whose_timestamp_stands_still_goes_on():
    async with engine_house() as house, Link(house.port) as link, aiohttp.ClientSession() as http:
        sid = await house.poll_session()
        await house.push(sid, "40")
        opened = await poll(http, link, house, sid, "1")
        house.edge.fan.post("all", event_frame("said", orjson.dumps("next")))
        bodies = [await poll(http, link, house, sid, "1") for _ in range(2)]

        assert bodies == [opened, '42["said","next"]']

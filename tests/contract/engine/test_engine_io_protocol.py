"""Engine.IO 4, case by case as its official suite tells it, in our own words.

The suite's 300 ms pings are one second here: the library's handshake knows whole seconds only.
"""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import orjson
import pytest

from tests.support.engine import House, Wire

PATH = "/engine.io/"
PERIOD = 2.0  # ping interval and timeout together


def at(suite: House, query: str) -> str:
    return f"{suite.origin}{PATH}?{query}"


async def get(suite: House, query: str) -> tuple[int, str]:
    async with suite.http.get(at(suite, query)) as answer:
        return answer.status, await answer.text()


async def post(suite: House, sid: str, body: str) -> tuple[int, str]:
    url = at(suite, f"EIO=4&transport=polling&sid={sid}")
    async with suite.http.post(url, data=body) as answer:
        return answer.status, await answer.text()


async def poll(suite: House, sid: str) -> tuple[int, str]:
    return await get(suite, f"EIO=4&transport=polling&sid={sid}")


async def opened_sid(suite: House) -> str:
    _, text = await get(suite, "EIO=4&transport=polling")
    return str(orjson.loads(text[1:])["sid"])


async def websocket(suite: House, sid: str = "") -> Wire:
    query = "EIO=4&transport=websocket" + (f"&sid={sid}" if sid else "")
    return Wire(await suite.http.ws_connect(at(suite, query)))


async def opened_websocket(suite: House) -> Wire:
    wire = await websocket(suite)
    await wire.next()
    return wire


def check_handshake(text: str, upgrades: list[str]) -> None:
    assert text[0] == "0"
    content: dict[str, Any] = orjson.loads(text[1:])
    assert isinstance(content.pop("sid"), str)
    assert content == {
        "upgrades": upgrades,
        "pingInterval": 1_000,
        "pingTimeout": 1_000,
        "maxPayload": 1_000_000,
    }


class TestHandshake:
    async def test_a_poll_opens_a_session(self, suite: House):
        status, text = await get(suite, "EIO=4&transport=polling")
        assert status == 200
        check_handshake(text, ["websocket"])

    @pytest.mark.parametrize("query", ["transport=polling", "EIO=abc&transport=polling"])
    async def test_another_protocol_version_is_refused(self, suite: House, query: str):
        assert (await get(suite, query))[0] == 400

    @pytest.mark.parametrize("query", ["EIO=4", "EIO=4&transport=abc"])
    async def test_an_unknown_transport_is_refused(self, suite: House, query: str):
        assert (await get(suite, query))[0] == 400

    @pytest.mark.parametrize("method", ["POST", "PUT"])
    async def test_only_get_opens_a_session(self, suite: House, method: str):
        async with suite.http.request(method, at(suite, "EIO=4&transport=polling")) as answer:
            assert answer.status == 400

    async def test_a_websocket_opens_a_session(self, suite: House):
        wire = await websocket(suite)
        check_handshake(await wire.next(), [])

    @pytest.mark.parametrize("query", ["transport=websocket", "EIO=abc&transport=websocket"])
    async def test_a_websocket_of_another_version_is_refused(self, suite: House, query: str):
        with pytest.raises(aiohttp.WSServerHandshakeError, match="400"):
            await suite.http.ws_connect(at(suite, query))

    @pytest.mark.parametrize("query", ["EIO=4", "EIO=4&transport=abc"])
    async def test_a_websocket_of_an_unknown_transport_is_refused(self, suite: House, query: str):
        with pytest.raises(aiohttp.WSServerHandshakeError, match="400"):
            await suite.http.ws_connect(at(suite, query))


@pytest.mark.parametrize("suite", ["direct", "plain"], indirect=True)
class TestMessages:
    @pytest.mark.parametrize(
        "payload", ["4hello", "4test1\x1e4test2\x1e4test3", "4hello\x1ebAQIDBA=="]
    )
    async def test_a_polled_payload_comes_back_packet_by_packet(self, suite: House, payload: str):
        sid = await opened_sid(suite)
        assert await post(suite, sid, payload) == (200, "ok")
        assert await poll(suite, sid) == (200, payload)

    async def test_an_invalid_packet_ends_a_polling_session(self, suite: House):
        sid = await opened_sid(suite)
        assert (await post(suite, sid, "abc"))[0] == 400
        assert (await poll(suite, sid))[0] == 400

    async def test_a_second_poll_ends_the_session(self, suite: House):
        sid = await opened_sid(suite)
        first = asyncio.create_task(poll(suite, sid))
        await asyncio.sleep(0.05)
        assert (await poll(suite, sid))[0] == 400
        assert await first == (200, "1")
        assert (await poll(suite, sid))[0] == 400

    async def test_a_poll_after_a_cancelled_one_ends_the_session(self, suite: House):
        sid = await opened_sid(suite)
        first = asyncio.create_task(poll(suite, sid))
        await asyncio.sleep(0.05)
        first.cancel()
        assert (await poll(suite, sid))[0] == 400

    async def test_a_text_message_comes_back_over_a_websocket(self, suite: House):
        wire = await opened_websocket(suite)
        await wire.send("4hello")
        assert await wire.next() == "4hello"

    async def test_a_binary_message_comes_back_over_a_websocket(self, suite: House):
        wire = await opened_websocket(suite)
        await wire.ws.send_bytes(b"\x01\x02\x03\x04")
        assert await wire.raw() == b"\x01\x02\x03\x04"

    async def test_an_invalid_packet_ends_a_websocket(self, suite: House):
        wire = await opened_websocket(suite)
        await wire.send("abc")
        await wire.closed()


class TestHeartbeat:
    async def test_a_polling_client_is_pinged_as_long_as_it_pongs(self, suite: House):
        sid = await opened_sid(suite)
        for _ in range(3):
            assert await poll(suite, sid) == (200, "2")
            assert (await post(suite, sid, "3"))[0] == 200

    async def test_a_silent_polling_client_is_forgotten(self, suite: House):
        sid = await opened_sid(suite)
        await asyncio.sleep(PERIOD)
        async with asyncio.timeout(1):  # a loop that was held up counts from the ping it sent late
            while (await poll(suite, sid))[0] == 200:
                pass
        assert (await poll(suite, sid))[0] == 400

    async def test_a_websocket_is_pinged_as_long_as_it_pongs(self, suite: House):
        wire = await opened_websocket(suite)
        for _ in range(3):
            assert await wire.raw() == "2"
            await wire.send("3")

    async def test_a_silent_websocket_is_closed(self, suite: House):
        wire = await opened_websocket(suite)
        assert await asyncio.wait_for(wire.closed(), PERIOD + 1)


class TestClose:
    async def test_a_polling_client_may_close_the_session(self, suite: House):
        sid = await opened_sid(suite)
        waiting = asyncio.create_task(poll(suite, sid))
        await asyncio.sleep(0.05)
        await post(suite, sid, "1")
        assert await waiting == (200, "6")
        assert (await poll(suite, sid))[0] == 400

    async def test_a_websocket_client_may_close_the_session(self, suite: House):
        wire = await opened_websocket(suite)
        await wire.send("1")
        await wire.closed()


@pytest.mark.parametrize("suite", ["direct", "plain"], indirect=True)
class TestUpgrade:
    async def test_polling_moves_to_a_websocket(self, suite: House):
        sid = await opened_sid(suite)
        wire = await websocket(suite, sid)
        await wire.send("2probe")
        assert await wire.next() == "3probe"
        assert await poll(suite, sid) == (200, "6")
        await wire.send("5")
        await wire.send("4hello")
        assert await wire.next() == "4hello"

    async def test_pings_of_the_websocket_do_not_disturb_the_upgrade(self, suite: House):
        sid = await opened_sid(suite)
        wire = await websocket(suite, sid)
        await wire.ws.ping()
        await wire.send("2probe")
        assert await wire.next() == "3probe"
        await wire.ws.pong()
        await wire.send("5")
        await wire.send("4hello")
        assert await wire.next() == "4hello"

    async def test_a_waiting_poll_is_released_for_the_upgrade(self, suite: House):
        sid = await opened_sid(suite)
        waiting = asyncio.create_task(poll(suite, sid))
        await asyncio.sleep(0.05)
        wire = await websocket(suite, sid)
        await wire.send("2probe")
        assert await waiting == (200, "6")

    async def test_polls_of_an_upgraded_session_are_refused(self, suite: House):
        sid = await opened_sid(suite)
        wire = await websocket(suite, sid)
        await wire.send("2probe")
        assert await wire.next() == "3probe"
        await wire.send("5")
        assert (await poll(suite, sid))[0] == 400
        await wire.send("4hello")
        assert await wire.next() == "4hello"

    async def test_a_second_websocket_of_an_upgraded_session_is_refused(self, suite: House):
        sid = await opened_sid(suite)
        wire = await websocket(suite, sid)
        await wire.send("2probe")
        assert await wire.next() == "3probe"
        await wire.send("5")
        with pytest.raises(aiohttp.WSServerHandshakeError, match="400"):
            await websocket(suite, sid)
        await wire.send("4hello")
        assert await wire.next() == "4hello"

    async def test_a_failed_probe_leaves_the_session_on_polling(self, suite: House):
        sid = await opened_sid(suite)
        wire = await websocket(suite, sid)
        await wire.send("2other")
        await wire.closed()
        assert await post(suite, sid, "4hello") == (200, "ok")
        assert await poll(suite, sid) == (200, "4hello")

    async def test_packets_sent_during_the_upgrade_keep_their_order(self, suite: House):
        sid = await opened_sid(suite)
        await post(suite, sid, "4one")
        wire = await websocket(suite, sid)
        await wire.send("2probe")
        assert await wire.next() == "3probe"
        await post(suite, sid, "4two")
        await wire.send("5")
        await wire.send("4three")
        assert [await wire.next() for _ in range(3)] == ["4one", "4two", "4three"]

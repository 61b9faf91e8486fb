"""Socket.IO 5, case by case as its official suite tells it, in our own words.

Its Engine.IO half (handshake, heartbeat, close, upgrade) runs here over `/socket.io/`.
"""

from __future__ import annotations

import asyncio

import aiohttp
import orjson
import pytest

from tests.contract.engine.test_engine_io_protocol import check_handshake
from tests.support.engine import House, Wire


async def connected(suite: House) -> Wire:
    wire = await suite.joined()
    assert (await wire.next()).startswith('42["auth"')
    return wire


class TestEngine:
    async def test_a_poll_opens_a_session(self, suite: House):
        async with suite.http.get(suite.url("polling")) as answer:
            assert answer.status == 200
            check_handshake(await answer.text(), ["websocket"])

    @pytest.mark.parametrize(
        "query", ["transport=polling", "EIO=abc&transport=polling", "EIO=4", "EIO=4&transport=abc"]
    )
    async def test_a_wrong_query_is_refused(self, suite: House, query: str):
        async with suite.http.get(f"{suite.origin}/socket.io/?{query}") as answer:
            assert answer.status == 400

    @pytest.mark.parametrize("method", ["POST", "PUT"])
    async def test_only_get_opens_a_session(self, suite: House, method: str):
        async with suite.http.request(method, suite.url("polling")) as answer:
            assert answer.status == 400

    async def test_a_websocket_opens_a_session(self, suite: House):
        ws = await suite.http.ws_connect(suite.url("websocket"))
        check_handshake(await Wire(ws).next(), [])

    @pytest.mark.parametrize(
        "query",
        ["transport=websocket", "EIO=abc&transport=websocket", "EIO=4", "EIO=4&transport=abc"],
    )
    async def test_a_websocket_with_a_wrong_query_is_refused(self, suite: House, query: str):
        with pytest.raises(aiohttp.WSServerHandshakeError, match="400"):
            await suite.http.ws_connect(f"{suite.origin}/socket.io/?{query}")

    async def test_a_polling_client_is_pinged_before_it_connects(self, suite: House):
        sid = await suite.poll_session()
        for _ in range(3):
            assert await suite.poll(sid) == (200, "2")
            assert (await suite.push(sid, "3"))[0] == 200

    async def test_a_silent_polling_client_is_forgotten(self, suite: House):
        sid = await suite.poll_session()
        await asyncio.sleep(2.0)
        assert (await suite.poll(sid))[0] == 400

    async def test_a_websocket_is_pinged_before_it_connects(self, suite: House):
        wire = await suite.websocket()
        for _ in range(3):
            assert await wire.raw() == "2"
            await wire.send("3")

    async def test_a_silent_websocket_is_closed(self, suite: House):
        wire = await suite.joined()
        async with asyncio.timeout(4):
            while await wire.raw() != "2":
                continue
            with pytest.raises(ConnectionError):
                await wire.raw()

    async def test_a_polling_client_may_close_the_session(self, suite: House):
        sid = await suite.poll_session()
        waiting = asyncio.create_task(suite.poll(sid))
        await asyncio.sleep(0.05)
        await suite.push(sid, "1")
        assert await waiting == (200, "6")
        assert (await suite.poll(sid))[0] == 400

    async def test_a_websocket_client_may_close_the_session(self, suite: House):
        wire = await suite.websocket()
        await wire.send("1")
        await wire.closed()

    async def test_polling_moves_to_a_websocket_and_polls_are_refused(self, suite: House):
        sid = await suite.poll_session()
        wire = Wire(await suite.http.ws_connect(suite.url("websocket", sid)))
        await wire.send("2probe")
        await wire.send("5")
        assert await wire.next() == "3probe"
        assert (await suite.poll(sid))[0] == 400
        with pytest.raises(aiohttp.WSServerHandshakeError, match="400"):
            await suite.http.ws_connect(suite.url("websocket", sid))


class TestConnect:
    @pytest.mark.parametrize(
        ("packet", "namespace", "auth"),
        [
            ("40", "", "{}"),
            ('40{"token":"123"}', "", '{"token":"123"}'),
            ("40/custom,", "/custom,", "{}"),
            ('40/custom,{"token":"abc"}', "/custom,", '{"token":"abc"}'),
        ],
    )
    async def test_a_client_connects_and_its_auth_arrives(
        self, suite: House, packet: str, namespace: str, auth: str
    ):
        wire = await suite.websocket()
        await wire.send(packet)
        answer = await wire.next()
        assert answer.startswith("40" + namespace)
        content = orjson.loads(answer[2 + len(namespace) :])
        assert set(content) == {"sid"}
        assert isinstance(content["sid"], str)
        assert await wire.next() == f'42{namespace}["auth",{auth}]'

    async def test_an_unknown_namespace_is_refused(self, suite: House):
        wire = await suite.websocket()
        await wire.send("40/random")
        assert await wire.next() == '44/random,{"message":"Invalid namespace"}'

    async def test_an_invalid_handshake_ends_the_connection(self, suite: House):
        wire = await suite.websocket()
        await wire.send("4abc")
        await wire.closed()

    async def test_a_client_that_never_connects_is_closed(self, suite: House):
        wire = await suite.websocket()
        async with asyncio.timeout(6):
            with pytest.raises(ConnectionError):
                await wire.next()  # answers every ping meanwhile


class TestDisconnect:
    async def test_a_client_leaves_the_namespace_and_keeps_its_transport(self, suite: House):
        wire = await connected(suite)
        await wire.send("41")
        assert await wire.raw() == "2"

    async def test_a_client_leaves_one_namespace_of_two(self, suite: House):
        wire = await connected(suite)
        await wire.send("40/custom")
        assert (await wire.next()).startswith("40/custom,")
        await wire.next()
        await wire.send("41/custom")
        await wire.send('42["message","message to main namespace"]')
        assert await wire.next() == '42["message-back","message to main namespace"]'


@pytest.mark.parametrize("suite", ["direct", "plain"], indirect=True)
class TestMessages:
    async def test_an_event_comes_back(self, suite: House):
        wire = await connected(suite)
        await wire.send('42["message",1,"2",{"3":[true]}]')
        assert await wire.next() == '42["message-back",1,"2",{"3":[true]}]'

    async def test_an_event_is_acked(self, suite: House):
        wire = await connected(suite)
        await wire.send('42456["message-with-ack",1,"2",{"3":[false]}]')
        assert await wire.next() == '43456[1,"2",{"3":[false]}]'

    @pytest.mark.parametrize(
        ("packet", "answer"),
        [
            ('452-["message",{0},{1}]', '452-["message-back",{0},{1}]'),
            ('452-789["message-with-ack",{0},{1}]', "462-789[{0},{1}]"),
        ],
    )
    async def test_attachments_come_back_in_the_conformance_mode(
        self, suite: House, packet: str, answer: str
    ):
        places = [f'{{"_placeholder":true,"num":{number}}}' for number in range(2)]
        wire = await connected(suite)
        await wire.send(packet.replace("{0}", places[0]).replace("{1}", places[1]))
        await wire.ws.send_bytes(b"\x01\x02\x03")
        await wire.ws.send_bytes(b"\x04\x05\x06")
        expected = answer.replace("{0}", places[0]).replace("{1}", places[1])
        assert [await wire.raw() for _ in range(3)] == [
            expected, b"\x01\x02\x03", b"\x04\x05\x06",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "packet", ["4abc", "42{}", '42abc["message-with-ack",1,"2",{"3":[false]}]']
    )
    async def test_a_malformed_packet_ends_the_connection(self, suite: House, packet: str):
        wire = await connected(suite)
        await wire.send(packet)
        await wire.closed()

"""Known holes of the stock library: each attack works there (strictly expected) and fails here."""

from __future__ import annotations

import asyncio
import tracemalloc

import aiohttp
import pytest

from tests.faults.engine.conftest import HOLES
from tests.support.engine import House, engine_house


@HOLES
async def test_announced_attachments_hold_no_memory(hall: House):
    wire = await hall.joined()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        await wire.send('459999999-["x",{"_placeholder":true,"num":0}]')
        part = bytes(100_000)
        for _ in range(100):
            try:
                await wire.ws.send_bytes(part)
            except ConnectionError:
                break
            await asyncio.sleep(0)
        await asyncio.sleep(0.3)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 5_000_000


@HOLES
async def test_a_foreign_page_opens_no_websocket(hall: House):
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        await hall.http.ws_connect(
            hall.url("websocket"), headers={"Origin": "https://evil.example"}
        )


@HOLES
async def test_a_cookie_without_an_origin_opens_nothing(hall: House):
    async with hall.http.get(hall.url("polling"), headers={"Cookie": "sid=secret"}) as answer:
        assert answer.status == 403


@HOLES
async def test_a_foreign_host_name_is_refused(hall: House):
    async with hall.http.get(hall.url("polling"), headers={"Host": "rebound.example"}) as answer:
        assert answer.status == 421


@HOLES
async def test_a_stolen_sid_is_worth_nothing_without_the_session(hall: House):
    owner = {"Cookie": "sid=owner", "Origin": hall.origin}
    thief = {"Cookie": "sid=thief", "Origin": hall.origin}
    async with hall.http.get(hall.url("polling"), headers=owner) as answer:
        sid = (await answer.text()).split('"sid":"')[1].split('"')[0]
    assert (await hall.push(sid, "40", headers=owner))[0] == 200
    assert (await hall.poll(sid, headers=thief))[0] == 400
    assert (await hall.push(sid, "41", headers=thief))[0] == 400
    status, text = await hall.poll(sid, headers=owner)
    assert status == 200
    assert text.startswith("40")


@HOLES
async def test_a_session_keeps_its_protocol_version(hall: House):
    sid = await hall.poll_session()
    url = hall.url("polling", sid).replace("EIO=4", "EIO=3")
    async with asyncio.timeout(0.5), hall.http.get(url) as answer:
        assert answer.status == 400


@HOLES
async def test_deflate_is_not_negotiated(hall: House):
    ws = await hall.http.ws_connect(hall.url("websocket"), compress=15)
    assert not ws.compress


@HOLES
async def test_a_session_that_never_connects_ends(hall: House):
    wire = await hall.websocket()
    async with asyncio.timeout(4):
        with pytest.raises(ConnectionError):
            await wire.next()  # it answers pings for ever


@HOLES
async def test_a_second_poll_robs_nobody(hall: House):
    sid = await hall.poll_session()
    first = asyncio.create_task(hall.poll(sid))
    await asyncio.sleep(0.05)
    async with asyncio.timeout(0.5):  # before the first ping
        assert (await hall.poll(sid))[0] == 400
    await first


@HOLES
async def test_a_packed_body_is_refused_unread(hall: House):
    sid = await hall.poll_session()
    status, _ = await hall.push(sid, "3", headers={"Content-Encoding": "gzip"})
    assert status == 415


@HOLES
@pytest.mark.parametrize(
    "packet",
    [
        pytest.param('42["x",' + "[" * 9 + "]" * 9 + "]", id="deep"),
        pytest.param("42" + "9" * 100 + '["x"]', id="hundred-digit-ack"),
        pytest.param("4", id="empty-message"),
        pytest.param('42{"a":1}', id="no-array"),
        pytest.param('42["x","' + "x" * 70_000 + '"]', id="too-large"),
    ],
)
async def test_a_malformed_packet_ends_the_connection_at_once(hall: House, packet: str):
    wire = await hall.joined()
    await wire.send(packet)
    async with asyncio.timeout(0.7):  # before any ping could time out
        assert await wire.closed() is not None


@HOLES
async def test_commands_of_one_client_are_answered_in_order(hall: House):
    wire = await hall.joined()
    if hall.engine is not None and hasattr(hall.edge, "commands"):
        hall.edge.gate = asyncio.Event()
        hall.edge.gate.set()
    for number in range(5):
        await wire.send(f'42{number}["slow",{number}]')
    acks: list[str] = []
    while len(acks) < 5:
        packet = await wire.next()
        acks.append(packet[2])
    assert acks == ["0", "1", "2", "3", "4"]


async def test_no_ceremony_revives_a_closed_session():
    async with engine_house() as house:
        wire = await house.joined()
        [socket] = house.edge.sockets
        await wire.send("5binary?")
        await wire.closed()
        socket.close("again")
        socket.emit("late", b"{}")
        assert house.edge.left == ["broken packet"]
        assert house.engine.count == 0


async def test_the_violation_is_named_in_the_close_frame():
    async with engine_house() as house:
        wire = await house.joined()
        await wire.ws.send_bytes(b"\0")
        assert await wire.next() == "41"  # do not come back
        message = await wire.ws.receive()
        assert message.type is aiohttp.WSMsgType.CLOSE or wire.ws.close_code == 1003
        assert house.edge.left == ["binary packet"]

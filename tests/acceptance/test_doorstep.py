"""Ten sockets an account; a flood costs a minute outside."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import pytest
import socketio

from realtime.gateway.doorstep import SOCKETS_PER_ACCOUNT
from tests.support.app import ServerProcess
from tests.support.clients import Client
from tests.support.processes import scratch

LIMITED = {"PALIER_LIMITS": "on"}


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    with scratch() as directory, ServerProcess(directory, settings=LIMITED) as running:
        yield running


async def refusal(origin: str, token: str) -> dict[str, object]:
    """What the CONNECT of one more socket is answered."""
    refused: asyncio.Future[dict[str, object]] = asyncio.get_running_loop().create_future()
    client = socketio.AsyncClient(reconnection=False, handle_sigint=False)
    client.on("connect_error", refused.set_result)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(origin, auth={"token": token}, transports=["websocket"])
    data = (await asyncio.wait_for(refused, 5))["data"]
    assert isinstance(data, dict)
    return data


async def test_an_account_holds_ten_sockets_and_another_is_told_to_wait(
    server: ServerProcess,
) -> None:
    anna, ben = server.demo(2, cell="gbwc9z1")
    clients = [Client(server.origin, anna.token) for _ in range(SOCKETS_PER_ACCOUNT + 1)]
    other = Client(server.origin, ben.token)
    for client in clients[:-1]:
        await client.connect(sync=False)
    refused = await refusal(server.origin, anna.token)
    assert refused["code"] == "rate"
    assert refused["retry_after"]
    await other.connect(sync=False)
    await clients[0].close()
    await clients[-1].connect(sync=False)
    for client in [*clients[1:], other]:
        await client.close()


async def test_who_floods_stays_outside_for_a_minute(server: ServerProcess) -> None:
    anna, ben = server.demo(2, cell="gbwc9z1", seed=2)
    flooding = await Client(server.origin, anna.token).connect()
    for _ in range(5_000):
        if flooding.disconnected.is_set():
            break
        with suppress(socketio.exceptions.BadNamespaceError):
            await flooding.tell("presence.set", {})
    await asyncio.wait_for(flooding.disconnected.wait(), 30)
    refused = await refusal(server.origin, anna.token)
    assert refused["code"] == "rate"
    assert 50 <= int(str(refused["retry_after"])) <= 60
    async with Client(server.origin, ben.token) as other:
        await other.sync()
    await flooding.close()

"""Rights change while a member is connected: signed out, expired, verified."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import urllib.request
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
import socketio

from tests.acceptance.conftest import Arrive
from tests.support.app import ServerProcess
from tests.support.clients import Client, new_key
from tests.support.doors import let_in
from tests.support.processes import scratch
from tests.support.residents import member
from tests.support.servers import SqliteFiles

HOME = "gbwc9z1"
TWO_SECONDS = 2.0


def sign_out(house: ServerProcess, token: str) -> int:
    asked = urllib.request.Request(
        f"{house.origin}/api/session",
        method="DELETE",
        headers={"Authorization": f"Bearer {token}", "Origin": house.origin},
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return int(answer.status)


async def test_signing_out_closes_the_sockets_within_two_seconds(
    house: ServerProcess, arrive: Arrive
) -> None:
    ada, bo = await arrive("Ada"), await arrive("Bo")
    second = await Client(house.origin, ada.token).connect()
    begun = asyncio.get_running_loop().time()
    assert await asyncio.to_thread(sign_out, house, ada.token) < 300
    left = TWO_SECONDS - (asyncio.get_running_loop().time() - begun)
    async with asyncio.timeout(left):
        for device in (ada, second):
            await device.disconnected.wait()
    await second.close()

    with pytest.raises(socketio.exceptions.ConnectionError):
        await Client(house.origin, ada.token).connect()
    assert not bo.disconnected.is_set()
    await bo.post("street", "Encore là")


@pytest.fixture
def ahead() -> Iterator[ServerProcess]:
    """A server whose clock is 47 hours, 59 minutes and 55 seconds ahead."""
    with scratch() as directory:
        url = SqliteFiles(directory).new_migrated_database()
        offset = timedelta(hours=48) - timedelta(seconds=5)
        settings = {"PALIER_CLOCK_OFFSET_S": f"{offset.total_seconds():.0f}"}
        with ServerProcess(directory, database_url=url, settings=settings) as running:
            yield running


async def test_a_visit_ends_while_the_visitor_is_connected(ahead: ServerProcess) -> None:
    url = ahead.env["PALIER_DATABASE_URL"]
    keyring = await asyncio.to_thread(ahead.keyring)
    (ada_token,) = await let_in(url, member(HOME, "Ada"), keyring=keyring)
    (token,) = await let_in(url, member(HOME, "Vi", level="none"), keyring=keyring)
    with urllib.request.urlopen(f"{ahead.origin}/readyz", timeout=5) as answer:
        assert "PALIER_CLOCK_OFFSET_S" in json.dumps(json.loads(answer.read()))

    ada = await Client(ahead.origin, ada_token).connect()
    visitor = await Client(ahead.origin, token).connect()
    assert visitor.me["status"] == "visitor"
    first = await ada.post("neighbourhood", "Pendant la visite")
    await visitor.wait_for("message.posted", text="Pendant la visite")

    await wait_for_the_end(visitor)
    await ada.post("neighbourhood", "Après la visite")
    await ada.wait_for("message.posted", text="Après la visite")
    assert await visitor.refused("history", conversation=first["id"]) == "expired"
    await visitor.sync()
    assert visitor.me["status"] == "expired"
    assert {state["view"] for state in visitor.topics.values()} == {"account", "official"}
    assert not visitor.heard("message.posted", text="Après la visite")
    assert not visitor.disconnected.is_set()
    for one in (ada, visitor):
        await one.close()


async def wait_for_the_end(visitor: Client) -> None:
    async with asyncio.timeout(20):
        while (await visitor.command("conversations", {"view": "neighbourhood"}))["ok"]:
            await asyncio.sleep(0.1)
    # The sweep that takes the rooms away runs each second.
    await asyncio.sleep(1.2)


async def test_a_member_who_was_verified_meanwhile_may_write(
    house: ServerProcess, arrive: Arrive
) -> None:
    visitor = await arrive("Vi", level="none")
    post = {"key": new_key(), "to": "neighbourhood", "text": "Bonjour"}
    assert await visitor.refused("message.post", **post) == "visitor"
    await asyncio.to_thread(verify, house.env["PALIER_DATABASE_URL"], visitor.me["account"])
    # Asked in every transaction: no event is needed to be let in.
    await visitor.ask("message.post", **post)


def verify(url: str, account: str) -> None:
    sql = "UPDATE member SET level = 'postcard' WHERE account = {}"
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        connection.execute(sql.format("?"), (account,))
        connection.commit()
        connection.close()
        return
    with psycopg.connect(url) as postgres:
        postgres.execute(sql.format("%s").encode(), (account,))

"""One house on two nodes: words, groups and threads are heard fast on the other, lost at once."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator

import pytest

from tests.acceptance.test_nodes import delays as delays_in_the_street
from tests.acceptance.test_nodes import percentile
from tests.support.app import Resident, ServerProcess
from tests.support.clients import Client, new_key
from tests.support.doors import let_in
from tests.support.nodes import nodes
from tests.support.processes import scratch
from tests.support.residents import member
from tests.support.servers import RedisServer

# Neighbours whose homes lie in two regions: the border runs along this street.
HERE, THERE, ELSEWHERE = "gbwc9zz", "gbwcdpb", "u09tvw0"
TWO_SECONDS = 2.0
pytestmark = pytest.mark.timeout(120)


Pair = tuple[ServerProcess, ServerProcess]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def pair(request: pytest.FixtureRequest, redis_server: RedisServer) -> Iterator[Pair]:
    """Two nodes on one database, for all tests here."""
    name = "sqlite_files" if request.param == "sqlite" else "postgres_server"
    url = request.getfixturevalue(name).new_migrated_database()
    with (
        scratch() as directory,
        nodes(directory, 2, database_url=url, redis_url=redis_server.url) as (one, two),
    ):
        yield one, two
        assert one.faults() + two.faults() == []


async def residents(node: ServerProcess, cell: str, *names: str) -> list[str]:
    """Their session tokens. Quicker than `demo`, which a test needs that looks for an address."""
    people = [member(cell, name) for name in names]
    keyring = await asyncio.to_thread(node.keyring)
    return await let_in(node.env["PALIER_DATABASE_URL"], *people, keyring=keyring)


async def test_a_message_on_one_node_is_heard_on_another(pair: Pair, promised: float) -> None:
    one, two = pair
    ada, bo = await residents(one, "u33db2m", "Ada", "Bo")
    async with Client(one.origin, ada) as a, Client(two.origin, bo) as b:
        found = await delays_in_the_street(a, b, 100, 0.005)
        print(told(found))
        assert percentile(found, promised) < 0.1
        b.assert_no_gap()


async def test_signing_out_on_one_node_closes_the_sockets_on_another(pair: Pair) -> None:
    one, two = pair
    ada, bo = await residents(one, "u33db2m", "Ada", "Bo")
    async with Client(two.origin, ada) as a, Client(two.origin, bo) as b:
        c = await Client(two.origin, ada).connect(sync=False)
        begun = time.monotonic()
        await asyncio.to_thread(sign_out, one, ada)
        await asyncio.wait_for(a.disconnected.wait(), 2)
        await asyncio.wait_for(c.disconnected.wait(), 2 - (time.monotonic() - begun))
        await b.post("street", "Toujours là")
        await c.close()


async def test_who_never_said_a_word_is_signed_out_on_another_node_too(pair: Pair) -> None:
    """Nobody there follows the account, so no event of it arrives: the node asks."""
    one, two = pair
    (ada,) = await residents(one, "u33db2m", "Ada")
    silent = await Client(two.origin, ada).connect(sync=False)
    await asyncio.to_thread(sign_out, one, ada)
    await asyncio.wait_for(silent.disconnected.wait(), 3)
    await silent.close()


def sign_out(node: ServerProcess, token: str) -> None:
    request = urllib.request.Request(
        f"{node.origin}/api/session",
        method="DELETE",
        headers={"Authorization": f"Bearer {token}", "Origin": node.origin},
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        assert answer.status == 204


async def talking(one: Client, other: Client) -> str:
    """The topic of a new thread, once the other has answered in it."""
    account = other.me["account"]
    topic: str = (await one.ask("direct.open", key=new_key(), account=account))["topic"]
    await one.post(topic, "Bonjour")
    await other.wait_for("direct.changed", about=topic, within=TWO_SECONDS)
    await other.post(topic, "Bonjour aussi")
    await one.wait_for("message.posted", text="Bonjour aussi", within=TWO_SECONDS)
    await one.sync()
    await other.sync()
    return topic


async def delays(writer: Client, reader: Client, topic: str, count: int) -> list[float]:
    """Seconds from sending on one node to hearing on the other, message by message."""
    found = []
    for number in range(count):
        begun = time.monotonic()
        text = f"{number}.{begun}"
        await writer.post(topic, text)
        await reader.wait_for("message.posted", text=text, within=5)
        found.append(time.monotonic() - begun)
    return found


def told(found: list[float]) -> str:
    return f"p50 {percentile(found, 0.5) * 1e3:.1f} ms, p99 {percentile(found, 0.99) * 1e3:.1f} ms"


def move(node: ServerProcess, member: Resident, query: str) -> None:
    """Another home, by the route."""

    def ask(method: str, path: str, body: object = None) -> object:
        headers = {
            "Authorization": f"Bearer {member.token}",
            "Content-Type": "application/json",
            "Origin": node.origin,
        }
        request = urllib.request.Request(
            node.origin + path,
            method=method,
            headers=headers,
            data=None if body is None else json.dumps(body).encode(),
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read())

    found = ask("GET", f"/api/addresses?q={urllib.parse.quote(query)}")
    assert isinstance(found, dict)
    ask("PUT", "/api/me/address", {"address_id": found["addresses"][0]["id"]})


async def test_a_thread_of_two_regions_is_quick_across_nodes_and_after_a_move(
    pair: Pair, promised: float
) -> None:
    one, two = pair
    (ada,), (bo,) = one.demo(1, cell=HERE), one.demo(1, cell=THERE, seed=2)
    (far,) = one.demo(1, cell=ELSEWHERE, seed=3)
    async with Client(one.origin, far.token) as stranger:
        elsewhere = stranger.me["street"]
    async with Client(one.origin, ada.token) as a, Client(two.origin, bo.token) as b:
        topic = await talking(a, b)
        found = await delays(a, b, topic, 150) + await delays(b, a, topic, 150)
        print("two regions:", told(found))
        assert percentile(found, promised) < 0.1
        await asyncio.to_thread(move, two, bo, elsewhere)
        await b.wait_for("account.changed", status="visitor", within=TWO_SECONDS)
        found = await delays(a, b, topic, 100) + await delays(b, a, topic, 100)
        print("after a move:", told(found))
        assert percentile(found, promised) < 0.1


async def test_belonging_takes_effect_on_another_node_within_two_seconds(
    pair: Pair,
) -> None:
    one, two = pair
    ada, bo = one.demo(2, cell=HERE)
    async with Client(one.origin, ada.token) as a, Client(two.origin, bo.token) as b:
        group = await a.ask(
            "group.create", key=new_key(), name="Guitare", access="request", category="musique"
        )
        topic = group["group"]["topic"]
        await b.ask("group.join", topic=topic)
        await a.wait_for("group.changed", waiting=1, within=TWO_SECONDS)
        await a.ask("group.answer", topic=topic, account=bo.account, accept=True)
        await a.post(topic, "Bienvenue")
        await b.wait_for("message.posted", text="Bienvenue", within=TWO_SECONDS)
        await b.ask("typing", topic=topic)
        typing = await a.wait_for("typing", within=TWO_SECONDS)
        assert typing["body"]["account"] == bo.account

        await a.ask("group.remove", topic=topic, account=bo.account)
        await b.wait_for("group.changed", group=None, within=TWO_SECONDS)
        await is_deaf(a, b, topic)

        thread = await talking(a, b)
        await b.ask("presence.set", visible_to="contacts")
        await a.wait_until(
            lambda: any(bo.account in e["body"]["contacts"] for e in a.heard("presence.changed")),
            "Bo is here, on the other node",
        )
        await b.ask("block", account=ada.account)
        await a.wait_for("direct.changed", direct=None, within=TWO_SECONDS)
        assert await a.refused("typing", topic=thread) == "not_found"
        await a.wait_until(
            lambda: bo.account not in a.heard("presence.changed")[-1]["body"]["contacts"],
            "Bo is nowhere any more",
        )


async def test_who_leaves_moves_or_is_revoked_on_one_node_hears_nothing_on_the_other(
    pair: Pair,
) -> None:
    one, two = pair
    ada, bo, cy, dan, eve = one.demo(5, cell=HERE, seed=4)
    (far,) = one.demo(1, cell=ELSEWHERE, seed=5)
    async with Client(one.origin, far.token) as stranger:
        elsewhere = stranger.me["street"]
    async with (
        Client(one.origin, ada.token) as a,
        Client(two.origin, bo.token) as b,
        Client(two.origin, cy.token) as c,
        Client(two.origin, dan.token) as d,
        Client(two.origin, eve.token) as witness,
        Client(one.origin, bo.token) as phone,
    ):
        group = await a.ask(
            "group.create", key=new_key(), name="Échecs", access="open", category="jeux"
        )
        topic = group["group"]["topic"]
        for client in (b, c, d, witness):
            await client.ask("group.join", topic=topic)
        hello = await a.post(topic, "Bonjour")
        for client in (b, c, d, witness):
            await client.wait_for("message.posted", id=hello["id"])

        await phone.ask("group.leave", topic=topic)
        await loses(a, b, witness, topic)
        await asyncio.to_thread(move, one, cy, elsewhere)
        await loses(a, c, witness, topic)
        await asyncio.to_thread(one.run, "accounts", "revoke", dan.account)
        await loses(a, d, witness, topic)


async def loses(speaker: Client, listener: Client, witness: Client, topic: str) -> None:
    """Within two seconds what a witness on the same node hears does not reach the listener."""
    begun = time.monotonic()
    while True:
        said = await speaker.post(topic, f"Entre nous {new_key()}")
        await witness.wait_for("message.posted", id=said["id"])
        if not listener.heard("message.posted", id=said["id"]):
            return
        assert time.monotonic() - begun < TWO_SECONDS


async def is_deaf(speaker: Client, listener: Client, topic: str) -> None:
    """Within two seconds what is said in the room does not reach the listener any more."""
    begun = time.monotonic()
    while True:
        word = f"Entre nous {new_key()}"
        await speaker.post(topic, word)
        sign = await speaker.post("street", "Un signe")
        await listener.wait_for("message.posted", id=sign["id"])
        if not listener.heard("message.posted", text=word):
            return
        assert time.monotonic() - begun < TWO_SECONDS

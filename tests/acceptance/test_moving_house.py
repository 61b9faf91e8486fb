"""Another home, or none that is proved: what a member belongs to follows within two seconds."""

from __future__ import annotations

import asyncio
import json
import urllib.parse
import urllib.request
from collections.abc import Sequence
from typing import Any

from tests.acceptance.conftest import Arrive
from tests.acceptance.test_alerts import raise_alert
from tests.acceptance.test_direct import talking
from tests.acceptance.test_groups import found
from tests.support.app import ServerProcess
from tests.support.clients import Client, Json

TWO_SECONDS = 2.0
# Far from every cell of the other tests.
ELSEWHERE = "s00xyb7"


def ask(house: ServerProcess, token: str, method: str, path: str, body: object = None) -> Json:
    headers = {"Authorization": f"Bearer {token}", "Origin": house.origin}
    headers["Content-Type"] = "application/json"
    request = urllib.request.Request(
        house.origin + path,
        method=method,
        headers=headers,
        data=None if body is None else json.dumps(body).encode(),
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        told: Json = json.loads(answer.read())
    return told


async def move(house: ServerProcess, member: Client) -> None:
    """To another town."""
    (there,) = await asyncio.to_thread(house.demo, 1, cell=ELSEWHERE)
    async with Client(house.origin, there.token) as stranger:
        street = urllib.parse.quote(stranger.me["street"])
    path = f"/api/addresses?q={street}"
    found_there = await asyncio.to_thread(ask, house, member.token, "GET", path)
    address = next(one for one in found_there["addresses"] if one["cell"][:5] == ELSEWHERE[:5])
    # Of one door two visitors at most.
    body = {"address_id": address["id"], "door": member.me["account"][-4:]}
    await asyncio.to_thread(ask, house, member.token, "PUT", "/api/me/address", body)


def lost(client: Client, topic: str) -> Any:
    return client.wait_for("group.changed", about=topic, group=None, within=TWO_SECONDS)


async def test_who_moves_leaves_the_groups_behind_and_keeps_the_contacts(
    house: ServerProcess, arrive: Arrive
) -> None:
    ada, bo = await arrive("Ada Lovelace"), await arrive("Bo Diddley")
    topic = (await found(ada))["topic"]
    await bo.ask("group.join", topic=topic)
    thread = await talking(ada, bo)
    await move(house, ada)
    await lost(ada, topic)
    # The group goes on with whom it has.
    await bo.wait_for("group.changed", mine="owner", within=TWO_SECONDS)
    assert await ada.refused("history", topic=topic) == "not_found"
    await ada.sync()
    assert ada.me["status"] == "visitor"
    assert {state["view"] for state in ada.topics.values()} == {
        "account", "area", "direct", "neighbourhood", "official",
    }  # fmt: skip
    await bo.post(thread, "Bon emménagement !")
    await ada.wait_for("message.posted", text="Bon emménagement !", within=TWO_SECONDS)
    await ada.post(thread, "Merci !")
    await bo.wait_for("message.posted", text="Merci !", within=TWO_SECONDS)


async def test_who_is_revoked_hears_nothing_of_groups_and_threads(
    house: ServerProcess, arrive: Arrive
) -> None:
    ada, bo = await arrive("Ada"), await arrive("Bo")
    topic = (await found(ada))["topic"]
    await bo.ask("group.join", topic=topic)
    thread = await talking(ada, bo)
    await asyncio.to_thread(house.run, "accounts", "revoke", bo.me["account"])
    await bo.wait_for("account.changed", status="expired", within=TWO_SECONDS + 1)
    begun = asyncio.get_running_loop().time()
    for room in (topic, thread):
        await deaf(ada, bo, room, begun + TWO_SECONDS)
        assert await bo.refused("history", topic=room) == "expired"
        assert await bo.refused("typing", topic=room) == "expired"
    await bo.sync()
    assert {state["view"] for state in bo.topics.values()} == {"account", "official"}


async def test_the_group_of_a_fake_account_goes_on_with_whom_it_has(
    house: ServerProcess, arrive: Arrive
) -> None:
    fake, bo = await arrive("Faux"), await arrive("Bo")
    topic = (await found(fake))["topic"]
    await bo.ask("group.join", topic=topic)
    await asyncio.to_thread(house.run, "accounts", "revoke", fake.me["account"])
    await bo.wait_for("group.changed", mine="owner", within=TWO_SECONDS + 1)
    assert (await bo.ask("group.open", topic=topic))["group"]["members"] == 1


async def test_who_moves_has_the_alerts_of_the_new_home_and_of_the_old_what_is_theirs(
    house: ServerProcess, arrive: Arrive, cell: str
) -> None:
    ada, bo, cy = await arrive("Ada Lovelace"), await arrive("Bo Diddley"), await arrive("Cy")
    zoe = await arrive("Zoé", home=ELSEWHERE)
    left, followed, own = [await raise_alert(one, cell) for one in (bo, cy, ada)]
    new = await raise_alert(zoe, ELSEWHERE)
    await ada.ask("alert.follow", id=followed["id"])
    authors = ((bo, left), (cy, followed), (ada, own), (zoe, new))
    await move(house, ada)
    await ada.wait_for("account.changed", status="visitor", within=TWO_SECONDS)

    async def heard(title: str, *, of: Sequence[Json]) -> list[int]:
        """How often the mover hears of each alert's new title."""
        for author, alert in authors:
            await author.ask("alert.update", id=alert["id"], title=title)
            await author.wait_for("alert.updated", id=alert["id"], title=title)
        for alert in of:
            about = {"id": alert["id"], "title": title}
            await ada.wait_for("alert.updated", within=TWO_SECONDS, **about)
        # An answer comes after all that was sent before it.
        await ada.ask("prefs.get")
        return [
            len(ada.heard("alert.updated", id=alert["id"], title=title)) for _, alert in authors
        ]

    # What the new home hears begins with the next `sync`, and what is open there comes with it.
    assert await heard("Vu rue Haute", of=(followed, own)) == [0, 1, 1, 0]
    synced = {alert["id"]: alert["title"] for alert in (await ada.sync())["alerts"]}
    assert {one["id"]: synced.get(one["id"]) for _, one in authors} == {
        left["id"]: None,
        **{alert["id"]: "Vu rue Haute" for alert in (followed, own, new)},
    }
    assert await heard("Vu rue Basse", of=(followed, own, new)) == [0, 1, 1, 1]
    ada.assert_no_gap()
    for author, alert in authors:
        await author.ask("alert.withdraw", id=alert["id"])


async def deaf(speaker: Client, listener: Client, topic: str, until: float) -> None:
    """By then what is said in the room does not reach the listener any more."""
    number = 0
    while True:
        number += 1
        said = await speaker.post(topic, f"Entre nous {number}")
        await speaker.wait_for("message.posted", id=said["id"])
        # An answer comes after all that was sent before it.
        await listener.ask("prefs.get")
        if not listener.heard("message.posted", id=said["id"]):
            return
        assert asyncio.get_running_loop().time() < until


async def test_who_moves_is_counted_where_the_new_home_is(house: ServerProcess) -> None:
    members = await asyncio.to_thread(house.demo, 10, cell="s03xyb7")
    clients = [Client(house.origin, member.token) for member in members]
    first = clients[0]

    def shown() -> object:
        return [event["body"]["street"] for event in first.heard("presence.changed")][-1:]

    await asyncio.gather(*(client.connect() for client in clients))
    await first.wait_until(lambda: shown() == [10], "ten are here", within=10)
    await move(house, clients[-1])
    await first.wait_until(lambda: shown() == [None], "nine are here", within=10)
    await asyncio.gather(*(client.close() for client in clients))

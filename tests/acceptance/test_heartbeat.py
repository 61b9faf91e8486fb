"""Two members of one street talk, live and durably, and the acks are as the contract says."""

from __future__ import annotations

import asyncio
import json
import signal
import time
import urllib.request

import pytest

from tests.acceptance.conftest import Arrive
from tests.support.app import ServerProcess
from tests.support.clients import Client, new_key

PING_S, PONG_S = 10, 8


async def test_two_members_hear_each_other(arrive: Arrive, cell: str) -> None:
    ada, bo = await arrive("Ada Lovelace"), await arrive("Bo Diddley")
    topic = f"street:{cell}"
    assert ada.me["home"] == topic

    opening = await ada.post("street", "Bonjour", home=topic)
    assert opening["topic"] == topic
    assert opening["seq"] == 1
    assert opening["conversation"] == opening["id"]
    assert opening["author"] == {
        "account": ada.me["account"],
        "name": "Ada Lovelace",
        "level": "postcard",
    }
    heard = await bo.wait_for("message.posted", text="Bonjour")
    assert heard["message"] == opening
    assert [heard["topic"], heard["seq"]] == [topic, 1]

    answer = await bo.reply(opening["id"], "Salut")
    assert answer["conversation"] == opening["id"]
    assert answer["seq"] == 2
    for one in (ada, bo):
        await one.wait_for("message.posted", text="Salut")
        assert one.texts(topic) == ["Bonjour", "Salut"]
        one.assert_no_gap()


async def test_a_later_device_finds_the_conversation_and_its_history(
    arrive: Arrive, cell: str
) -> None:
    ada, bo = await arrive("Ada"), await arrive("Bo")
    opening = await ada.post("street", "Qui a une échelle ?")
    for number in range(5):
        await bo.reply(opening["id"], f"Moi {number}")

    cy = await arrive("Cy")
    ack = await cy.ask("conversations", view="street")
    (found,) = ack["conversations"]
    assert found["message"]["text"] == "Qui a une échelle ?"
    assert found["replies"] == 5
    assert [message["text"] for message in found["last"]] == ["Moi 3", "Moi 4"]
    assert ack["more"] is None

    newest = await cy.ask("history", conversation=opening["id"], limit=4)
    assert [message["seq"] for message in newest["messages"]] == [3, 4, 5, 6]
    assert newest["more"] is True
    older = await cy.ask(
        "history", conversation=opening["id"], before=newest["messages"][0]["id"], limit=4
    )
    assert [message["seq"] for message in older["messages"]] == [1, 2]
    assert older["more"] is False


async def test_what_was_missed_is_replayed_after_a_lost_connection(
    arrive: Arrive, cell: str
) -> None:
    ada, bo = await arrive("Ada"), await arrive("Bo")
    await ada.post("street", "Un")
    await bo.wait_for("message.posted", text="Un")
    await bo.drop()
    await ada.post("street", "Deux")
    await ada.post("street", "Trois")

    await bo.connect()
    assert bo.texts(f"street:{cell}") == ["Un", "Deux", "Trois"]
    await ada.post("street", "Quatre")
    await bo.wait_for("message.posted", text="Quatre")
    assert bo.texts(f"street:{cell}") == ["Un", "Deux", "Trois", "Quatre"]
    assert bo.repeats == bo.gaps == 0
    assert bo.reloaded == []


async def test_read_and_unread_follow_a_member_to_the_other_device(
    arrive: Arrive, cell: str
) -> None:
    ada, bo = await arrive("Ada"), await arrive("Bo")
    topic = f"street:{cell}"
    for number in range(3):
        await ada.post("street", f"Message {number}")
    await bo.post("street", "Mien")
    await bo.sync()
    assert bo.topics[topic]["unread"] == 3
    assert bo.topics[topic]["read"] == 0

    epoch, _ = bo.positions[topic]
    await bo.ask("read", positions={topic: [epoch, 2]})
    moved = await bo.wait_for("read.moved")
    assert moved["read"][topic] == [epoch, 2]
    await bo.ask("read", positions={topic: [epoch, 1]})
    await bo.sync()
    assert bo.topics[topic]["read"] == 2
    assert bo.topics[topic]["unread"] == 1
    await ada.sync()
    assert ada.topics[topic]["unread"] == 1


async def test_the_same_key_is_the_same_message(arrive: Arrive, cell: str) -> None:
    ada, bo = await arrive("Ada"), await arrive("Bo")
    payload = {"key": new_key(), "to": "street", "text": "Une fois"}
    first = await ada.ask("message.post", **payload)
    again = await ada.ask("message.post", **payload)
    assert again["message"] == first["message"]
    assert await ada.refused("message.post", **payload | {"text": "Autre chose"}) == "key_reused"
    # Keys are each account's own.
    other = await bo.ask("message.post", **payload)
    assert other["message"]["id"] != first["message"]["id"]
    await ada.wait_for("message.posted", id=other["message"]["id"])
    assert ada.texts(f"street:{cell}") == ["Une fois", "Une fois"]


async def test_words_written_under_a_former_home_are_refused(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    code = await ada.refused(
        "message.post", key=new_key(), to="street", text="Bonjour", home="street:u000000"
    )
    assert code == "moved"


async def test_a_conversation_of_another_street_is_not_there(arrive: Arrive) -> None:
    ada, far = await arrive("Ada"), await arrive("Zoé", home="7zzzzzz")
    opening = await ada.post("street", "Entre nous")
    key = new_key()
    assert await far.refused("message.post", key=key, reply_to=opening["id"], text="?") == (
        "not_found"
    )
    assert await far.refused("history", conversation=opening["id"]) == "not_found"


async def test_a_visitor_reads_and_is_told_why_not_write(arrive: Arrive) -> None:
    ada, visitor = await arrive("Ada"), await arrive("Vi", level="none")
    assert visitor.me["status"] == "visitor"
    await ada.post("neighbourhood", "Vide-grenier samedi")
    await visitor.wait_for("message.posted", text="Vide-grenier samedi")
    post = {"key": new_key(), "to": "neighbourhood", "text": "Bonjour"}
    assert await visitor.refused("message.post", **post) == "visitor"
    assert await visitor.refused("conversations", view="street") == "street"


def handshake(house: ServerProcess) -> dict[str, object]:
    asked = f"{house.origin}/socket.io/?EIO=4&transport=polling"
    with urllib.request.urlopen(asked, timeout=10) as answer:
        told: dict[str, object] = json.loads(answer.read()[1:])
    return told


async def test_every_device_is_told_when_to_miss_the_server(house: ServerProcess) -> None:
    """A ping each ten seconds, eight to wait for it: a device that hears none for 18 s leaves."""
    told = await asyncio.to_thread(handshake, house)
    assert (told["pingInterval"], told["pingTimeout"]) == (PING_S * 1_000, PONG_S * 1_000)


@pytest.mark.long
@pytest.mark.timeout(120)
@pytest.mark.parametrize("transport", ["websocket", "polling"])
@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_hung_server_is_noticed_within_eighteen_seconds(
    server: ServerProcess, transport: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (ada,) = server.demo(1, cell="gbwc9z1")
    device = await Client(server.origin, ada.token, transports=[transport]).connect()
    assert server.process is not None
    server.process.send(signal.SIGSTOP)
    begun = time.monotonic()
    try:
        await asyncio.wait_for(device.disconnected.wait(), PING_S + PONG_S + 1)
    finally:
        server.process.send(signal.SIGCONT)
    with capsys.disabled():
        print(f"\n{transport}: a hung server was noticed after {time.monotonic() - begun:.1f} s")
    await device.drop()

"""What was erased is told as gone: nobody's `sync` stops at it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from realtime.db import Database, Tx
from realtime.journal import Changed, Event
from tests.integration.gateway.test_replay import TOPIC, Node


@pytest.fixture
async def node(database: Database) -> Node:
    return await Node(database).open()


def erase_words(tx: Tx) -> None:
    tx.run("DELETE FROM message")


def erase_ada(tx: Tx, account: str) -> None:
    for table in ("session", "member"):
        tx.run(f"DELETE FROM {table} WHERE account = :account", account=account)


async def events_of(node: Node, topic: str = TOPIC) -> list[Any]:
    device = await node.device(node.bo)
    first = await node.sync(device)
    epoch = next(state["epoch"] for state in first["topics"] if state["topic"] == topic)
    ack = await node.sync(device, positions={topic: [epoch, 0]})
    return [orjson.loads(orjson.dumps(event)) for event in ack["events"]]


async def test_erased_words_are_tombstones_with_their_number(node: Node) -> None:
    await node.post("Un")
    await node.db.write(erase_words)
    await node.post("Deux")
    gone, kept = await events_of(node)
    message = gone["message"]
    assert (gone["seq"], message["seq"], message["deleted"], message["text"]) == (1, 1, True, "")
    assert message["author"] == {"account": "", "name": "", "level": "none"}
    assert kept["message"]["text"] == "Deux"


async def test_words_of_an_erased_author_stay_without_a_name(node: Node) -> None:
    await node.post("Un")
    await node.db.write(erase_ada, node.ada.account)
    (event,) = await events_of(node)
    assert event["message"]["text"] == "Un"
    assert (event["message"]["author"]["name"], event["message"]["author"]["level"]) == ("", "none")


async def test_whatever_else_is_gone_leaves_its_number(node: Node) -> None:
    """An alert nobody finds any more, a reaction to nothing: the seq counts."""
    nothing = [
        Event(TOPIC, "alert.updated", "01J00000000000000000000000"),
        Event(TOPIC, "reaction.changed", f"01J00000000000000000000000:{node.ada.account}"),
        Event(TOPIC, "message.edited", "01J00000000000000000000000", 2),
    ]
    await node.committer.commit(lambda tx, now: Changed(None, nothing))
    found = await events_of(node)
    assert [event["seq"] for event in found] == [1, 2, 3]
    assert "alert" not in found[0]
    assert found[1]["reactions"] == {}
    assert found[2]["message"]["deleted"] is True

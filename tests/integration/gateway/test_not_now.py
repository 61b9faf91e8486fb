"""A database that cannot answer now, or one bad row, ends neither the node nor anybody's safety."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from realtime.db import Database
from realtime.engine import ConnectionRefused, Request, Socket, reasons
from realtime.errors import Overloaded, StorageFailed
from realtime.gateway import presence, sessions
from realtime.gateway.authority import Authority
from realtime.gateway.contacts import Contacts
from realtime.gateway.presence import PresenceBoard
from realtime.presence.store import Nowhere
from tests.integration.gateway.test_replay import Device, Node
from tests.support.residents import RIGHTS


@pytest.fixture(autouse=True)
def said() -> Iterator[list[EventDict]]:
    """What is logged: kept here, for a traceback on the terminal reads files."""
    with capture_logs() as entries:
        yield entries


class Failing:
    """The database, until `error` is set."""

    dialect = "sqlite"

    def __init__(self, db: Database) -> None:
        self._db = db
        self.error: Exception | None = None
        self.failed = 0

    async def read(self, fn: Callable[..., Any], *args: Any) -> Any:
        if self.error is not None:
            self.failed += 1
            raise self.error
        return await self._db.read(fn, *args)


class Door(Device):
    """A device that remembers why it was closed."""

    why = ""

    def close(self, reason: str) -> None:
        self.why = reason


@pytest.fixture
async def node(database: Database) -> Node:
    return await Node(database).open()


@pytest.fixture
def failing(node: Node, monkeypatch: pytest.MonkeyPatch) -> Failing:
    monkeypatch.setattr(sessions, "SWEEP_SECONDS", 0.01)
    monkeypatch.setattr(presence, "TURN_SECONDS", 0.01)
    failing = Failing(node.db)
    node.sessions._db = cast(Database, failing)
    return failing


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not happened():
            await asyncio.sleep(0.005)


async def bo_at_the_door(node: Node) -> Door:
    door = Door((await node.device(node.bo)).session)
    node.sessions._sockets[node.bo.account] = (cast(Socket, door),)
    await node.sync(door)
    return door


@pytest.mark.parametrize("error", [StorageFailed("away"), Overloaded("the readers")])
async def test_a_refresh_that_cannot_be_made_now_is_made_later(
    node: Node, failing: Failing, error: Exception
) -> None:
    door = await bo_at_the_door(node)
    failing.error = error
    running = asyncio.create_task(node.sessions.run())
    node.sessions.note_stale(node.bo.account)
    await until(lambda: failing.failed > 1)
    assert door.why == ""
    failing.error = None
    refreshes = door.session.refreshes
    await until(lambda: door.session.refreshes > refreshes)
    running.cancel()


async def test_a_turn_woken_early_does_not_put_the_sweep_off_by_a_whole_one(
    node: Node, failing: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = await bo_at_the_door(node)
    almost = node.sessions._looked_at + 0.9 * sessions.SWEEP_SECONDS
    monkeypatch.setattr(sessions, "time", SimpleNamespace(monotonic=lambda: almost))
    node.sessions._ends[node.bo.account] = node.clock.now()
    refreshes = door.session.refreshes
    running = asyncio.create_task(node.sessions.run())
    await until(lambda: door.session.refreshes > refreshes)
    running.cancel()


async def test_who_cannot_be_judged_must_come_in_anew_and_the_node_lives(
    node: Node, failing: Failing, said: list[EventDict]
) -> None:
    door = await bo_at_the_door(node)
    failing.error = ValueError("a row nobody expected")
    running = asyncio.create_task(node.sessions.run())
    node.sessions.note_stale(node.bo.account)
    await until(lambda: door.why == reasons.ANEW)
    assert [one["event"] for one in said if one["log_level"] == "error"] == ["standing_unclear"]
    failing.error = None
    ada = await node.device(node.ada)
    node.sessions.note_stale(node.ada.account)
    await until(lambda: ada.session.refreshes == 1)
    assert not running.done()
    running.cancel()


@pytest.mark.parametrize(
    ("error", "code"), [(StorageFailed("away"), "storage"), (Overloaded("the readers"), "busy")]
)
async def test_who_connects_meanwhile_is_told_why_not(
    node: Node, failing: Failing, error: Exception, code: str
) -> None:
    failing.error = error
    request = cast(Request, SimpleNamespace(headers={}, cookies={}))
    with pytest.raises(ConnectionRefused) as refused:
        await node.sessions.connect(cast(Socket, object()), {"token": "any"}, request)
    assert refused.value.details["code"] == code
    assert refused.value.details.get("retry_after") == (1 if code == "busy" else None)


@pytest.mark.parametrize("error", [Overloaded("the readers"), ValueError("a bad row")])
async def test_presence_outlives_what_it_could_not_read(
    node: Node, failing: Failing, error: Exception
) -> None:
    contacts = Contacts(cast(Database, failing), node.local, RIGHTS, node.clock)
    board = PresenceBoard(cast(Authority, None), contacts, Nowhere())
    board.arrive(cast(Socket, _named(await node.device(node.bo))))
    failing.error = error
    running = asyncio.create_task(board.run())
    await until(lambda: failing.failed > 2)
    assert not running.done()
    running.cancel()


def _named(device: Device) -> Device:
    device.id = "s1"  # type: ignore[attr-defined]
    return device

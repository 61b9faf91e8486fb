"""`sync` beside everything that may happen meanwhile: new events, new rights, another `sync`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import orjson
import pytest

from realtime.clock import Clock
from realtime.db import Database
from realtime.engine import Frame, Socket
from realtime.fanout.bus import InProcessBus
from realtime.fanout.catch_up import CatchUp
from realtime.fanout.commit import Committer
from realtime.gateway import replay
from realtime.gateway.doorstep import Doorstep
from realtime.gateway.renderers import rendering_of
from realtime.gateway.replay import Replay
from realtime.gateway.sessions import Session, Sessions
from realtime.gateway.standing import keys_of
from realtime.ids import new_ulid
from realtime.members.model import Member
from realtime.members.store import save_member
from realtime.rooms import actions, writing
from realtime.wire.messages import MessageEdit, MessagePost
from realtime.wire.sync import SyncAsked
from tests.support.doors import open_doors
from tests.support.residents import RIGHTS, member

CELL = "gbwc9z1"
TOPIC = f"street:{CELL}"


class Device:
    """A socket that keeps what it was sent: acks by hand, events by the node."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.heard: list[tuple[str, int]] = []

    def send(self, frame: Frame) -> None:
        for packet in frame.packets:
            _, event = orjson.loads(packet[2:])
            self.heard.append((event["topic"], event["seq"]))

    _transport = _protocol = None  # everything goes through `send`

    def seqs(self, topic: str = TOPIC) -> list[int]:
        return [seq for name, seq in self.heard if name == topic]


class Interrupted:
    """The database, with something that happens after a read was made and before it is known."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.dialect = db.dialect
        self.meanwhile: Callable[[], Awaitable[Any]] | None = None

    async def read(self, fn: Callable[..., Any], *args: Any) -> Any:
        value = await self._db.read(fn, *args)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        return value


class Node:
    """The part of a node that answers `sync`, and two members."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = Clock()
        self.rendering = rendering_of(RIGHTS)
        bus = InProcessBus()
        self.committer = Committer(db, bus, self.rendering, self.clock)
        self.catch_up = CatchUp(db, bus, self.rendering, self.clock)
        self.local = self.catch_up.local
        self.interrupted = Interrupted(db)
        hearing = (db, self.local, self.rendering, RIGHTS, self.clock)
        self.sessions = Sessions(*hearing, cookie="sid", doorstep=Doorstep(is_on=True))
        self.replay = Replay(
            cast(Database, self.interrupted), self.local, self.rendering, RIGHTS, self.clock
        )
        until = self.clock.now() + timedelta(days=30)
        self.ada = replace(member(CELL, "Ada"), visitor_until=until)
        self.bo = replace(member(CELL, "Bo"), visitor_until=until)

    async def open(self) -> Node:
        await self.db.write(open_doors, [self.ada, self.bo], self.clock.now())
        return self

    async def device(self, who: Member) -> Device:
        now = self.clock.now()
        session_id = await self.db.read(
            lambda tx: tx.value("SELECT id FROM session WHERE account = :a", a=who.account)
        )
        followed = RIGHTS.followed(who, now)
        session = Session(
            account=who.account,
            session=session_id,
            language="fr",
            followed=followed,
            keys=keys_of(who, followed),
        )
        device = Device(session)
        held = self.sessions._sockets.get(who.account, ())
        self.sessions._sockets[who.account] = (*held, cast(Socket, device))
        return device

    async def sync(self, device: Device, **positions: Any) -> dict[str, Any]:
        asked = SyncAsked.model_validate({"positions": positions.get("positions", {})})
        return cast(dict[str, Any], await self.replay.sync(cast(Socket, device), asked))

    async def post(self, text: str = "Bonjour", to: str = "street") -> str:
        asked = MessagePost(key=new_ulid(self.clock.now()), to=to, text=text)
        committed = await self.committer.commit(
            lambda tx, now: actions.post(tx, self.ada, RIGHTS, asked, {}, now)
        )
        return committed.value

    async def edit(self, message: str, text: str) -> None:
        asked = MessageEdit(id=message, text=text)
        await self.committer.commit(lambda tx, now: writing.edit(tx, self.ada, RIGHTS, asked, now))

    def later(self, **time: float) -> None:
        """For this node and what it is made of."""
        self.clock._offset += timedelta(**time)

    async def become(self, who: Member, level: str) -> None:
        """Another standing, and the node has heard of it."""
        await self.db.write(save_member, replace(who, level=level))
        await self.sessions._refresh(who.account)


@pytest.fixture
async def node(database: Database) -> Node:
    return await Node(database).open()


def replayed(ack: dict[str, Any], topic: str = TOPIC) -> list[int]:
    events = [orjson.loads(orjson.dumps(event)) for event in ack["events"]]
    return [event["seq"] for event in events if event["topic"] == topic]


async def settle() -> None:
    """The turns of the loop in which a socket goes live and frames are flushed."""
    for _ in range(3):
        await asyncio.sleep(0.01)


async def test_events_between_snapshot_and_going_live_are_heard_once(node: Node) -> None:
    device = await node.device(node.bo)
    await node.post()
    ack = await node.sync(device)
    epoch = next(t["epoch"] for t in ack["topics"] if t["topic"] == TOPIC)
    await settle()

    async def write_three() -> None:
        for _ in range(3):
            await node.post()

    node.interrupted.meanwhile = write_three
    ack = await node.sync(device, positions={TOPIC: [epoch, 1]})
    assert replayed(ack) == []
    await settle()
    await node.post()
    await settle()
    assert device.seqs() == [2, 3, 4, 5]


async def test_rights_that_shrank_meanwhile_are_not_given_back(node: Node) -> None:
    """The snapshot was read before the change, and its answer comes after it."""
    device = await node.device(node.bo)
    node.interrupted.meanwhile = lambda: node.become(node.bo, "location")
    await node.sync(device)
    await settle()
    await node.post(to="street")
    await node.post(to="neighbourhood")
    await settle()
    assert device.seqs() == []
    assert device.seqs(node.ada.neighbourhood_topic) == [1]


async def test_rights_that_grew_meanwhile_are_silent_until_the_next_sync(node: Node) -> None:
    await node.become(node.bo, "location")
    by_location = replace(node.bo, level="location")
    device = await node.device(by_location)
    node.interrupted.meanwhile = lambda: node.become(by_location, "postcard")
    await node.sync(device)
    await settle()
    await node.post()
    await settle()
    assert device.seqs() == []
    ack = await node.sync(device)
    assert TOPIC in {state["topic"] for state in ack["topics"]}
    await settle()
    await node.post()
    await settle()
    assert device.seqs() == [2]


async def test_two_syncs_one_behind_the_other_go_live_once(node: Node) -> None:
    device = await node.device(node.bo)
    ack = await node.sync(device)
    epoch = ack["topics"][0]["epoch"]
    # No turn of the loop in between: the first has not gone live yet.
    node.interrupted.meanwhile = node.post
    ack = await node.sync(device, positions={TOPIC: [epoch, 0]})
    assert replayed(ack) == []
    await settle()
    await node.post()
    await settle()
    assert device.seqs() == [1, 2]
    node.local.unfollow(cast(Socket, device))
    assert not list(node.local.topics())


async def test_a_long_absence_comes_page_by_page_without_a_hole(node: Node) -> None:
    """100 messages of 4,000 characters are more than a page of 256 KiB."""
    device = await node.device(node.bo)
    ack = await node.sync(device)
    position = [ack["topics"][0]["epoch"], 0]
    for _ in range(100):
        await node.post("x" * 4_000)
    await settle()
    device.heard.clear()
    seqs: list[int] = []
    pages = 0
    while True:
        ack = await node.sync(device, positions={TOPIC: position})
        await settle()
        pages += 1
        seqs += replayed(ack)
        position = [position[0], seqs[-1]]
        if not ack["more"]:
            break
        # A topic that was cut short stays silent, so that nothing overtakes its next page.
        await node.post()
        await settle()
        assert device.seqs() == []
    assert pages > 1
    await node.post()
    await settle()
    assert seqs + device.seqs() == list(range(1, 100 + pages + 1))


async def test_topics_without_room_stay_silent_and_come_with_the_next_page(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "REPLAY_EVENTS", 2)
    monkeypatch.setattr(replay, "RENDERED_AT_ONCE", 2)
    quarter = node.ada.neighbourhood_topic
    device = await node.device(node.bo)
    ack = await node.sync(device)
    epoch = ack["topics"][0]["epoch"]
    for _ in range(3):
        await node.post()
        await node.post(to="neighbourhood")
    await settle()
    device.heard.clear()
    ack = await node.sync(device, positions={TOPIC: [epoch, 0], quarter: [epoch, 0]})
    assert (replayed(ack), replayed(ack, quarter), ack["more"]) == ([1, 2, 3], [], True)
    await settle()
    await node.post()
    await node.post(to="neighbourhood")
    await settle()
    assert device.heard == [(TOPIC, 4)]
    ack = await node.sync(device, positions={TOPIC: [epoch, 4], quarter: [epoch, 0]})
    assert (replayed(ack), replayed(ack, quarter), ack["more"]) == ([], [1, 2, 3, 4], False)


async def test_a_position_ahead_of_the_head_is_a_reload_and_goes_on_live(node: Node) -> None:
    device = await node.device(node.bo)
    await node.post()
    ack = await node.sync(device)
    epoch = ack["topics"][0]["epoch"]
    ack = await node.sync(device, positions={TOPIC: [epoch, 9], "street:u09tvw0": [epoch, 0]})
    assert ack["reload"] == [TOPIC]
    await settle()
    await node.post()
    await settle()
    assert device.seqs() == [2]


async def test_a_visitor_catches_up_on_seven_days_and_no_more(node: Node) -> None:
    quarter = node.ada.neighbourhood_topic
    old = await node.post("Il y a huit jours", to="neighbourhood")
    node.later(hours=20)
    # Told within the seven days: it holds the words of a message that is older.
    await node.edit(old, "Il y a huit jours, corrigé")
    node.later(days=6, hours=16)
    await node.post("Ce matin", to="neighbourhood")
    visit = node.clock.now() + timedelta(days=10)
    cleo = member(CELL, "Cleo", level="location")
    vi = member(CELL, "Vi", level="none", visitor_until=visit)
    await node.db.write(open_doors, [cleo, vi], node.clock.now())
    resident, visitor = await node.device(cleo), await node.device(vi)
    epoch = (await node.sync(visitor))["topics"][0]["epoch"]

    async def missed(device: Device, seq: int) -> tuple[list[int], list[str]]:
        ack = await node.sync(device, positions={quarter: [epoch, seq]})
        return replayed(ack, quarter), ack["reload"]

    for seq in (0, 1):
        assert await missed(visitor, seq) == ([], [quarter])
    assert await missed(visitor, 2) == ([3], [])
    assert await missed(visitor, 3) == ([], [])
    assert await missed(resident, 0) == ([1, 2, 3], [])
    # Where nothing was said for as long, who holds the last word misses none.
    node.later(days=8)
    assert await missed(visitor, 3) == ([], [])
    assert await missed(visitor, 2) == ([], [quarter])

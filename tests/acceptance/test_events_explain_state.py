"""Snapshot, act, apply the events to the old snapshot, take a fresh one: equal. For every action.

A device that only listens must end up where a device that asks for everything anew begins. A
command without a row here fails. What is done over HTTP is in `test_account_events.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from realtime.announcements.founding import appoint, found
from realtime.announcements.territory import territory_from
from realtime.clock import to_iso
from realtime.db import Tx, open_database
from realtime.geo.cells import bounds, centre
from realtime.wire import COMMANDS, EVENTS
from tests.acceptance.clock_rows import CLOCK_ROWS
from tests.acceptance.conftest import Arrive
from tests.acceptance.neighbour_rows import NEIGHBOUR_ROWS
from tests.support.app import ServerProcess
from tests.support.clients import Client, Json, new_key
from tests.support.model import APPLIED, Held, fetched


@dataclass
class Scene:
    """Three neighbours, one of whom works for the town hall, and what was done before the act."""

    ada: Client
    bo: Client
    hall: Client
    cell: str
    url: str = ""
    done: dict[str, Json] = field(default_factory=dict)

    async def post(self, by: Client, **more: Any) -> Json:
        ack = await by.ask("message.post", key=new_key(), text="Bonjour", **more)
        message: Json = ack["message"]
        return message

    async def raised(self, by: Client | None = None, **more: Any) -> Json:
        """Ada's cat is lost."""
        lon, lat = centre(self.cell)
        plain = {
            "kind": "lost_cat",
            "title": "Moustache a disparu",
            "occurred_at": to_iso(datetime.now(UTC)),
            "place": {"lon": lon, "lat": lat},
            "radius_m": 500,
        }
        ack = await (by or self.ada).ask("alert.raise", key=new_key(), **plain | more)
        self.done["alert"] = ack["alert"]
        return self.done["alert"]

    async def sighted(self) -> Json:
        lon, lat = centre(self.cell)
        ack = await self.bo.ask(
            "alert.sighting",
            key=new_key(),
            id=self.done["alert"]["id"],
            at=to_iso(datetime.now(UTC)),
            place={"lon": lon, "lat": lat},
            text="Sous une voiture",
        )
        self.done["sighting"] = ack["sighting"]
        return self.done["sighting"]

    async def published(self) -> Json:
        ack = await self.hall.ask(
            "announcement.publish",
            key=new_key(),
            title="Eau coupée mardi",
            body="De 9 h à 12 h.",
            level="important",
            expires_at=to_iso(datetime.now(UTC) + timedelta(days=2)),
        )
        self.done["announcement"] = ack["announcement"]
        return self.done["announcement"]

    async def quoted(self, by: Client) -> Json:
        """An answer that quotes the opening and calls its author."""
        opening = self.done["opening"]
        return await self.post(
            by, reply_to=opening["id"], quote=opening["id"], mentions=[self.ada.me["account"]]
        )

    async def reacted(self, by: Client, reaction: str, *, on: bool = True) -> None:
        await by.ask("message.react", id=self.done["opening"]["id"], reaction=reaction, on=on)

    async def read(self, by: Client, seq: int, *, topic: str = "") -> None:
        topic = topic or f"street:{self.cell}"
        epoch, _ = by.positions[topic]
        await by.ask("read", positions={topic: [epoch, seq]})


Step = Callable[[Scene], Awaitable[Any]]


@dataclass(frozen=True)
class Row:
    """One action: what happens before it, and the act itself."""

    command: str
    act: Step
    before: tuple[Step, ...] = ()
    name: str = ""

    def __str__(self) -> str:
        return f"{self.command} {self.name}".strip()


async def in_turn(*steps: Awaitable[Any]) -> None:
    for step in steps:
        await step


def opened(scene: Scene) -> Awaitable[None]:
    """A conversation of Ada's that Bo answered, and one in the neighbourhood."""

    async def talk() -> None:
        scene.done["opening"] = await scene.post(scene.ada, to="street")
        await scene.post(scene.bo, reply_to=scene.done["opening"]["id"])
        scene.done["wide"] = await scene.post(scene.bo, to="neighbourhood")

    return talk()


def about(scene: Scene, name: str = "alert") -> Json:
    return {"id": scene.done[name]["id"]}


ROWS: tuple[Row, ...] = (
    Row("message.post", lambda s: s.post(s.ada, to="street"), name="opens in the street"),
    Row("message.post", lambda s: s.post(s.bo, to="neighbourhood"), name="opens more widely"),
    Row(
        "message.post",
        lambda s: in_turn(*(s.post(s.bo, reply_to=s.done["opening"]["id"]) for _ in range(3))),
        (opened,),
        "answers",
    ),
    Row(
        "message.post",
        lambda s: s.post(s.ada, reply_to=s.done["opening"]["id"]),
        (opened, lambda s: s.post(s.bo, to="street")),
        "answers an older conversation",
    ),
    Row("message.post", lambda s: s.quoted(s.bo), (opened,), "quotes and mentions"),
    Row(
        "message.edit",
        lambda s: s.ada.ask("message.edit", **about(s, "opening"), text="Bonsoir"),
        (opened, lambda s: s.quoted(s.bo)),
        "an opening that is quoted",
    ),
    Row(
        "message.delete",
        lambda s: s.ada.ask("message.delete", **about(s, "opening")),
        (opened, lambda s: s.quoted(s.bo), lambda s: s.reacted(s.bo, "heart")),
        "an opening that is quoted and liked",
    ),
    Row(
        "message.react",
        lambda s: in_turn(s.reacted(s.bo, "heart"), s.reacted(s.ada, "heart")),
        (opened,),
        "twice",
    ),
    Row(
        "message.react",
        lambda s: s.reacted(s.bo, "heart", on=False),
        (opened, lambda s: s.reacted(s.bo, "heart"), lambda s: s.reacted(s.bo, "smile")),
        "takes it back",
    ),
    Row("read", lambda s: s.read(s.bo, 1), (opened,), "moves on"),
    Row("read", lambda s: s.read(s.bo, 1), (opened, lambda s: s.read(s.bo, 2)), "never back"),
    Row("alert.raise", lambda s: s.raised()),
    Row(
        "alert.update",
        lambda s: s.ada.ask("alert.update", **about(s), title="Moustache, roux et blanc"),
        (Scene.raised,),
    ),
    Row(
        "alert.still_missing",
        lambda s: s.ada.ask("alert.still_missing", **about(s), radius_m=900),
        (Scene.raised,),
    ),
    Row("alert.sighting", Scene.sighted, (Scene.raised,)),
    Row(
        "alert.answer_sighting",
        lambda s: s.ada.ask(
            "alert.answer_sighting", sighting=s.done["sighting"]["id"], accept=True
        ),
        (Scene.raised, Scene.sighted),
        "shows it",
    ),
    Row(
        "alert.answer_sighting",
        lambda s: s.ada.ask(
            "alert.answer_sighting", sighting=s.done["sighting"]["id"], accept=False
        ),
        (Scene.raised, Scene.sighted),
        "declines it",
    ),
    Row("alert.confirm", lambda s: s.bo.ask("alert.confirm", **about(s)), (Scene.raised,)),
    Row("alert.dispute", lambda s: s.bo.ask("alert.dispute", **about(s)), (Scene.raised,)),
    Row("alert.follow", lambda s: s.bo.ask("alert.follow", **about(s)), (Scene.raised,)),
    Row(
        "alert.resolve",
        lambda s: s.ada.ask("alert.resolve", **about(s), outcome="home"),
        (Scene.raised, Scene.sighted),
    ),
    Row("alert.withdraw", lambda s: s.ada.ask("alert.withdraw", **about(s)), (Scene.raised,)),
    Row(
        "prefs.set",
        lambda s: s.bo.ask(
            "prefs.set",
            rooms={"street": {"level": "nothing"}, s.done["wide"]["id"]: {"level": "nothing"}},
            ways={"theft": {"farther": "push"}},
        ),
        (opened,),
        "mutes the street and a conversation",
    ),
    Row("presence.set", lambda s: s.ada.ask("presence.set", visible_to="contacts")),
    Row("announcement.publish", Scene.published),
    Row(
        "announcement.withdraw",
        lambda s: s.hall.ask("announcement.withdraw", **about(s, "announcement")),
        (Scene.published,),
    ),
)
ROWS += tuple(Row(*row) for row in NEIGHBOUR_ROWS)
BY_THE_CLOCK = tuple(Row(*row) for row in CLOCK_ROWS)
READS = {"sync", "conversations", "history", "search", "alert.preview", "alert.open", "prefs.get"}
READS |= {"groups", "group.open", "directs", "blocks", "directory", "listing.get", "arrivals"}
# Not held by a device: asked for whenever the screen that shows it opens.
ASKED_FOR = {"pets", "pet.save", "pet.delete", "announcements", "listing.set"}
# Heard by those they concern; what stays of them is asked for.
PASSING = {"member.welcome", "push.seen", "report", "typing"}


def test_every_command_has_a_row() -> None:
    assert {row.command for row in ROWS} | READS | ASKED_FOR | PASSING == set(COMMANDS)


def test_every_event_with_a_seq_is_understood() -> None:
    assert set(APPLIED) == {event.name for event in EVENTS.values() if event.has_seq}


@pytest.fixture
async def scene(house: ServerProcess, arrive: Arrive, cell: str) -> Scene:
    hall = await arrive("Mairie", level="organisation")
    await found_hall(house.env["PALIER_DATABASE_URL"], cell, hall.me["account"])
    url = house.env["PALIER_DATABASE_URL"]
    return Scene(await arrive("Ada Lovelace"), await arrive("Bo Diddley"), hall, cell, url)


async def found_hall(url: str, cell: str, *staff: str) -> None:
    """A town hall whose territory is the cell and its surroundings."""
    west, south, east, north = bounds(cell)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    shape = orjson.dumps({"type": "Polygon", "coordinates": [ring]})

    def write(tx: Tx) -> None:
        house = found(tx, "Mairie", *territory_from(shape), datetime.now(UTC))
        for account in staff:
            appoint(tx, house, account)

    db = await asyncio.to_thread(open_database, url)
    await db.write(write)
    await db.close()


@pytest.mark.parametrize("row", [*ROWS, *BY_THE_CLOCK], ids=str)
async def test_events_explain_state(row: Row, scene: Scene, house: ServerProcess) -> None:
    for step in row.before:
        await step(scene)
    devices = (scene.ada, scene.bo, scene.hall)
    held = [await fetched(device) for device in devices]

    await row.act(scene)

    for device, old in zip(devices, held, strict=True):
        other = await Client(house.origin, device.token).connect(sync=False)
        fresh = await fetched(other)
        await other.close()
        await catch_up(device, old, fresh)
        assert old.shown() == fresh.shown(), device.me["name"]


async def catch_up(device: Client, old: Held, fresh: Held) -> None:
    """Apply every event between the two snapshots, in the order of each topic."""
    for topic, state in fresh.topics.items():
        if topic in old.topics:
            for seq in range(old.topics[topic]["head"] + 1, state["head"] + 1):
                old.apply(await heard(device, topic, seq))
    # What the member was let into is fetched, as the event says.
    assert set(old.topics) | old.gained == set(fresh.topics)
    for topic in old.gained:
        old.topics[topic] = fresh.topics[topic]
        old.messages[topic] = fresh.messages[topic]
        if topic in old.directs:
            old.directs[topic]["last_at"] = fresh.directs[topic]["last_at"]


async def heard(device: Client, topic: str, seq: int) -> Json:
    """The event, which came or is about to."""

    def found() -> list[Json]:
        return [e for e in device.events if e.get("topic") == topic and e["seq"] == seq]

    await device.wait_until(lambda: bool(found()), f"{topic} {seq}")
    return found()[0]

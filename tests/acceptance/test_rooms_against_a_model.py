"""Any sequence of words, corrections, comings and goings, cuts and restarts: server, devices and a
plain model never disagree.

The server is a process of its own; what another process writes (a move) reaches it by its journal.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

import pytest
import uvloop
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from realtime.accounts.actions import changed_account
from realtime.clock import Clock
from realtime.db import open_database
from realtime.db.tx import Tx
from realtime.fanout.bus import InProcessBus
from realtime.fanout.commit import Committer
from realtime.gateway.renderers import rendering_of
from realtime.geo.cells import neighbours
from realtime.journal import Changed
from realtime.keyring import Keyring
from realtime.members.store import get_member, save_member
from realtime.rooms.groups.actions import leave_behind
from tests.acceptance.conftest import ALPHABET
from tests.conftest import Kind
from tests.support.app import ServerProcess
from tests.support.clients import Client, Json, new_key
from tests.support.devices import Device
from tests.support.doors import let_in
from tests.support.model import Held, fetched
from tests.support.processes import scratch
from tests.support.residents import RIGHTS, member
from tests.support.rooms_model import Person, Said, Town, told

T = TypeVar("T")
NAMES = ("Ada Lovelace", "Bo Diddley", "Cy Twombly", "Dee Dee")
REACTIONS = ("thumb", "heart", "sad")
# Each example lives some 50 km from every other, and as far from where its people move to.
places = itertools.cycle(itertools.product(ALPHABET, "38bz"))

who = st.integers(0, len(NAMES) - 1)
which = st.integers(0, 30)
# Mostly the author; others must be refused.
author = st.just(-1) | st.just(-1) | who


class Rooms:
    """Four neighbours; the first has two devices and keeps a group."""

    server: ServerProcess
    runner: asyncio.Runner
    keyring: Keyring

    def run_now(self, what: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await what

        return self.runner.run(awaited())

    def __init__(self) -> None:
        place = "".join(next(places))
        self.has_restarted = False
        self.cell, self.far = f"u0{place}ez1", f"ez{place}ez1"
        self.run_now(self._settle())

    async def _settle(self) -> None:
        cells = (self.cell, self.cell, neighbours(self.cell)[0], self.cell)
        levels = ("postcard", "postcard", "vouched", "location")
        members = [
            member(cell, name, level=level)
            for cell, name, level in zip(cells, NAMES, levels, strict=True)
        ]
        url = self.server.env["PALIER_DATABASE_URL"]
        tokens = await let_in(url, *members, keyring=self.keyring)
        people = [
            Person(one.name, one.account, one.home_cell, reads_street=one.level != "location")
            for one in members
        ]
        origin = self.server.origin
        # One that asks for everything anew, beside those that only listen.
        self.eyes = [await Client(origin, token).connect(sync=False) for token in tokens]
        devices = [*zip(people, tokens, strict=True), (people[0], tokens[0])]
        self.devices = [
            (person, Device(await Client(origin, token).connect())) for person, token in devices
        ]
        ack = await self.eyes[0].ask(
            "group.create", key=new_key(), name="Chats", access="open", category="animaux"
        )
        people[0].inside = True
        self.town = Town(people, people[0], ack["group"]["topic"])
        for _, device in self.devices:
            await device.look()

    async def _act(self, by: int, command: str, expected: bool, **payload: Any) -> Json | None:
        ack = await self.eyes[by].command(command, payload)
        assert ack["ok"] is expected, (NAMES[by], command, payload, ack)
        return ack if expected else None

    # ---- Words

    async def _post(self, by: int, topic: str | None, text: str, **more: Any) -> None:
        """`topic` is where the model expects it; None where it must be refused."""
        author = self.town.people[by]
        named = [self.town.people[at] for at in more.pop("named", ())]
        accounts = [one.account for one in named]
        ack = await self._act(
            by,
            "message.post",
            topic is not None,
            key=new_key(),
            text=text,
            mentions=accounts,
            **more,
        )
        if ack is None or topic is None:
            return
        message = ack["message"]
        assert message["topic"] == topic
        mentions = self.town.mentioned(author, named, topic)
        chat = message["conversation"] or topic
        said = Said(message["id"], topic, chat, author, message["seq"], text, mentions)
        self.town.said.append(said)

    def open(self, by: int, view: str, text: str, named: list[int]) -> None:
        topic = self.town.home(self.town.people[by], view)
        self.run_now(self._post(by, topic, text.strip(), to=view, named=named))

    def answer(self, by: int, to: int, quotes: bool) -> None:
        """In the conversation, or in the group."""
        said = self._some(to)
        more: Json = {"quote": said.id} if quotes else {}
        more |= {"to": said.topic} if said.chat == self.town.group else {"reply_to": said.chat}
        may = self.town.reads(self.town.people[by], said.topic)
        self.run_now(self._post(by, said.topic if may else None, "réponse", **more))

    def say_in_the_group(self, by: int) -> None:
        topic = self.town.group if self.town.people[by].inside else None
        self.run_now(self._post(by, topic, "au groupe", to=self.town.group))

    def _some(self, number: int) -> Said:
        return self.town.said[number % len(self.town.said)]

    def _by(self, at: int, by: int) -> tuple[Said, int, Person]:
        """A message and who acts on it: its author for -1."""
        said = self._some(at)
        by = self.town.people.index(said.author) if by < 0 else by
        return said, by, self.town.people[by]

    def edit(self, by: int, at: int, text: str) -> None:
        said, by, person = self._by(at, by)
        may = person is said.author and self.town.reads(person, said.topic) and not said.is_deleted
        self.run_now(self._act(by, "message.edit", may, id=said.id, text=text))
        if may:
            said.text, said.mentions, said.is_edited = text, [], True

    def delete(self, by: int, at: int) -> None:
        said, by, person = self._by(at, by)
        may = self.town.may_delete(person, said)
        self.run_now(self._act(by, "message.delete", may, id=said.id))
        said.is_deleted |= may

    def react(self, by: int, at: int, reaction: str, on: bool) -> None:
        said, person = self._some(at), self.town.people[by]
        may = self.town.reads(person, said.topic) and not said.is_deleted
        self.run_now(self._act(by, "message.react", may, id=said.id, reaction=reaction, on=on))
        if may:
            given = said.reactions.setdefault(reaction, set())
            (given.add if on else given.discard)(person.name)

    # ---- Reading

    def read(self, by: int, at: int) -> None:
        """A topic that is not theirs is passed over, in the model as on the server."""
        said, person = self._some(at), self.town.people[by]
        (epoch, _) = self.devices[0][1].client.positions[self.town.people[0].account_topic]
        self.run_now(self._act(by, "read", True, positions={said.topic: [epoch, said.seq]}))
        if self.town.reads(person, said.topic):
            person.read[said.topic] = max(person.read.get(said.topic, 0), said.seq)

    def mute(self, by: int, at: int, whole: bool, level: str) -> None:
        said, person = self._some(at), self.town.people[by]
        room = said.topic.partition(":")[0] if whole else said.chat
        room = said.chat if room == "group" else room
        self.run_now(self._act(by, "prefs.set", True, rooms={room: {"level": level}}))
        (person.muted.add if level == "nothing" else person.muted.discard)(room)

    # ---- Coming and going

    def join(self, by: int) -> None:
        person = self.town.people[by]
        may = person.cell != self.far
        self.run_now(self._act(by, "group.join", may, topic=self.town.group))
        if may:
            self.town.let_in(person)

    def leave(self, by: int) -> None:
        person = self.town.people[by]
        self.run_now(self._act(by, "group.leave", person.inside, topic=self.town.group))
        person.inside = False

    def block(self, by: int, other: int, on: bool) -> None:
        if by == other:
            return
        account = self.town.people[other].account
        self.run_now(self._act(by, "block" if on else "unblock", True, account=account))
        (self.town.apart.add if on else self.town.apart.discard)((NAMES[by], NAMES[other]))

    def move(self, by: int, home: bool) -> None:
        person = self.town.people[by]
        cell = self.cell if home else self.far
        if person.cell != cell:
            self.run_now(self._move(person, cell))
            person.cell = cell
            person.inside &= home

    async def _move(self, person: Person, cell: str) -> None:
        """In another process than the server's, as the worker or another node would."""

        def act(tx: Tx, now: Any) -> Changed[None]:
            moved = replace(get_member(tx, person.account), home_cell=cell)
            save_member(tx, moved)
            left = leave_behind(tx, moved, now)
            return Changed(None, [changed_account(person.account), *left.events])

        db = await asyncio.to_thread(open_database, self.server.env["PALIER_DATABASE_URL"])
        try:
            await Committer(db, InProcessBus(), rendering_of(RIGHTS), Clock()).commit(act)
        finally:
            await db.close()

    # ---- Cuts

    def cut_and_resume(self, at: int) -> None:
        client = self.devices[at][1].client
        self.run_now(client.drop())
        self.run_now(client.connect())

    def restart(self) -> None:
        """Once a town: it takes seconds."""
        if self.has_restarted:
            return
        self.has_restarted = True
        self.server.kill9()
        self.server.start(ready_within=60)
        for client in [*self.eyes, *(device.client for _, device in self.devices)]:
            self.run_now(asyncio.wait_for(client.disconnected.wait(), 10))
            self.run_now(client.connect(sync=client not in self.eyes))

    # ---- Agreement

    def all_agree(self) -> None:
        for at, person in enumerate(self.town.people):
            fresh = self.run_now(fetched(self.eyes[at]))
            self._agrees(person, fresh)
            for owner, device in self.devices:
                if owner is person:
                    self.run_now(device.follow(fresh))
                    assert device.held is not None
                    assert device.held.shown() == fresh.shown(), person.name

    def _agrees(self, person: Person, fresh: Held) -> None:
        seen = {one["id"]: told(one) for chat in fresh.messages.values() for one in chat}
        assert seen == self.town.seen_by(person), person.name
        counted = {
            topic: state["unread"]
            for topic, state in fresh.shown()["topics"].items()
            if self.town.reads(person, topic)
        }
        assert counted == {topic: self.town.unread(person, topic) for topic in counted}, person.name

    def close(self) -> None:
        for client in [*self.eyes, *(device.client for _, device in self.devices)]:
            self.run_now(client.close())


@pytest.fixture
def machine(
    database_url: str, database_kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> Iterator[type[Rooms]]:
    with (
        scratch() as folder,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ServerProcess(folder, database_url=database_url) as server,
    ):
        for name, value in (("server", server), ("runner", runner), ("keyring", server.keyring())):
            monkeypatch.setattr(Rooms, name, value, raising=False)
        yield Rooms


def act(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.tuples(st.just(name), *arguments)


VIEWS = st.sampled_from(["street", "neighbourhood"])
STEPS = st.one_of(
    act("open", who, VIEWS, st.sampled_from(["bonjour", "é"]), st.lists(who, max_size=2)),
    act("answer", who, which, st.booleans()),
    act("answer", who, which, st.booleans()),
    act("say_in_the_group", who),
    act("edit", author, which, st.sampled_from(["autrement", "encore"])),
    act("delete", author, which),
    act("react", who, which, st.sampled_from(REACTIONS), st.booleans()),
    act("read", who, which),
    act("mute", who, which, st.booleans(), st.sampled_from(["nothing", "all"])),
    act("join", st.integers(1, 3)),
    act("leave", st.integers(1, 3)),
    act("block", who, who, st.booleans()),
    act("move", st.integers(1, 2), st.booleans()),
    act("cut_and_resume", st.integers(0, len(NAMES))),
    act("restart"),
    act("all_agree"),
)  # fmt: skip
# Something to answer, change, read and react to.
FIRST: list[tuple[Any, ...]] = [
    ("open", 0, "street", "bonjour", [1]),
    ("open", 1, "neighbourhood", "é", [0, 2]),
    ("join", 1),
    ("say_in_the_group", 1),
    ("answer", 2, 0, True),
]


def campaign(machine: type[Rooms], examples: int, steps: int) -> None:
    """Each example is a town of its own, on one server."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        # Nothing is made smaller: every try is a town and perhaps a restart.
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(STEPS, min_size=steps, max_size=2 * steps))
    def run(sequence: list[tuple[Any, ...]]) -> None:
        rooms = machine()
        try:
            for name, *arguments in [*FIRST, *sequence]:
                note(f"{name} {arguments}")
                getattr(rooms, name)(*arguments)
            rooms.all_agree()
        finally:
            rooms.close()

    run()
    assert machine.server.faults() == []


@pytest.mark.timeout(240)
def test_rooms_are_what_a_plain_model_says(machine: type[Rooms]) -> None:
    campaign(machine, 4, 20)


@pytest.mark.long
@pytest.mark.timeout(3_600)
def test_rooms_are_what_a_plain_model_says_for_long(machine: type[Rooms]) -> None:
    campaign(machine, 300, 50)

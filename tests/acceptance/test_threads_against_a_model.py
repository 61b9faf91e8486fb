"""Any sequence of requests, answers, refusals, blocks and cuts between three members: server,
devices and a plain model of their threads never disagree.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import pytest
import uvloop
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.acceptance.conftest import ALPHABET
from tests.conftest import Kind
from tests.support.app import ServerProcess
from tests.support.clients import Client, Json, new_key
from tests.support.doors import let_in
from tests.support.model import Held, fetched
from tests.support.processes import scratch
from tests.support.residents import member

T = TypeVar("T")
NAMES = ("Ada", "Bo", "Cy")
who = st.integers(0, len(NAMES) - 1)
# Each example lives far from every other.
places = itertools.cycle(itertools.product("89bc", ALPHABET))


@dataclass
class Thread:
    """Two of the three, as the contract tells it."""

    topic: str
    opener: int
    is_asked: bool = False
    is_open: bool = False
    is_declined: bool = False
    said: list[str] = field(default_factory=list)

    def is_seen_by(self, person: int) -> bool:
        return person == self.opener or self.is_open or (self.is_asked and not self.is_declined)

    def state(self, person: int) -> str:
        if self.is_open:
            return "open"
        return "asked" if person == self.opener else "request"


class Device:
    """Knows by events alone which threads it has; only then does it fetch those it gained.

    `applied` is how far it has read the log of each topic.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self.held: Held | None = None
        self.applied: dict[str, int] = {}

    async def look(self) -> None:
        """Everything anew."""
        await self.client.sync()
        self.held = await fetched(self.client)
        for topic, state in self.held.topics.items():
            self.client.positions[topic] = (state["epoch"], state["head"])
        self.applied = {topic: len(events) for topic, events in self.client.log.items()}

    async def follow(self, fresh: Held) -> None:
        assert self.held is not None
        known = {t: fresh.topics[t]["head"] for t in fresh.topics.keys() & self.held.topics.keys()}
        await self.client.wait_until(
            lambda: all(self.client.positions[t][1] >= head for t, head in known.items()),
            "the last event of every topic it had",
        )
        for topic in sorted(known):
            for event in self.client.log.get(topic, [])[self.applied.get(topic, 0) :]:
                if event["topic"] in self.held.topics:
                    self.held.apply(event)
            self.applied[topic] = len(self.client.log.get(topic, []))
        assert self.held.topics.keys() | self.held.gained == fresh.topics.keys()
        if self.held.gained:
            await self.look()


class Threads(RuleBasedStateMachine):
    """Three neighbours with a device each, and one more that asks for everything anew."""

    server: ServerProcess
    runner: asyncio.Runner

    def run_now(self, what: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await what

        return self.runner.run(awaited())

    def __init__(self) -> None:
        super().__init__()
        self.threads: dict[frozenset[int], Thread] = {}
        self.blocks: set[tuple[int, int]] = set()
        self.run_now(self._settle())

    async def _settle(self) -> None:
        cell = "s" + "".join(next(places)) + "zez1"
        people = [member(cell, name) for name in NAMES]
        self.accounts = [one.account for one in people]
        origin = self.server.origin
        keyring = await asyncio.to_thread(self.server.keyring)
        url = self.server.env["PALIER_DATABASE_URL"]
        tokens = await let_in(url, *people, keyring=keyring)
        self.eyes = [await Client(origin, token).connect(sync=False) for token in tokens]
        self.devices = [Device(await Client(origin, token).connect()) for token in tokens]
        for device in self.devices:
            await device.look()

    def _between(self, one: int, other: int) -> Thread | None:
        return self.threads.get(frozenset((one, other)))

    def _are_apart(self, one: int, other: int) -> bool:
        return bool({(one, other), (other, one)} & self.blocks)

    def _seen(self, by: int, other: int) -> Thread | None:
        """The thread of the two, when it is there for the first of them."""
        thread = self._between(by, other)
        is_there = thread is not None and thread.is_seen_by(by) and not self._are_apart(by, other)
        return thread if is_there else None

    def _act(self, by: int, command: str, expected: str, **payload: object) -> Json:
        ack = self.run_now(self.eyes[by].command(command, payload))
        assert ack.get("code", "ok") == expected, (NAMES[by], command, payload, ack)
        return ack

    @rule(by=who, other=who)
    def open(self, by: int, other: int) -> None:
        """To open what the other asked for accepts it; what nobody wrote in changes hands."""
        given = {"key": new_key(), "account": self.accounts[other]}
        if by == other or self._are_apart(by, other):
            self._act(by, "direct.open", "not_found", **given)
            return
        topic = self._act(by, "direct.open", "ok", **given)["topic"]
        thread = self.threads.setdefault(frozenset((by, other)), Thread(topic, by))
        assert thread.topic == topic
        if by != thread.opener and thread.is_asked:
            thread.is_open, thread.is_declined = True, False
        elif by != thread.opener:
            thread.opener = by

    @rule(by=who, other=who)
    def write(self, by: int, other: int) -> None:
        thread = self._between(by, other)
        if thread is None:
            return
        expected = "ok"
        if self._seen(by, other) is None:
            expected = "not_found"
        elif by == thread.opener and thread.is_asked and not thread.is_open:
            expected = "request_waits"
        text = f"{NAMES[by]} {len(thread.said)}"
        self._act(by, "message.post", expected, key=new_key(), to=thread.topic, text=text)
        if expected == "ok":
            thread.said.append(text)
            thread.is_open |= by != thread.opener
            thread.is_asked = True

    @rule(by=who, other=who)
    def accept(self, by: int, other: int) -> None:
        thread = self._between(by, other)
        if thread is None:
            return
        may = self._seen(by, other) is not None and (thread.is_open or by != thread.opener)
        self._act(by, "direct.accept", "ok" if may else "not_found", topic=thread.topic)
        thread.is_open |= may

    @rule(by=who, other=who)
    def decline(self, by: int, other: int) -> None:
        thread = self._between(by, other)
        if thread is None:
            return
        seen = self._seen(by, other) is not None
        may = seen and not thread.is_open and by != thread.opener
        self._act(by, "direct.decline", "ok" if may else "not_found", topic=thread.topic)
        thread.is_declined |= may

    @rule(by=who, other=who, on=st.booleans())
    def block(self, by: int, other: int, on: bool) -> None:
        if by != other:
            self._act(by, "block" if on else "unblock", "ok", account=self.accounts[other])
            (self.blocks.add if on else self.blocks.discard)((by, other))

    @rule(at=who)
    def cut_and_resume(self, at: int) -> None:
        self.run_now(self.devices[at].client.drop())
        self.run_now(self.devices[at].client.connect())

    @rule()
    def all_agree(self) -> None:
        for at, device in enumerate(self.devices):
            fresh = self.run_now(fetched(self.eyes[at]))
            self._agrees(at, fresh)
            self.run_now(device.follow(fresh))
            assert device.held is not None
            assert device.held.shown() == fresh.shown(), NAMES[at]

    def _agrees(self, at: int, fresh: Held) -> None:
        expected = {}
        for other in range(len(NAMES)):
            thread = self._seen(at, other) if other != at else None
            if thread is not None:
                expected[thread.topic] = (self.accounts[other], thread.state(at), thread.said)
        assert expected == {
            topic: (
                direct["other"]["account"],
                direct["state"],
                [message["text"] for message in fresh.messages[topic]],
            )
            for topic, direct in fresh.directs.items()
        }, NAMES[at]
        assert {other for by, other in self.blocks if by == at} == {
            self.accounts.index(one["account"]) for one in fresh.blocked
        }

    def teardown(self) -> None:
        try:
            self.all_agree()
        finally:
            for client in [*self.eyes, *(device.client for device in self.devices)]:
                self.run_now(client.close())


@pytest.fixture
def machine(
    database_url: str, database_kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> Iterator[type[Threads]]:
    with (
        scratch() as folder,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ServerProcess(folder, database_url=database_url) as server,
    ):
        monkeypatch.setattr(Threads, "server", server, raising=False)
        monkeypatch.setattr(Threads, "runner", runner, raising=False)
        yield Threads


def campaign(machine: type[Threads], examples: int, steps: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            # Nothing is made smaller: each run is another town on the same server.
            phases=[Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(240)
def test_threads_are_what_a_plain_model_says(machine: type[Threads]) -> None:
    campaign(machine, 20, 40)


@pytest.mark.long
@pytest.mark.timeout(3_600)
def test_threads_are_what_a_plain_model_says_for_long(machine: type[Threads]) -> None:
    campaign(machine, 300, 60)

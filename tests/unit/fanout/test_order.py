"""Each socket hears each event of what it follows once and in order, whatever the bus does.

Any mix of events written, delivered late, twice, out of order or never, of sockets that sync, gain
and lose topics, of skips, and of turns of the loop in between. Who is told that a topic has gone on
without them (`heads`) asks again, and is owed nothing until then. The journal and the sockets are
stand-ins; the local delivery, the gap filling and the joining of frames are ours.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, cast

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from realtime.clock import Clock
from realtime.db import Database
from realtime.engine import Frame, Socket, fan_out
from realtime.fanout import catch_up as module
from realtime.fanout.bus import InProcessBus
from realtime.fanout.catch_up import CatchUp
from realtime.fanout.local import NEVER, Local, heads_frame, key_of_ring
from realtime.fanout.rendering import Rendered, Rendering
from realtime.geo.cells import ring
from realtime.journal import Head

EPOCH = "e"
MIDDLE = "gbwc9z1"
HOMES = (MIDDLE, *sorted(set(ring(MIDDLE)) - {MIDDLE})[:2])
GROUP = "group:01J"
# Topics that events are written to: the home cells', heard by all three, and a flat chat.
BUSY = (*(f"street:{home}" for home in HOMES), GROUP)
SOCKETS = 3


class Ear:
    """A socket that remembers, per topic, the seqs it was sent since its last `sync`."""

    def __init__(self, number: int) -> None:
        self.home = HOMES[number]
        self.heard: dict[str, list[int]] = defaultdict(list)
        self.seen: dict[str, int] = {}
        self.told: set[str] = set()
        self.syncing: Syncing | None = None
        self.in_group = True

    def send(self, frame: Frame) -> None:
        for packet in frame.packets:
            name, event = orjson.loads(packet[2:])
            if name == "heads":
                self.told.update(event)
            elif event["topic"] not in self.told:
                self.heard[event["topic"]].append(event["seq"])

    _transport = _protocol = None  # everything goes through `send`

    @property
    def keys(self) -> set[str]:
        own = {key_of_ring("street", self.home)}
        return own | {GROUP} if self.in_group else own

    @property
    def topics(self) -> set[str]:
        streets = {f"street:{cell}" for cell in ring(self.home)}
        return streets | {GROUP} if self.in_group else streets


@dataclass
class Syncing:
    """A `sync` under way: what was promised, and what the snapshot saw."""

    topics: frozenset[str]
    seen: dict[str, tuple[str, int]] | None = None


@dataclass
class Town:
    """The journal as a list of heads, the bus as a bag of events, and three sockets."""

    heads: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    bag: list[Rendered] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.catch_up = CatchUp(cast(Database, self), InProcessBus(), Rendering({}), Clock())
        self.local = self.catch_up.local
        self.ears = [Ear(number) for number in range(SOCKETS)]

    async def read(self, fn: Callable[..., Any], *args: Any) -> Any:
        """The journal, as `CatchUp` asks it."""
        seen = dict(self.heads)
        await asyncio.sleep(0)
        if fn.__name__ == "heads_of_regions":
            return [Head(topic, EPOCH, seq) for topic, seq in seen.items()]
        if fn.__name__ == "regions_of":
            return dict.fromkeys(args[0], "gbwc9")
        (positions,) = args
        missed = [
            event(topic, seq)
            for topic, (_, last) in positions.items()
            for seq in range(last + 1, seen.get(topic, 0) + 1)
        ]
        return missed, []

    # ---- What may happen

    def write(self, which: int, count: int) -> None:
        topic = BUSY[which % len(BUSY)]
        for _ in range(count % 3 + 1):
            self.heads[topic] += 1
            self.bag.append(event(topic, self.heads[topic]))

    def deliver(self, which: int, how: int) -> None:
        """The bus rings: once, twice, with its neighbour the other way round, or not at all."""
        if not self.bag:
            return
        heard = self.bag.pop(which % len(self.bag))
        if how % 4 == 1:
            self.local.hear([heard, heard])
        elif how % 4 == 2 and self.bag:
            self.local.hear([self.bag.pop(0), heard])
        elif how % 4 != 3:
            self.local.hear([heard])

    def begin_sync(self, which: int, _: int) -> None:
        ear = self.ears[which % SOCKETS]
        if ear.syncing is None:
            ear.syncing = Syncing(frozenset(ear.topics))
            self.local.expect(ear.syncing.topics)
            self.local.unfollow(as_socket(ear))

    def snapshot(self, which: int, cut: int) -> None:
        """`cut` now and then leaves a topic silent: the page was full."""
        ear = self.ears[which % SOCKETS]
        if ear.syncing is not None and ear.syncing.seen is None:
            ear.syncing.seen = {t: (EPOCH, self.heads[t]) for t in ear.syncing.topics}
            if cut % 4 == 3:
                ear.syncing.seen[BUSY[cut // 4]] = (EPOCH, NEVER)
                ear.syncing.seen = {
                    t: p for t, p in ear.syncing.seen.items() if t in ear.syncing.topics
                }

    def go_live(self, which: int, _: int) -> None:
        ear = self.ears[which % SOCKETS]
        if ear.syncing is None or ear.syncing.seen is None:
            return
        # The ack is written: from here on the client counts from what it was told.
        ear.heard.clear()
        ear.told.clear()
        ear.seen = {topic: seq for topic, (_, seq) in ear.syncing.seen.items()}
        self.local.follow(as_socket(ear), ear.keys, ear.syncing.seen)
        self.local.settle(ear.syncing.topics)
        ear.syncing = None

    def change_rights(self, which: int, _: int) -> None:
        """The group is left, or joined and silent until the next `sync`."""
        ear = self.ears[which % SOCKETS]
        if ear.syncing is not None or not ear.seen:
            return
        ear.in_group = not ear.in_group
        self.local.follow(as_socket(ear), ear.keys, dict.fromkeys(ear.topics, (EPOCH, NEVER)))
        if ear.in_group:
            ear.seen[GROUP] = NEVER
        else:
            self.check(ear, GROUP, is_over=False)
            del ear.seen[GROUP]
        ear.heard.pop(GROUP, None)

    def skip(self, which: int, _: int) -> None:
        """The node has fallen too far behind."""
        topic = BUSY[which % len(BUSY)]
        head = self.heads[topic]
        self.local.skip_to(
            topic, EPOCH, head, lambda: self.local.send(topic, heads_frame(topic, EPOCH, head))
        )

    def leave(self, which: int, _: int) -> None:
        ear = self.ears[which % SOCKETS]
        if ear.syncing is None:
            self.local.unfollow(as_socket(ear))
            ear.seen.clear()
            ear.heard.clear()

    # ---- What must hold

    def check(self, ear: Ear, topic: str, *, is_over: bool) -> None:
        """In order and once since the `sync`; complete in the end."""
        seen, heard = ear.seen[topic], ear.heard[topic]
        if seen == NEVER:
            assert heard == [], f"{topic} should be silent"
            return
        is_over = is_over and topic not in ear.told
        expected = list(range(seen + 1, self.heads[topic] + 1))
        assert heard == (expected if is_over else expected[: len(heard)]), topic

    def check_all(self, *, is_over: bool) -> None:
        for ear in self.ears:
            for topic in ear.seen if ear.syncing is None else ():
                self.check(ear, topic, is_over=is_over)

    async def wait_until_quiet(self) -> None:
        """Until everything was heard; what never is, the checks tell."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2):
                while not self.is_quiet():
                    await asyncio.sleep(0.001)

    def is_quiet(self) -> bool:
        return all(
            seen == NEVER or topic in ear.told or len(ear.heard[topic]) >= self.heads[topic] - seen
            for ear in self.ears
            for topic, seen in ear.seen.items()
        )


def event(topic: str, seq: int) -> Rendered:
    body = orjson.dumps({"topic": topic, "seq": seq})
    return Rendered(topic, EPOCH, seq, "message.posted", f"m{seq}", body, {})


def as_socket(ear: Ear) -> Socket:
    return cast(Socket, ear)


STEPS: tuple[Callable[[Town, int, int], None], ...] = (
    Town.write,
    Town.write,
    Town.deliver,
    Town.deliver,
    Town.begin_sync,
    Town.snapshot,
    Town.go_live,
    Town.change_rights,
    Town.leave,
    Town.skip,
)
TURN = len(STEPS)
Step = tuple[int, int, int]


async def play(steps: Iterable[Step]) -> None:
    town = Town()
    running = asyncio.create_task(town.catch_up.run())
    everyone = range(SOCKETS)
    for number in everyone:
        town.begin_sync(number, 0)
        town.snapshot(number, 0)
        town.go_live(number, 0)
    for which, first, second in steps:
        if which == TURN:
            await asyncio.sleep(0.005 if second == 0 else 0)
        else:
            STEPS[which](town, first, second)
        town.check_all(is_over=False)
    for number in everyone:
        town.snapshot(number, 0)
        town.go_live(number, 0)
    await town.wait_until_quiet()
    town.check_all(is_over=True)
    running.cancel()
    for number in everyone:
        town.leave(number, 0)
    assert not list(town.local.topics()), "topics nobody follows are kept"


@pytest.fixture(autouse=True, scope="module")
def impatient() -> Iterable[None]:
    """Gaps and heads are looked after at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "GAP_WAIT_SECONDS", 0.0005)
        patch.setattr(module, "POLL_SECONDS", 0.001)
        # A walk over three sockets takes several turns, as one over thousands does.
        patch.setattr(fan_out, "_SLICE", 2)
        patch.setattr(fan_out, "_TURN", 1)
        yield


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, TURN), st.integers(0, 11), st.integers(0, 11)), max_size=40)
)
# A topic that was silent for one socket is heard for the first time by another.
@example(
    [
        *((8, socket, 0) for socket in range(SOCKETS)),
        *((4, 0, 0), (5, 0, 3), (6, 0, 0)),  # the first is silent
        *((4, 1, 0), (5, 1, 0), (0, 0, 0), (2, 0, 0), (6, 1, 0)),  # the second heard meanwhile
    ]
)
# The node skips what came between a snapshot and its turn, and goes on.
@example([(4, 0, 0), (0, 0, 2), (5, 0, 0), (0, 0, 0), (9, 0, 0), (0, 0, 0), (2, 4, 0), (6, 0, 0)])
def test_each_socket_hears_each_event_once_and_in_order(steps: list[Step]) -> None:
    asyncio.run(play(steps))


async def test_a_skip_between_a_snapshot_and_its_turn_is_told_first() -> None:
    """The socket holds what its snapshot knew; the node has left out what came since."""
    local = Local(on_gap=lambda topic: None)
    (first, second) = (Told(), Told())
    local.follow(cast(Socket, first), ["account:a"], {"account:a": ("e", 10)})
    local.expect(["account:a"])
    assert local.skip_to("account:a", "e", 300)
    local.hear([event("account:a", 301)])
    local.follow(cast(Socket, second), ["account:a"], {"account:a": ("e", 250)})
    local.settle(["account:a"])
    assert second.heard == [("heads", 301)]


async def test_a_silent_socket_costs_the_others_nothing() -> None:
    """It never asks where it stands; for the others events are joined as before."""
    local = Local(on_gap=lambda topic: None)
    silent, other = Told(), Told()
    local.follow(cast(Socket, silent), ["account:a"], {"account:a": ("e", NEVER)})
    local.follow(cast(Socket, other), ["account:a"], {"account:a": ("e", 0)})
    local.hear([event("account:a", seq) for seq in range(1, 11)])
    local.send("account:a", heads_frame("account:a", "e", 10))
    await asyncio.sleep(0.02)
    assert silent.heard == [("heads", 10)]
    assert other.heard == [*(("message.posted", seq) for seq in range(1, 11)), ("heads", 10)]
    assert other.writes == 1


class Told:
    """A socket that keeps what it was told, by name and seq."""

    _transport = _protocol = None

    def __init__(self) -> None:
        self.heard: list[tuple[str, int]] = []
        self.writes = 0

    def send(self, frame: Frame) -> None:
        self.writes += 1
        for packet in frame.packets:
            name, body = orjson.loads(packet[2:])
            seq = body["account:a"][1] if name == "heads" else body["seq"]
            self.heard.append((name, seq))

"""Any sequence of appends, failures, reads and trims leaves what a plain list would hold."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from realtime.clock import to_millis
from realtime.db import Tx
from realtime.journal import Event, Numbered, append, heads, read_after, store, trim
from tests.support.blocking import BlockingDatabase

PAGE, KEPT = 3, 4
START = datetime(2026, 11, 23, 12, tzinfo=UTC)
# Cells whose byte order is not the order they are drawn in, and a family on each side.
NAMES = ("street:z{}", "street:0{}", "area:9{}")
examples = itertools.count()


class Kept(NamedTuple):
    """An event as the model remembers it."""

    seq: int
    kind: str
    object: str
    version: int
    at: int


class Failing(Exception):
    """The change is refused after its append."""


def append_and_fail(tx: Tx, events: list[Event], now: datetime) -> None:
    append(tx, events, now)
    raise Failing


class JournalMachine(RuleBasedStateMachine):
    """The journal beside `heads` and `kept`, which say what it must hold."""

    db: BlockingDatabase

    def __init__(self) -> None:
        super().__init__()
        number = next(examples)
        self.topics = [name.format(f"{number:04}") for name in NAMES]
        self.now = START
        self.heads: dict[str, int] = defaultdict(int)
        self.kept: dict[str, list[Kept]] = defaultdict(list)
        self.epoch = self.db.read(heads, self.topics)[self.topics[0]].epoch

    given = st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["a", "b"]), st.integers(1, 9)), max_size=9
    )

    def events(self, given: list[tuple[int, str, int]]) -> list[Event]:
        return [
            Event(self.topics[topic], kind, f"o{place}", version)
            for place, (topic, kind, version) in enumerate(given)
        ]

    @rule(given=given)
    def write(self, given: list[tuple[int, str, int]]) -> None:
        events = self.events(given)
        expected: dict[str, list[Kept]] = defaultdict(list)
        for event in events:
            self.heads[event.topic] += 1
            seq, at = self.heads[event.topic], to_millis(self.now)
            expected[event.topic].append(Kept(seq, event.kind, event.object, event.version, at))
        numbered = self.db.write(append, events, self.now)
        assert all(one.epoch == self.epoch for one in numbered)
        for topic in self.topics:
            assert [kept_of(one) for one in numbered if one.topic == topic] == expected[topic]
            self.kept[topic].extend(expected[topic])

    @rule(given=given)
    def write_and_fail(self, given: list[tuple[int, str, int]]) -> None:
        with pytest.raises(Failing):
            self.db.write(append_and_fail, self.events(given), self.now)

    @rule(days=st.integers(0, 20))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(limit=st.integers(1, 5))
    def forget(self, limit: int) -> None:
        while self.db.write(trim, self.now, limit=limit) == limit:
            pass
        oldest = to_millis(self.now - timedelta(days=30))
        for topic, events in self.kept.items():
            newest = self.heads[topic] - KEPT
            self.kept[topic] = [one for one in events if one.at >= oldest and one.seq > newest]

    @rule(topic=st.integers(0, 2), back=st.integers(-2, 9))
    def read(self, topic: int, back: int) -> None:
        name = self.topics[topic]
        head = self.heads[name]
        seq = head - back
        after = [one for one in self.kept[name] if one.seq > seq]
        whole = 0 <= seq <= head and head - seq <= PAGE and len(after) == head - seq
        found = self.db.read(
            lambda tx: read_after(tx, {name: (self.epoch, seq)}, heads(tx, [name]))
        )
        assert found.reload == (frozenset() if whole else frozenset({name}))
        assert [kept_of(one) for one in found.events] == (after if whole else [])

    @invariant()
    def heads_agree(self) -> None:
        found = self.db.read(heads, self.topics)
        assert {t: head.seq for t, head in found.items()} == {t: self.heads[t] for t in self.topics}


def kept_of(one: Numbered) -> Kept:
    return Kept(one.seq, one.kind, one.object, one.version, one.at)


@pytest.fixture
def db(database_url: str) -> Iterator[BlockingDatabase]:
    blocking = BlockingDatabase(database_url)
    yield blocking
    blocking.close()


def test_the_journal_is_what_a_list_would_be(
    db: BlockingDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PAGE", PAGE)
    monkeypatch.setattr(store, "KEPT_PER_TOPIC", KEPT)
    monkeypatch.setattr(JournalMachine, "db", db, raising=False)
    run_state_machine_as_test(
        JournalMachine,
        settings=settings(
            max_examples=80,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )

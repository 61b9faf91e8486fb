"""Presence against a model: a client that only applies diffs always agrees with the node."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from realtime.presence.model import Roster, bucket

MEMBERS = st.sampled_from(["ada", "bo"])
SESSIONS = st.sampled_from(["s1", "s2", "s3"])


class RosterAgainstModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.roster = Roster()
        self.facts: set[tuple[str, str]] = set()
        self.client_view: frozenset[str] = frozenset()

    @rule(member=MEMBERS, session=SESSIONS)
    def track(self, member: str, session: str) -> None:
        diff = self.roster.track(member, session)
        self.facts.add((member, session))
        self.client_view = (self.client_view | diff.came) - diff.left

    @rule(member=MEMBERS, session=SESSIONS)
    def untrack(self, member: str, session: str) -> None:
        diff = self.roster.untrack(member, session)
        self.facts.discard((member, session))
        self.client_view = (self.client_view | diff.came) - diff.left

    @invariant()
    def client_agrees(self) -> None:
        assert self.client_view == self.roster.present() == {m for m, _ in self.facts}


TestRoster = RosterAgainstModel.TestCase


def test_a_room_shows_only_wide_buckets() -> None:
    shown = [bucket(count) for count in (0, 9, 10, 24, 25, 49, 50, 99, 100, 5_000)]
    assert shown == [None, None, 10, 10, 25, 25, 50, 50, 100, 100]

"""Colluding households never let in more than the arithmetic allows, whatever they do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from realtime.accounts.vouching.model import (
    HOLDS,
    PER_HOUSEHOLD,
    QUOTA_TIME,
    Vouch,
    are_enough,
    reason_against,
)
from realtime.members.model import Member
from realtime.members.rights import Rights

START = datetime(2026, 1, 1, tzinfo=UTC)
RIGHTS = Rights(frozenset({"vouched", "postcard", "in_person"}))


def member(account, household, level="none", verified_at=None):
    return Member(
        account=account,
        name=account,
        language="fr",
        level=level,
        verified_at=verified_at,
        visitor_until=START + timedelta(days=2),
        home_cell="gbwc9z1",
        street="Rue",
        city="Rennes",
        street_is_neighbourhood=False,
        household=household,
    )


@dataclass
class Asked:
    newcomer: Member
    at: datetime
    given: list[Vouch] = field(default_factory=list)


class Collusion(RuleBasedStateMachine):
    """k households with several members each; the rules are the model's, the time moves on."""

    @initialize(k=st.integers(1, 5))
    def settle(self, k):
        self.now = START + timedelta(days=20)
        self.k = k
        self.members = [
            member(f"h{house}-{one}", f"h{house}", "postcard", START)
            for house in range(k)
            for one in range(2)
        ]
        self.asked = []
        self.counted = {}
        self.admitted = []

    @rule()
    def ask(self):
        name = f"n{len(self.asked)}"
        self.asked.append(Asked(member(name, name), self.now))

    @rule(which=st.integers(0, 99), whom=st.integers(0, 99))
    def vouch(self, which, whom):
        waiting = [one for one in self.asked if self.now < one.at + HOLDS]
        if not waiting:
            return
        voucher, asked = self.members[which % len(self.members)], waiting[whom % len(waiting)]
        if asked.newcomer.level != "none" or not self.may(voucher, asked):
            return
        name = asked.newcomer.account
        word = Vouch(name, voucher.account, name, voucher.household, voucher.household)
        asked.given.append(word)
        self.counted[name, voucher.household] = self.now
        if are_enough(asked.given):
            self.admit(asked)

    def may(self, voucher, asked):
        if reason_against(voucher, asked.newcomer, RIGHTS, self.now) is not None:
            return False
        if any(word.household == voucher.household for word in asked.given):
            return False
        recent = [
            at
            for (_, household), at in self.counted.items()
            if household == voucher.household and at > self.now - QUOTA_TIME
        ]
        return len(recent) < PER_HOUSEHOLD

    def admit(self, asked):
        name = asked.newcomer.account
        for word in asked.given:
            self.counted[name, word.household] = self.now
        asked.newcomer = member(name, name, "vouched", self.now)
        self.members.append(asked.newcomer)
        self.admitted.append(self.now)

    @rule(days=st.sampled_from([1, 2, 6, 30, 60, 84, 89, 90]))
    def wait(self, days):
        self.now += timedelta(days=days)

    @invariant()
    def never_more_than_the_bound_in_any_ninety_days(self):
        for end in getattr(self, "admitted", ()):
            together = [at for at in self.admitted if end - QUOTA_TIME < at <= end]
            assert len(together) <= PER_HOUSEHOLD * self.k // 2


Collusion.TestCase.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
TestCollusion = Collusion.TestCase


def test_one_household_is_never_enough_even_with_two_doors_or_two_names():
    word = Vouch("r", "a", "n", "h1", "d1")
    assert not are_enough([word])
    assert not are_enough([word, Vouch("r", "b", "n", "h1", "d2")])
    assert not are_enough([word, Vouch("r", "b", "n", "h2", "d1")])
    assert are_enough([word, Vouch("r", "b", "n", "h2", "d2")])


def test_words_saved_up_at_the_edge_of_a_window_win_nothing():
    town = Collusion()
    town.settle(3)
    for _ in range(3):
        town.ask()
    for newcomer in range(3):
        town.vouch(0, newcomer)
    town.wait(1)
    for newcomer in range(3):
        town.vouch(2, newcomer)
    town.wait(89)
    for _ in range(3):
        town.ask()
    for voucher in (0, 4):
        for newcomer in range(3):
            town.vouch(voucher, newcomer)

    assert len(town.admitted) == 3
    town.never_more_than_the_bound_in_any_ninety_days()

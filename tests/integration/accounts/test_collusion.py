"""Colluding households never let in more than the arithmetic allows, whatever they do.

The real actions on a real database, by fakes who vouch, take housemates in, prove those by letter,
fall when they are found out and wait for windows to pass.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from realtime.accounts.homes.actions import settle as live
from realtime.accounts.homes.model import Dwelling, Sealed
from realtime.accounts.model import Home
from realtime.accounts.verification import verify
from realtime.accounts.vouching.actions import ask, revoke, take_in, vouch
from realtime.accounts.vouching.model import PER_HOUSEHOLD, QUOTA_TIME
from realtime.db import Tx, migrate
from realtime.db.tx import Cursor
from realtime.errors import Refused
from realtime.keyring import Keyring
from realtime.members.model import Member
from realtime.members.store import find_member, get_member
from tests.support.residents import BEGUN, RIGHTS, member, settle

CELL = "gbwc9z1"
KEYRING = Keyring(b"an operator's secret, long enough")
VISIT = timedelta(hours=48)
T = TypeVar("T")


@cache
def migrated() -> sqlite3.Connection:
    """An empty database at the newest schema, in memory, to copy."""
    memory = sqlite3.connect(":memory:", check_same_thread=False)
    with tempfile.TemporaryDirectory(prefix="palier-") as directory:
        path = Path(directory) / "palier.db"
        migrate(f"sqlite:///{path}")
        with sqlite3.connect(path) as file:
            file.backup(memory)
        file.close()
    return memory


class Collusion(RuleBasedStateMachine):
    """k households of two, all of one street and one mind, and whoever they bring."""

    def __init__(self) -> None:
        super().__init__()
        self.file = sqlite3.connect(":memory:", isolation_level=None)
        migrated().backup(self.file)
        self.now = BEGUN
        self.people: list[str] = []
        self.asked: list[str] = []
        self.admitted = [self.now][:0]
        self.taken_in: dict[str, str] = {}

    def teardown(self) -> None:
        self.file.close()

    def act(self, action: Callable[[Tx], T]) -> T | None:
        """One transaction, as the edge runs it; None when it was refused, and nothing changed."""
        self.file.execute("BEGIN IMMEDIATE")
        try:
            done = action(Tx(cast(Cursor, self.file.cursor()), "sqlite"))
        except Refused:
            self.file.execute("ROLLBACK")
            return None
        except BaseException:
            self.file.execute("ROLLBACK")
            raise
        self.file.execute("COMMIT")
        return done

    def arrive(self, one: Member, door: str) -> None:
        """A home behind that door."""
        home = Home(cell=CELL, street=one.street, city=one.city, street_is_neighbourhood=False)
        dwelling = Dwelling(door, door, home, Sealed("1 rue", "35000 Rennes", "", -1.68, 48.11))

        def write(tx: Tx) -> None:
            settle(tx, one)
            live(tx, KEYRING, one.account, dwelling, self.now)

        self.act(write)
        self.people.append(one.account)

    def who(self, number: int) -> str:
        return self.people[number % len(self.people)]

    @initialize(k=st.integers(1, 5))
    def households(self, k: int) -> None:
        self.k = k
        self.fallen: set[str] = set()
        for house in range(k):
            for _ in range(2):
                self.arrive(member(CELL, household=f"household {house}"), f"door {house}")

    @rule(door=st.integers(-1, 4))
    def bring(self, door: int) -> None:
        """A newcomer who asks, at a door of their own or at one of the households'."""
        one = member(CELL, level="none", visitor_until=self.now + VISIT)
        self.arrive(one, f"door {door % self.k}" if door >= 0 else f"door of {one.account}")
        self.ask_again(len(self.people) - 1)

    @rule(number=st.integers(0, 99))
    def ask_again(self, number: int) -> None:
        account = self.who(number)
        request = self.act(lambda tx: ask(tx, get_member(tx, account), RIGHTS, self.now))
        if request is not None:
            self.asked.append(request.value.id)

    @rule(by=st.integers(0, 99), of=st.integers(0, 5))
    def vouch(self, by: int, of: int) -> None:
        """One of them for one of the latest who asked."""
        if not self.asked:
            return
        account, asked = self.who(by), self.asked[-1 - of % len(self.asked)]
        done = self.act(
            lambda tx: vouch(tx, KEYRING, get_member(tx, account), RIGHTS, asked, self.now)
        )
        if done is not None and done.value.is_verified:
            self.admitted.append(self.now)
            self.taken_in.pop(done.events[0].object, None)

    @rule(many=st.integers(1, 5))
    def bring_all_they_can(self, many: int) -> None:
        """Each household says what it may, by whichever of its members may."""
        for _ in range(many):
            self.bring(-1)
            for by in range(2 * self.k):
                self.vouch(by, 0)

    @rule(by=st.integers(0, 9), of=st.integers(0, 5))
    def take_in(self, by: int, of: int) -> None:
        """Somebody behind the same door joins the household."""
        if self.asked:
            account, asked = self.who(by), self.asked[-1 - of % len(self.asked)]
            done = self.act(
                lambda tx: take_in(tx, KEYRING, get_member(tx, account), asked, self.now)
            )
            if done is not None:
                self.taken_in[done.value.account] = account

    @rule(number=st.integers(0, 99))
    def prove_by_letter(self, number: int) -> None:
        """Who was taken in finds the card in the household's own letter box."""
        account = self.who(number)

        def prove(tx: Tx) -> None:
            found = get_member(tx, account)
            if found.household.startswith("household") and account not in self.fallen:
                verify(tx, found, "postcard", self.now)

        self.act(prove)

    @rule(number=st.integers(0, 9))
    def fall(self, number: int) -> None:
        """One is found to be a fake, and those it vouched for are looked at again."""
        account = self.who(number)
        self.act(lambda tx: revoke(tx, get_member(tx, account), VISIT, self.now))
        self.fallen.add(account)

        def look(tx: Tx) -> None:
            for one, by in self.taken_in.items():
                assert by != account or get_member(tx, one).level != "vouched"

        self.act(look)

    @rule(days=st.sampled_from([1, 2, 6, 14, 30, 60, 84, 89, 90]))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @invariant()
    def never_more_than_the_bound_in_any_ninety_days(self) -> None:
        bound = PER_HOUSEHOLD * self.k // 2 if getattr(self, "k", 0) > 1 else 0
        for end in self.admitted:
            together = [at for at in self.admitted if end - QUOTA_TIME < at <= end]
            assert len(together) <= bound

    @invariant()
    def nobody_who_was_let_in_by_words_may_let_others_in(self) -> None:
        """Or the fakes would be households, too."""

        def look(tx: Tx) -> None:
            for account in self.people:
                found = find_member(tx, account)
                assert found is not None
                if not found.household.startswith("household"):
                    assert found.level in ("none", "vouched")

        self.act(look)


Collusion.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestCollusion = Collusion.TestCase


def colluding(k: int) -> Collusion:
    town = Collusion()
    town.households(k)
    return town


def test_three_households_let_four_in_and_a_single_one_nobody() -> None:
    for k, most in ((1, 0), (2, 3), (3, 4), (5, 7)):
        town = colluding(k)
        for newcomer in range(9):
            town.bring(-1)
            # Each newcomer by the next two households, so that no word is wasted.
            for house in (2 * newcomer % k, (2 * newcomer + 1) % k):
                town.vouch(2 * house, 0)
        assert len(town.admitted) == most, k
        town.never_more_than_the_bound_in_any_ninety_days()
        town.teardown()


def test_words_saved_up_at_the_edge_of_a_window_win_nothing() -> None:
    """Counted from when they were given, six would be let in within two days."""
    town = colluding(3)
    for _ in range(3):
        town.bring(-1)
        town.vouch(0, 0)
    town.wait(1)
    for of in range(3):
        town.vouch(2, of)
    town.wait(89)
    for _ in range(3):
        town.bring(-1)
        town.vouch(0, 0)
        town.vouch(4, 0)

    assert len(town.admitted) == 3
    town.never_more_than_the_bound_in_any_ninety_days()
    town.teardown()


def test_neither_another_member_nor_a_fallen_one_renews_a_household_s_words() -> None:
    town = colluding(2)
    town.bring_all_they_can(4)
    assert len(town.admitted) == 3
    for one in (0, 2):
        town.fall(one)
    town.bring_all_they_can(4)

    assert len(town.admitted) == 3
    town.teardown()


def test_who_was_taken_in_falls_with_the_one_who_said_so() -> None:
    town = colluding(2)
    for by in (0, 1):
        town.bring(0)
        town.take_in(by, 0)
    first, second = town.people[-2:]
    town.fall(0)

    def levels(tx: Tx) -> tuple[str, str]:
        return get_member(tx, first).level, get_member(tx, second).level

    assert town.act(levels) == ("none", "vouched")
    town.teardown()

"""Rates: a burst, then a steady flow, per key."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from realtime.engine.limits import RATES, Buckets, Limits, Rate


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


async def test_a_burst_passes_and_then_one_has_to_wait():
    hand = Hand()
    limits = Limits(rates={"message": Rate(2, 20)}, now=hand)
    assert [await limits.hit("message", "anna") for _ in range(20)] == [None] * 20
    assert await limits.hit("message", "anna") == 0.5
    hand.at += 0.5
    assert await limits.hit("message", "anna") is None
    assert await limits.hit("message", "anna") == 0.5


async def test_what_is_given_back_may_be_taken_again_and_no_more():
    limits = Limits(rates={"x": Rate(1, 2)}, now=Hand())
    for _ in range(3):
        await limits.give_back("x", "anna")
    assert [await limits.hit("x", "anna") for _ in range(3)] == [None, None, 1.0]
    await limits.give_back("x", "anna")
    assert [await limits.hit("x", "anna") for _ in range(2)] == [None, 1.0]


async def test_each_key_has_its_own_bucket():
    limits = Limits(rates={"x": Rate(1, 1)}, now=Hand())
    assert await limits.hit("x", "anna") is None
    assert await limits.hit("x", "ben") is None
    assert await limits.hit("x", "anna") is not None


async def test_switched_off_nothing_is_refused():
    limits = Limits(is_on=False, rates={"x": Rate(1, 1)})
    assert [await limits.hit("x", "anna") for _ in range(5)] == [None] * 5


async def test_the_contracts_rate_for_chat():
    limits = Limits(now=Hand())
    allowed = [await limits.hit("message", "anna") for _ in range(30)].count(None)
    assert allowed == 20
    assert RATES["message"].per_second == 2


@given(
    st.lists(st.floats(0, 3), max_size=60),
    st.floats(0.1, 10),
    st.integers(1, 10),
)
def test_never_more_than_burst_and_flow(gaps: list[float], per_second: float, burst: int):
    hand = Hand()
    buckets = Buckets(Rate(per_second, burst), hand)
    taken: list[float] = []
    for gap in gaps:
        hand.at += gap
        if buckets.hit("key") is None:
            taken.append(hand.at)
    for first, start in enumerate(taken):
        for last in range(first, len(taken)):
            count = last - first + 1
            assert count <= burst + (taken[last] - start) * per_second + 1e-6


@given(st.integers(1, 20), st.floats(0.1, 10))
def test_waiting_as_long_as_told_is_enough(burst: int, per_second: float):
    hand = Hand()
    buckets = Buckets(Rate(per_second, burst), hand)
    for _ in range(burst):
        assert buckets.hit("key") is None
    wait = buckets.hit("key")
    assert wait is not None
    hand.at += wait + 1e-9
    assert buckets.hit("key") is None


def test_buckets_that_are_full_again_are_forgotten(monkeypatch):
    monkeypatch.setattr("realtime.engine.limits._PRUNE_AT", 100)
    hand = Hand()
    buckets = Buckets(Rate(1, 5), hand)
    for number in range(1_000):
        hand.at += 1
        buckets.hit(f"key {number}")
    assert len(buckets._held) <= 101

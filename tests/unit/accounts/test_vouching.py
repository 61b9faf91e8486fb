"""When neighbours' words are enough."""

from __future__ import annotations

from realtime.accounts.vouching.model import Vouch, are_enough


def test_one_household_is_never_enough_even_with_two_doors_or_two_names():
    word = Vouch("r", "a", "n", "h1", "d1")
    assert not are_enough([word])
    assert not are_enough([word, Vouch("r", "b", "n", "h1", "d2")])
    assert not are_enough([word, Vouch("r", "b", "n", "h2", "d1")])
    assert are_enough([word, Vouch("r", "b", "n", "h2", "d2")])

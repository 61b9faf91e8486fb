"""Passwords: right ones match, others take as long, floods are told to come back."""

from __future__ import annotations

import asyncio

import pytest

from realtime.accounts import passwords
from realtime.accounts.passwords import OWASP_LEAST, STRONG, UNUSABLE, Cost, Hasher, cost_for
from realtime.errors import Overloaded


@pytest.fixture
def hasher():
    hasher = Hasher(Cost(64, 1))
    yield hasher
    hasher.close()


async def test_the_matching_hash_is_found_among_three(hasher):
    hashes = [await hasher.hash(word) for word in ("un", "deux", "trois")]

    assert await hasher.find_match("deux", hashes) == 1
    assert await hasher.find_match("quatre", hashes) is None
    assert await hasher.find_match("un", []) is None


@pytest.mark.parametrize("known", [0, 1, 2, 3])
async def test_three_hashes_are_checked_whatever_is_known(hasher, monkeypatch, known):
    hashes = [await hasher.hash("un")] * known
    checked = []
    verify = hasher._matches

    def count(*given):
        checked.append(given)
        return verify(*given)

    monkeypatch.setattr(hasher, "_matches", count)

    await hasher.find_match("un", hashes)

    assert len(checked) == 3


async def test_an_unusable_hash_matches_nothing(hasher):
    assert await hasher.find_match(UNUSABLE, [UNUSABLE, "garbage"]) is None


async def test_a_flood_is_refused_and_the_queue_empties(hasher):
    results = await asyncio.gather(
        *(hasher.hash("mot") for _ in range(passwords.WAITING + 8)), return_exceptions=True
    )

    assert sum(isinstance(result, Overloaded) for result in results) == 8
    assert await hasher.find_match("mot", [await hasher.hash("mot")]) == 0


def test_the_cost_is_measured_once_and_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(passwords, "_seconds_of", lambda cost: 0.2)
    assert cost_for(tmp_path) == OWASP_LEAST
    monkeypatch.setattr(passwords, "_seconds_of", lambda cost: 0.1)
    assert cost_for(tmp_path) == OWASP_LEAST
    (tmp_path / "password_cost").unlink()
    assert cost_for(tmp_path) == STRONG

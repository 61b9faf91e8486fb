"""A direct thread: whose turn it is, and who sees it."""

from __future__ import annotations

from typing import Any

import pytest

from realtime.rooms.direct.model import Thread, pair


def thread(**more: Any) -> Thread:
    """Ada opened it with Bo, and has not yet written."""
    plain: dict[str, Any] = {
        "topic": "direct:x",
        "low": "ada",
        "high": "bo",
        "opener": "ada",
        "alert": None,
        "opened_at": 1,
        "asked_at": None,
        "accepted_at": None,
        "declined_at": None,
        "last_at": 1,
    }
    return Thread(**plain | more)


@pytest.mark.parametrize(
    ("more", "ada_sees", "bo_sees"),
    [
        ({}, True, False),
        ({"asked_at": 2}, True, True),
        ({"asked_at": 2, "declined_at": 3}, True, False),
        ({"asked_at": 2, "accepted_at": 3}, True, True),
    ],
)
def test_the_other_sees_it_from_the_first_message_until_declined(
    more: dict[str, int], ada_sees: bool, bo_sees: bool
) -> None:
    found = thread(**more)
    assert (found.is_shown_to("ada"), found.is_shown_to("bo")) == (ada_sees, bo_sees)
    assert not found.is_shown_to("cy")


@pytest.mark.parametrize(
    ("more", "ada_may", "bo_may"),
    [
        ({}, True, True),
        ({"asked_at": 2}, False, True),
        ({"asked_at": 2, "accepted_at": 3}, True, True),
        ({"asked_at": 2, "alert": "a"}, True, True),
    ],
)
def test_the_opener_has_one_message_until_it_is_answered(
    more: dict[str, Any], ada_may: bool, bo_may: bool
) -> None:
    found = thread(**more)
    assert (found.may_write("ada"), found.may_write("bo")) == (ada_may, bo_may)


def test_each_side_has_its_word_for_it() -> None:
    asked, accepted = thread(asked_at=2), thread(asked_at=2, accepted_at=3)
    assert (asked.state("ada"), asked.state("bo")) == ("asked", "request")
    assert (accepted.state("ada"), accepted.state("bo")) == ("open", "open")
    assert (asked.other("ada"), asked.other("bo")) == ("bo", "ada")


def test_two_accounts_are_one_pair_whoever_is_first() -> None:
    assert pair("bo", "ada") == pair("ada", "bo") == ("ada", "bo")

"""A group's name has at most 40 characters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from realtime.wire.groups import GroupChange, GroupCreate

ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@pytest.mark.parametrize(
    "named",
    [
        lambda name: GroupCreate(key=ULID, name=name, access="open", category="chats"),
        lambda name: GroupChange(topic=f"group:{ULID}", name=name),
    ],
)
def test_a_group_has_a_name_of_forty_characters_at_most(named: Callable[[str], Any]) -> None:
    assert named("é" * 40).name == "é" * 40
    with pytest.raises(ValidationError):
        named("é" * 41)

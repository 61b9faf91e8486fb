"""Who owns a group next, who brings others in, where its members live."""

from __future__ import annotations

import pytest

from realtime.errors import Refused
from realtime.geo.cells import ring
from realtime.rooms.groups.model import (
    Belonging,
    cells_within,
    heir_of,
    id_of,
    may_invite,
    require_standing,
)
from tests.support.residents import member

ADA = member("gbwc9z1")


@pytest.mark.parametrize(
    ("others", "wished", "heir"),
    [
        ([], None, None),
        ([("a", "asked", 1), ("b", "invited", 2), ("c", "removed", 3)], None, None),
        ([("new", "member", 9), ("old", "member", 1)], None, "old"),
        ([("old", "member", 1), ("mod", "moderator", 5)], None, "mod"),
        ([("old", "member", 1), ("mod", "moderator", 5)], "old", "old"),
        ([("old", "member", 1), ("out", "asked", 0)], "out", "old"),
        ([("b", "member", 1), ("a", "member", 1)], None, "a"),
    ],
)
def test_the_oldest_moderator_or_member_follows_unless_another_is_wished_for(
    others: list[tuple[str, str, int]], wished: str | None, heir: str | None
) -> None:
    assert heir_of([Belonging(*one) for one in others], wished) == heir


@pytest.mark.parametrize(
    ("access", "standing", "may"),
    [
        ("open", "member", True),
        ("open", "invited", False),
        ("open", None, False),
        ("request", "member", False),
        ("request", "moderator", True),
        ("hidden", "owner", True),
        ("hidden", "member", False),
    ],
)
def test_everybody_brings_others_to_an_open_group(
    access: str, standing: str | None, may: bool
) -> None:
    assert may_invite(access, standing) is may


def test_its_members_live_in_nine_cells_of_the_reach() -> None:
    assert cells_within("street", ADA) == ring("gbwc9z1")
    assert cells_within("neighbourhood", ADA) == ring("gbwc9z")
    assert cells_within("farther", ADA) == ring("gbwc9")
    alone = member("gbwc9z1", street_is_neighbourhood=True)
    assert cells_within("street", alone) == ring("gbwc9z")


@pytest.mark.parametrize("standing", [None, "asked", "invited", "removed"])
def test_who_is_not_in_reads_as_if_there_were_no_group(standing: str | None) -> None:
    with pytest.raises(Refused) as refused:
        require_standing(standing, "owner")
    assert refused.value.code == "not_found"


def test_another_rooms_topic_is_no_groups() -> None:
    assert id_of("group:x") == "x"
    with pytest.raises(Refused):
        id_of("direct:x")

"""What a group is, who may what in it, and who follows an owner who leaves. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from realtime.errors import Refused
from realtime.geo.cells import BLOCK, REGION, ring
from realtime.members.model import Member

# More would not fit beside the rings in one `sync`.
MOST_GROUPS = 100
# A list shows so many, of at most so many that are looked through.
SHOWN = 100
SEARCHED = 1_000
# In a group, from the most to the least; "asked" and "invited" stand at the door.
INSIDE = ("owner", "moderator", "member")
HELD = (*INSIDE, "asked", "invited")
AT_THE_DOOR = ("asked", "invited")
MODERATES = ("owner", "moderator")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group as it stands. Its cells are kept beside it."""

    id: str
    name: str
    about: str
    category: str
    access: str
    reach: str
    slow_s: int
    created_at: int
    version: int = 1
    closed_at: int | None = None

    @property
    def topic(self) -> str:
        return topic_of(self.id)


class Belonging(NamedTuple):
    """One member of a group, or somebody at its door."""

    account: str
    standing: str
    since: int


def topic_of(group: str) -> str:
    return f"group:{group}"


def id_of(topic: str) -> str:
    """The group of a topic; Refused when it is another room's."""
    family, _, group = topic.partition(":")
    if family != "group":
        raise Refused("not_found")
    return group


def cells_within(reach: str, founder: Member) -> tuple[str, ...]:
    """The nine cells in which members of the group live."""
    cell = founder.home_cell
    if reach == "farther":
        return ring(cell[:REGION])
    if reach == "street" and not founder.street_is_neighbourhood:
        return ring(cell)
    return ring(cell[:BLOCK])


def require_standing(standing: str | None, *wanted: str) -> None:
    """Who is not in reads as if there were no group; who may not is told so."""
    if standing in wanted:
        return
    raise Refused("not_moderator" if standing in INSIDE else "not_found")


def may_invite(access: str, standing: str | None) -> bool:
    """Everybody brings others to an open group; elsewhere those who let people in do."""
    return standing in (INSIDE if access == "open" else MODERATES)


def heir_of(others: Sequence[Belonging], wished: str | None) -> str | None:
    """Who owns the group once its owner is gone: wished for, oldest moderator, oldest member."""
    inside = [one for one in others if one.standing in INSIDE]
    if wished is not None and any(one.account == wished for one in inside):
        return wished
    inside.sort(key=lambda one: (INSIDE.index(one.standing), one.since, one.account))
    return inside[0].account if inside else None

"""What an event is, before and after it has its number. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from realtime.db import Tx

T = TypeVar("T")

PAGE = 200
KEPT_PER_TOPIC = 10_000
KEPT_DAYS = 30
# Topics whose region is written in their name; groups and direct threads carry their creator's.
_PLACES = ("street", "neighbourhood", "area", "official")


@dataclass(frozen=True, slots=True)
class Event:
    """Something a listener of `topic` must not miss. The words stay in the domain's own table.

    `on_numbered(tx, object, seq)` lets the domain keep the number on its row, or the row with
    its number, in the same transaction.
    """

    topic: str
    kind: str
    object: str
    version: int = 1
    on_numbered: Callable[[Tx, str, int], None] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Changed(Generic[T]):
    """What an action returns: its result, and the events that explain the change to others."""

    value: T
    events: Sequence[Event] = ()


class Numbered(NamedTuple):
    """An event in the journal. `at` is in milliseconds since the epoch.

    `region` is told by `append` only: it is where the bus rings.
    """

    topic: str
    epoch: str
    seq: int
    kind: str
    object: str
    version: int
    at: int
    region: str = ""


class Head(NamedTuple):
    """How far a topic has come. A topic without an event has seq 0 and the database's epoch."""

    topic: str
    epoch: str
    seq: int


@dataclass(frozen=True, slots=True)
class Missed:
    """What one reader missed: whole topics only, each from its position to its head.

    `left` are topics with more to read, for which there was no room.
    """

    events: Sequence[Numbered]
    reload: frozenset[str]
    left: frozenset[str] = frozenset()


def region_of(topic: str) -> str | None:
    """The shard a topic belongs to, where its name says it; None for groups and direct threads."""
    family, _, name = topic.partition(":")
    if family in _PLACES:
        return name[:5]
    if family == "account":
        return name[:2]
    return None

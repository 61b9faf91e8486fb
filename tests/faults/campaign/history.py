"""What the members' devices saw, and what the journal holds in the end."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Cid = str
Topic = str


# The rooms that the judge looks at.
FAMILIES = ("street", "group", "direct", "area")


def fingerprint(kind: str, about: str, text: str) -> int:
    """Of an event as it is shown. The key of a message or alert is its first word."""
    return hash((kind, about, text))


def print_of(event: Mapping[str, Any]) -> int:
    """The same of an event as a device was given it."""
    thing = event.get("message") or event.get("alert")
    if thing is None:
        return fingerprint(event["kind"], str(event["about"]).partition(":")[2], "")
    return fingerprint(event["kind"], thing["id"], thing["text" if "text" in thing else "title"])


@dataclass(frozen=True, slots=True)
class Sent:
    """One message a member wants posted, under one key, however often it is tried."""

    cid: Cid
    device: int
    topic: Topic
    number: int
    at: float


@dataclass(frozen=True, slots=True)
class Acked:
    """The server said: done."""

    cid: Cid
    seq: int
    at: float
    tries: int


@dataclass(slots=True)
class Changes:
    """What a message said, one after the other, nothing once it was taken back. In the end it says
    what was acked last (`kept`), or one of those tried after it."""

    cid: Cid
    tried: list[str]
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Applied:
    """A device showed an event; `words` is its fingerprint, a million of them fit in memory."""

    device: int
    topic: Topic
    seq: int
    words: int
    at: float


@dataclass(frozen=True, slots=True)
class Reloaded:
    """A device was told that it missed too much of a topic, and begins anew at `seq`."""

    device: int
    topic: Topic
    seq: int


@dataclass(frozen=True, slots=True)
class Joined(Reloaded):
    """A device hears a topic for the first time, from after `seq`."""


@dataclass(slots=True)
class History:
    """Everything that was seen, in the order it was seen. One process, one clock."""

    sent: dict[Cid, Sent] = field(default_factory=dict)
    acked: dict[Cid, Acked] = field(default_factory=dict)
    contradictions: list[str] = field(default_factory=list)
    # A socket was given an event beyond the next one: the server promised never to.
    holes: list[str] = field(default_factory=list)
    # It was given one again that it had.
    repeats: list[str] = field(default_factory=list)
    applied: list[Applied | Reloaded] = field(default_factory=list)
    revoked: dict[int, float] = field(default_factory=dict)
    # Who left a group or was taken out of it, and when that was acked.
    removed: dict[tuple[int, Topic], float] = field(default_factory=dict)
    members: dict[int, set[Topic]] = field(default_factory=dict)
    changes: dict[str, Changes] = field(default_factory=dict)
    ack_seconds: list[float] = field(default_factory=list)
    attempts: dict[int, int] = field(default_factory=dict)

    def is_broken(self) -> bool:
        """What is wrong already, whatever the journal will say."""
        return bool(self.contradictions or self.holes or self.repeats)

    def ack(self, cid: Cid, seq: int, tries: int, tried_at: float) -> None:
        now = time.monotonic()
        earlier = self.acked.get(cid)
        if earlier is not None and earlier.seq != seq:
            self.contradictions.append(f"{cid} was acked as {earlier.seq}, then as {seq}")
        self.acked.setdefault(cid, Acked(cid, seq, now, tries))
        self.ack_seconds.append(now - tried_at)


@dataclass(frozen=True, slots=True)
class Row:
    """One number of a topic in the journal, with the words that its object has in the end."""

    seq: int
    text: str
    kind: str = "message.posted"
    about: str = ""
    is_promised: bool = True  # the job that rings phones for it was written, where one is due

    @property
    def cid(self) -> Cid:
        return self.text.partition(" ")[0]


Log = dict[Topic, list[Row]]

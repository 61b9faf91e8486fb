"""Rooms as a child would explain them: who may read what, what was said, what is unread. It knows
nothing of journals, versions or events.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from realtime.geo.cells import ring
from tests.support.clients import Json

GROUP = "group"


@dataclass
class Person:
    name: str
    account: str
    cell: str
    reads_street: bool = True
    inside: bool = False
    muted: set[str] = field(default_factory=set)
    read: dict[str, int] = field(default_factory=dict)

    @property
    def account_topic(self) -> str:
        return f"account:{self.account}"


@dataclass
class Said:
    """A message. `chat` is its conversation, or its topic in a group."""

    id: str
    topic: str
    chat: str
    author: Person
    seq: int
    text: str
    mentions: list[str]
    is_deleted: bool = False
    is_edited: bool = False
    reactions: dict[str, set[str]] = field(default_factory=dict)


@dataclass
class Town:
    """`keeper` owns the group and may take its words back; `apart` are pairs who block."""

    people: list[Person]
    keeper: Person
    group: str
    said: list[Said] = field(default_factory=list)
    apart: set[tuple[str, str]] = field(default_factory=set)

    def reads(self, who: Person, topic: str) -> bool:
        family, _, cell = topic.partition(":")
        if family == "street":
            return who.reads_street and cell in ring(who.cell)
        if family == "neighbourhood":
            return cell in ring(who.cell[:6])
        return topic == self.group and who.inside

    def home(self, who: Person, view: str) -> str | None:
        """Where an opening of theirs goes; None when they may not open one."""
        if view == "street":
            return f"street:{who.cell}" if who.reads_street else None
        return f"neighbourhood:{who.cell[:6]}"

    def let_in(self, who: Person) -> None:
        """What was said before a member came is nothing new to them."""
        if not who.inside:
            earlier = [said.seq for said in self.said if said.topic == self.group]
            who.read[self.group] = max([who.read.get(self.group, 0), *earlier])
        who.inside = True

    def may_delete(self, who: Person, said: Said) -> bool:
        return who is said.author or (said.topic == self.group and who is self.keeper)

    def kept_apart(self, one: Person, other: Person) -> bool:
        return bool({(one.name, other.name), (other.name, one.name)} & self.apart)

    def mentioned(self, by: Person, named: list[Person], topic: str) -> list[str]:
        """Each once, in the order named."""
        found = [
            one.account
            for one in named
            if one is not by and self.reads(one, topic) and not self.kept_apart(by, one)
        ]
        return list(dict.fromkeys(found))

    def seen_by(self, who: Person) -> dict[str, Json]:
        """Every message this person may read, as a screen shows it."""
        return {said.id: shown(said, who) for said in self.said if self.reads(who, said.topic)}

    def unread(self, who: Person, topic: str) -> int:
        return sum(
            said.topic == topic
            and said.author is not who
            and not said.is_deleted
            and said.seq > who.read.get(topic, 0)
            and not who.muted & {topic.partition(":")[0], topic, said.chat}
            for said in self.said
        )


def shown(said: Said, to: Person) -> Json:
    if said.is_deleted:
        return {"text": "", "deleted": True, "mentions": [], "reactions": {}, "mine": []}
    return {
        "text": said.text,
        "deleted": False,
        "mentions": said.mentions,
        "reactions": {name: len(by) for name, by in said.reactions.items() if by},
        "mine": sorted(name for name, by in said.reactions.items() if to.name in by),
    }


def told(message: Json) -> Json:
    """The same of what a server told."""
    plain: dict[str, Any] = {
        name: message[name] for name in ("text", "deleted", "reactions", "mine")
    }
    return plain | {"mentions": [one["account"] for one in message["mentions"]]}

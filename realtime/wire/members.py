"""Who I am, as the server tells it: in `sync`, in /api/me and in `account.changed`."""

from __future__ import annotations

from typing import Literal

from realtime.wire.base import EventSpec, Moment, Position, Shape, TopicName

Status = Literal["visitor", "verified", "expired"]
Level = Literal["none", "location", "vouched", "postcard", "in_person", "organisation"]


class Rights(Shape):
    """What this member may do now. The server asks again at every command."""

    read_street: bool
    write_street: bool
    read_neighbourhood: bool
    write_neighbourhood: bool
    receive_alerts: bool
    vouch: bool


class Me(Shape):
    """`home` is the topic to send back with a new conversation; `street` is its name in words."""

    account: str
    name: str
    language: Literal["fr", "en"]
    status: Status
    level: Level
    visitor_until: Moment | None
    home: TopicName
    street: str
    city: str
    street_is_neighbourhood: bool
    rights: Rights


class AccountChanged(Shape):
    """Something about the account moved: standing, home, or what was read on another device."""

    kind: Literal["account.changed"]
    topic: TopicName
    epoch: str
    seq: int
    at: Moment
    me: Me
    read: dict[TopicName, Position]


class ReadMoved(Shape):
    """One of my devices read on: all my positions."""

    kind: Literal["read.moved"]
    topic: TopicName
    epoch: str
    seq: int
    at: Moment
    read: dict[TopicName, Position]


EVENTS = [
    EventSpec("account.changed", AccountChanged, "Your standing, home or read positions."),
    EventSpec("read.moved", ReadMoved, "You read on, on one of your devices."),
]

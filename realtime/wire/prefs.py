"""What I chose: what may ring, when, and what others may see of me."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from realtime.wire.base import CommandSpec, EventSpec, Instant, Moment, Shape, TopicName

Way = Literal["push", "badge", "digest", "off"]
Level = Literal["all", "mentions", "nothing"]
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,40}$")]
TimeOfDay = Annotated[
    str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"), Field(examples=["22:00"])
]
# A room: "street", "neighbourhood", a group's or direct thread's topic, a conversation's or an
# alert's id.
Room = TopicName
_MOST_ROOMS = 500


class ByRing(Shape):
    """How one kind is told, by where it comes from. Groups and direct threads are `farther`."""

    street: Way
    neighbourhood: Way
    farther: Way


class ByRingSet(Shape):
    street: Way | None = None
    neighbourhood: Way | None = None
    farther: Way | None = None


class Quiet(Shape):
    """Nothing rings but what passes. `days` are those on which the night begins, Monday is 1.

    `passes` overrules, for some kinds, what they do at night by themselves.
    """

    on: bool
    begins: TimeOfDay
    ends: TimeOfDay
    days: Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(max_length=7)]
    zone: Annotated[str, StringConstraints(max_length=64), Field(examples=["Europe/Paris"])]
    passes: Annotated[dict[Kind, bool], Field(max_length=40)]


class RoomChoice(Shape):
    """`all` rings for every word, `mentions` for those that name me, `nothing` mutes: no unread is
    counted. A snooze only keeps from ringing. Without a choice a direct thread has `all`, every
    other room `mentions`; a conversation's own choice comes before its room's. An alert rings
    unless `nothing` or a snooze was chosen for its id or for its conversation's."""

    level: Level
    snoozed_until: Moment | None


class Seen(Shape):
    """Who may see that I am here."""

    visible_to: Literal["nobody", "contacts"]
    away_until: Moment | None


class Prefs(Shape):
    """`ways` names every kind there is: those of alerts, and message, mention, group, direct,
    announcement, arrival."""

    ways: dict[Kind, ByRing]
    quiet: Quiet
    snoozed_until: Moment | None
    digest_at: TimeOfDay
    rooms: dict[Room, RoomChoice]
    presence: Seen


class RoomChoiceSet(Shape):
    level: Level
    snoozed_until: Instant | None = None


class SeenSet(Shape):
    visible_to: Literal["nobody", "contacts"]
    away_until: Instant | None = None


class PrefsAsked(Shape):
    """Mine."""


class PrefsSet(Shape):
    """Only what is given changes. A room that is given as null has its default again."""

    ways: Annotated[dict[Kind, ByRingSet], Field(max_length=40)] | None = None
    quiet: Quiet | None = None
    snoozed_until: Instant | None = None
    digest_at: TimeOfDay | None = None
    rooms: Annotated[dict[Room, RoomChoiceSet | None], Field(max_length=_MOST_ROOMS)] | None = None
    presence: SeenSet | None = None

    @field_validator("quiet")
    @classmethod
    def _days_once(cls, quiet: Quiet | None) -> Quiet | None:
        if quiet is not None and len(set(quiet.days)) != len(quiet.days):
            raise ValueError("name each day once")
        return quiet

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("give something to change")
        return self


class PrefsAck(Shape):
    prefs: Prefs


class PrefsChanged(Shape):
    """I chose something on one of my devices."""

    kind: Literal["prefs.changed"]
    topic: TopicName
    epoch: str
    seq: int
    at: Moment
    prefs: Prefs


COMMANDS = [
    CommandSpec("prefs.get", PrefsAsked, PrefsAck, "What I chose, with every default."),
    CommandSpec("prefs.set", PrefsSet, PrefsAck, "Choose; only what is given changes."),
]
EVENTS = [EventSpec("prefs.changed", PrefsChanged, "What you chose, on all your devices.")]

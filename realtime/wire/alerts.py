"""Alerts: the commands that raise and follow them, the events that carry the whole alert."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from realtime.wire.alert_shapes import (
    KIND_NAMES,
    OUTCOMES,
    SEVERITY_NAMES,
    Alert,
    Area,
    Sighting,
)
from realtime.wire.base import CommandSpec, Done, EventSpec, Instant, Moment, Shape, TopicName, Ulid
from realtime.wire.photos import PhotoId, PhotoIds

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Body = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
AccountName = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{20}$")]


class Place(Shape):
    """Where it happened. The server keeps the cell of 7 characters and forgets the rest."""

    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    lat: Annotated[float, Field(ge=-82, le=82, allow_inf_nan=False)]


class Details(Shape):
    """Pets: the first ten. Theft: `object`, `method` and the window `from`, `to`. Others: none.

    `hidden_mark` proves whose animal it is: its owner alone ever sees it again.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    name: Word | None = None
    species: Word | None = None
    sex: Word | None = None
    colours: Annotated[list[Word], Field(max_length=6)] | None = None
    coat: Text | None = None
    collar: Text | bool | None = None
    chipped: bool | None = None
    approachable: bool | None = None
    hidden_mark: Text | None = None
    card: Ulid | None = None
    object: Text | None = None
    method: Text | None = None
    from_: Annotated[Instant | None, Field(alias="from")] = None
    to: Instant | None = None


class AlertAsked(Shape):
    """What is about to be raised. A circle round the place, or an area drawn by its author."""

    kind: KIND_NAMES
    title: Title
    body: Body = ""
    severity: SEVERITY_NAMES | None = None
    occurred_at: Instant
    place: Place
    radius_m: Annotated[int, Field(ge=100, le=20_000)] | None = None
    area: Annotated[dict[str, Any], Field(description="GeoJSON Polygon, ≤ 400 vertices")] | None = (
        None
    )
    photos: PhotoIds = Field(default_factory=list)
    details: Details = Field(default_factory=Details)

    @model_validator(mode="after")
    def _circle_or_area(self) -> Self:
        if self.radius_m is not None and self.area is not None:
            raise ValueError("give either radius_m or area")
        return self


class AlertPreview(AlertAsked):
    key: Ulid | None = None


class AlertRaise(AlertAsked):
    key: Ulid


class Reach(Shape):
    """Rounded to 5; null under 10."""

    members: int | None
    phones: int | None


class PreviewAck(Shape):
    reach: Reach
    area: Area
    severity: SEVERITY_NAMES
    urgency: Literal["none", "low", "normal", "high"]
    expires_at: Moment


class AlertAck(Shape):
    alert: Alert


class AlertById(Shape):
    id: Ulid


class Mine(Shape):
    """What only its owner may see."""

    hidden_mark: str | None
    waiting: list[Sighting]


class AlertOpened(Shape):
    """`voice` is what my household said; `mine` is null unless I am its author, or speak for the
    organisation that raised it. Who may not read the alert's conversation (`reads_thread`) writes
    to its author by `direct.open {alert}`."""

    alert: Alert
    follows: bool
    voice: Literal["confirm", "dispute"] | None
    mine: Mine | None
    reads_thread: bool


class AlertUpdate(Shape):
    id: Ulid
    title: Title | None = None
    body: Body | None = None
    severity: SEVERITY_NAMES | None = None
    radius_m: Annotated[int, Field(ge=100, le=20_000)] | None = None
    photos: PhotoIds | None = None
    details: Details | None = None


class StillMissing(Shape):
    id: Ulid
    radius_m: Annotated[int, Field(ge=100, le=20_000)] | None = None


class SightingAsked(Shape):
    key: Ulid
    id: Ulid
    at: Instant
    place: Place
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    photo: PhotoId | None = None


class SightingAck(Shape):
    sighting: Sighting


class SightingAnswer(Shape):
    """The owner shows it to all now, or keeps it out."""

    sighting: Ulid
    accept: bool


class AlertFollow(Shape):
    id: Ulid
    follow: bool = True


class AlertResolve(Shape):
    """`thanks`: accounts that reported a sighting; without it, all of those."""

    id: Ulid
    outcome: OUTCOMES = "over"
    thanks: Annotated[list[AccountName], Field(max_length=50)] | None = None
    keep_photos: bool = False


class AlertEvent(Shape):
    topic: TopicName
    epoch: str
    seq: int
    at: Moment
    alert: Alert


class AlertRaised(AlertEvent):
    kind: Literal["alert.raised"]


class AlertUpdated(AlertEvent):
    kind: Literal["alert.updated"]


class AlertSighted(AlertEvent):
    """`sighting` is null when it has been taken back since."""

    kind: Literal["alert.sighted"]
    sighting: Sighting | None


class AlertResolved(AlertEvent):
    kind: Literal["alert.resolved"]


class AlertWithdrawn(AlertEvent):
    kind: Literal["alert.withdrawn"]


class AlertMatched(AlertEvent):
    """`alert` is mine; `other` may be the same animal."""

    kind: Literal["alert.matched"]
    other: Alert


COMMANDS = [
    CommandSpec("alert.preview", AlertPreview, PreviewAck, "Whom it would wake, before sending."),
    CommandSpec("alert.raise", AlertRaise, AlertAck, "Tell everybody in the area."),
    CommandSpec("alert.open", AlertById, AlertOpened, "One alert, and what I have to do with it."),
    CommandSpec("alert.update", AlertUpdate, AlertAck, "New words; silent unless severity rises."),
    CommandSpec("alert.still_missing", StillMissing, AlertAck, "Prolong, and perhaps widen."),
    CommandSpec("alert.sighting", SightingAsked, SightingAck, "Seen here; its owner hears first."),
    CommandSpec("alert.answer_sighting", SightingAnswer, SightingAck, "Show a sighting, or not."),
    CommandSpec("alert.confirm", AlertById, AlertAck, "My household confirms it."),
    CommandSpec("alert.dispute", AlertById, AlertAck, "My household says it is unfounded."),
    CommandSpec("alert.follow", AlertFollow, Done, "Hear all of it, wherever I live."),
    CommandSpec("alert.resolve", AlertResolve, AlertAck, "It is over, with its outcome."),
    CommandSpec("alert.withdraw", AlertById, AlertAck, "Take it back within two minutes."),
]
EVENTS = [
    EventSpec("alert.raised", AlertRaised, "Something happened near you."),
    EventSpec("alert.updated", AlertUpdated, "New words, a new area, its end in time."),
    EventSpec("alert.sighted", AlertSighted, "Seen; on the owner's account topic first."),
    EventSpec("alert.resolved", AlertResolved, "It is over."),
    EventSpec("alert.withdrawn", AlertWithdrawn, "It was taken back."),
    EventSpec("alert.matched", AlertMatched, "Lost and found may be the same animal."),
]

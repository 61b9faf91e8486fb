"""What an alert, a sighting and a photo look like on the wire."""

from __future__ import annotations

from typing import Any, Literal

from realtime.wire.base import Moment, Shape, Ulid
from realtime.wire.messages import Author
from realtime.wire.photos import Photo

KIND_NAMES = Literal[
    "lost_cat",
    "lost_dog",
    "found_pet",
    "lost_found_object",
    "theft",
    "danger_now",
    "scam_doorstep",
    "hazard",
    "outage",
    "road",
    "help_needed",
    "missing_person",
    "official",
    "official_feed",
]
SEVERITY_NAMES = Literal["info", "minor", "serious", "life"]
STATE_NAMES = Literal[
    "active", "disputed", "resolved", "expired", "withdrawn", "removed", "archived"
]
OUTCOMES = Literal["home", "brought_back", "false_alarm", "died", "over"]


class Area(Shape):
    """Whom it is for: a circle round the cell's centre, or the cells of a drawn area."""

    cell: str
    radius_m: int | None
    cells: list[str] | None


class Sighting(Shape):
    """`waiting` is shown to the owner alone, until accepted or after 10 minutes."""

    id: Ulid
    alert: Ulid
    author: Author
    at: Moment
    cell: str
    text: str
    photo: Photo | None
    told_at: Moment
    state: Literal["waiting", "shown", "declined"]


class House(Shape):
    """The organisation that speaks."""

    id: str
    name: str


class Alert(Shape):
    """The whole alert, the same for everybody who hears it."""

    id: Ulid
    kind: KIND_NAMES
    severity: SEVERITY_NAMES
    urgency: Literal["none", "low", "normal", "high"]
    state: STATE_NAMES
    version: int
    author: Author
    organisation: House | None
    title: str
    body: str
    occurred_at: Moment
    area: Area
    details: dict[str, Any]
    photos: list[Photo]
    raised_at: Moment
    updated_at: Moment
    expires_at: Moment
    closed_at: Moment | None
    outcome: OUTCOMES | None
    thanks: list[Author]
    conversation: Ulid | None
    confirms: int
    disputes: int
    sightings: list[Sighting]
    matches: list[Ulid]

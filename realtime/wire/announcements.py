"""Announcements: what an organisation publishes within its territory."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from realtime.wire.alert_shapes import House
from realtime.wire.base import CommandSpec, EventSpec, Instant, Moment, Shape, TopicName, Ulid

LEVEL_NAMES = Literal["info", "important", "urgent"]


class Announcement(Shape):
    """`withdrawn` has no words any more."""

    id: Ulid
    organisation: House
    level: LEVEL_NAMES
    title: str
    body: str
    state: Literal["scheduled", "published", "expired", "withdrawn"]
    version: int
    publish_at: Moment
    expires_at: Moment


class AnnouncementPublish(Shape):
    """Without `area` the whole territory; without `publish_at` now. It always expires."""

    key: Ulid
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    body: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4_000)]
    level: LEVEL_NAMES
    area: Annotated[dict[str, Any], Field(description="GeoJSON Polygon, ≤ 400 vertices")] | None = (
        None
    )
    publish_at: Instant | None = None
    expires_at: Instant


class AnnouncementAck(Shape):
    announcement: Announcement


class AnnouncementById(Shape):
    id: Ulid


class AnnouncementsAsked(Shape):
    """My organisation's."""


class AnnouncementsAck(Shape):
    announcements: list[Announcement]


class AnnouncementPublished(Shape):
    """Published, or changed since: the whole of it, as it is now."""

    kind: Literal["announcement.published"]
    topic: TopicName
    epoch: str
    seq: int
    at: Moment
    announcement: Announcement


COMMANDS = [
    CommandSpec(
        "announcement.publish", AnnouncementPublish, AnnouncementAck, "Tell a territory, or a part."
    ),
    CommandSpec("announcement.withdraw", AnnouncementById, AnnouncementAck, "Take it back."),
    CommandSpec(
        "announcements", AnnouncementsAsked, AnnouncementsAck, "My organisation's, scheduled too."
    ),
]
EVENTS = [EventSpec("announcement.published", AnnouncementPublished, "Official news.")]

"""Tables of alerts, announcements and photos. What holds for all of them: tables.py."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, Table, Text, false

from realtime.db.tables import Millis, Name, metadata

# alerts
alert = Table(
    "alert",
    metadata,
    Column("id", Name, primary_key=True),
    Column("kind", Name, nullable=False),
    Column("author", Name, nullable=False),
    Column("household", Name, nullable=False),
    Column("organisation", Name),
    Column("organisation_name", Text, nullable=False, server_default=""),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("severity", Name, nullable=False),
    Column("urgency", Name, nullable=False),
    Column("state", Name, nullable=False),
    Column("version", Integer, nullable=False),
    Column("occurred_at", Millis, nullable=False),
    Column("cell", Name, nullable=False),
    Column("radius_m", Integer),
    Column("cells", Text, nullable=False),
    Column("reached", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("hidden_mark", Text),
    Column("conversation", Name),
    Column("raised_at", Millis, nullable=False),
    Column("updated_at", Millis, nullable=False),
    Column("expires_at", Millis, nullable=False),
    Column("closed_at", Millis),
    Column("rang_at", Millis),
    Column("outcome", Name),
    Column("thanked", Text, nullable=False),
    Column("keeps_photos", Boolean, nullable=False, server_default=false()),
    Column("poster_at", Millis),
    Index("alert_by_household", "household", "raised_at"),
    Index("alert_by_author", "author", "raised_at"),
    Index("alert_by_cell", "cell"),
    Index("alert_by_end", "state", "expires_at"),
    sqlite_with_rowid=False,
)
# The union of the coverings, one row a cell: what a newcomer to a home hears of at `sync`.
alert_cell = Table(
    "alert_cell",
    metadata,
    Column("cell", Name, primary_key=True),
    Column("alert", Name, primary_key=True),
    Index("alert_cell_by_alert", "alert"),
    sqlite_with_rowid=False,
)
# Who hears an alert wherever they live. `because` is author, reporter, follower or match.
alert_listener = Table(
    "alert_listener",
    metadata,
    Column("alert", Name, primary_key=True),
    Column("account", Name, primary_key=True),
    Column("because", Name, nullable=False),
    Index("alert_listener_by_account", "account", "alert"),
    sqlite_with_rowid=False,
)
alert_voice = Table(
    "alert_voice",
    metadata,
    Column("alert", Name, primary_key=True),
    Column("household", Name, primary_key=True),
    Column("says", Name, nullable=False),
    Column("account", Name, nullable=False),
    Column("at", Millis, nullable=False),
    sqlite_with_rowid=False,
)
alert_match = Table(
    "alert_match",
    metadata,
    Column("lost", Name, primary_key=True),
    Column("found", Name, primary_key=True),
    Column("at", Millis, nullable=False),
    Index("alert_match_by_found", "found"),
    sqlite_with_rowid=False,
)
sighting = Table(
    "sighting",
    metadata,
    Column("id", Name, primary_key=True),
    Column("alert", Name, nullable=False),
    Column("author", Name, nullable=False),
    Column("at", Millis, nullable=False),
    Column("cell", Name, nullable=False),
    Column("text", Text, nullable=False),
    Column("photo", Name),
    Column("told_at", Millis, nullable=False),
    Column("state", Name, nullable=False),
    Index("sighting_by_alert", "alert", "id"),
    Index("sighting_by_state", "state", "told_at"),
    sqlite_with_rowid=False,
)
pet_card = Table(
    "pet_card",
    metadata,
    Column("id", Name, primary_key=True),
    Column("account", Name, nullable=False),
    Column("details", Text, nullable=False),
    Column("photo", Name),
    Column("saved_at", Millis, nullable=False),
    Index("pet_card_by_account", "account"),
    sqlite_with_rowid=False,
)

# photos: the pixels live here too, so that every node serves them and one backup holds them
photo = Table(
    "photo",
    metadata,
    Column("id", Name, primary_key=True),
    Column("account", Name, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("alt", Text, nullable=False),
    Column("taken_at", Millis, nullable=False),
    Column("used_by", Name),
    Column("place", Integer, nullable=False, server_default="0"),
    Column("pixels", LargeBinary, nullable=False),
    Index("photo_by_use", "used_by", "place"),
    Index("photo_by_age", "taken_at"),
)

# announcements
organisation = Table(
    "organisation",
    metadata,
    Column("id", Name, primary_key=True),
    Column("name", Text, nullable=False),
    Column("territory", Text, nullable=False),
    Column("cells", Text, nullable=False),
    Column("created_at", Millis, nullable=False),
)
organisation_staff = Table(
    "organisation_staff",
    metadata,
    Column("account", Name, primary_key=True),
    Column("organisation", Name, nullable=False),
    sqlite_with_rowid=False,
)
announcement = Table(
    "announcement",
    metadata,
    Column("id", Name, primary_key=True),
    Column("organisation", Name, nullable=False),
    Column("author", Name, nullable=False),
    Column("level", Name, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("cells", Text, nullable=False),
    Column("state", Name, nullable=False),
    Column("version", Integer, nullable=False),
    Column("publish_at", Millis, nullable=False),
    Column("expires_at", Millis, nullable=False),
    Index("announcement_by_state", "state", "publish_at"),
    Index("announcement_by_house", "organisation", "publish_at"),
)
announcement_cell = Table(
    "announcement_cell",
    metadata,
    Column("cell", Name, primary_key=True),
    Column("announcement", Name, primary_key=True),
    sqlite_with_rowid=False,
)

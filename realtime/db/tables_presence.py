"""Who may see that a member is here."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from realtime.db.tables import Millis, Name, metadata

presence_choice = Table(
    "presence_choice",
    metadata,
    Column("account", Name, ForeignKey("account.id"), primary_key=True),
    Column("visible_to", Name, nullable=False),
    Column("away_until", Millis),
    sqlite_with_rowid=False,
)

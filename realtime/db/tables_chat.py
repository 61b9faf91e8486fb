"""Tables of chat: reactions, preferences, search, reports. What holds for all: tables.py."""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
)
from sqlalchemy import event as sqlalchemy_event

from realtime.db.tables import Millis, Name, metadata

# rooms
reaction = Table(
    "reaction",
    metadata,
    Column("message", Name, primary_key=True),
    Column("account", Name, primary_key=True),
    Column("name", Name, primary_key=True),
    Column("at", Millis, nullable=False),
    Index("reaction_by_account", "account"),
    sqlite_with_rowid=False,
)
# What a message is found by: its folded words, its topic and author as words too. `number` grows
# with time, so that the newest are found first.
message_index = Table(
    "message_index",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("message", Name, nullable=False, unique=True),
    Column("words", Text, nullable=False),
)

# members: choices are one JSON object, read whole and by nobody in SQL
prefs = Table(
    "prefs",
    metadata,
    Column("account", Name, ForeignKey("account.id"), primary_key=True),
    Column("choices", Text, nullable=False),
    sqlite_with_rowid=False,
)
# `room` is "street", "neighbourhood", a topic, or a conversation's id.
room_prefs = Table(
    "room_prefs",
    metadata,
    Column("account", Name, ForeignKey("account.id"), primary_key=True),
    Column("room", Name, primary_key=True),
    Column("level", Name, nullable=False),
    Column("snoozed_until", Millis),
    Index("room_prefs_by_room", "room", "account"),
    sqlite_with_rowid=False,
)

# reports: `snapshot` is what was reported as it stood, for an author may delete it meanwhile
report = Table(
    "report",
    metadata,
    Column("id", Name, primary_key=True),
    Column("number", Name, nullable=False, unique=True),
    Column("reporter", Name, nullable=False),
    Column("household", Name, nullable=False),
    Column("kind", Name, nullable=False),
    Column("object", Name, nullable=False),
    Column("reason", Name, nullable=False),
    Column("note", Text, nullable=False),
    Column("snapshot", Text, nullable=False),
    Column("at", Millis, nullable=False),
    Index("report_by_object", "kind", "object"),
    Index("report_by_age", "at"),
    sqlite_with_rowid=False,
)

# Words are folded already. `detail=none`: no phrases are asked for, and the index is a third.
SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE message_search USING fts5(words, content='message_index',"
    " content_rowid='number', detail='none', tokenize=\"ascii tokenchars ':'\")"
)
POSTGRESQL_SEARCH = (
    "ALTER TABLE message_index ADD COLUMN terms tsvector"
    " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED;"
    " CREATE INDEX message_index_by_terms ON message_index"
    " USING gin (terms) WITH (fastupdate = off)"
)
for _dialect, _ddl in (("sqlite", SQLITE_SEARCH), ("postgresql", POSTGRESQL_SEARCH)):
    sqlalchemy_event.listen(
        message_index,
        "after_create",
        DDL(_ddl).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
    )

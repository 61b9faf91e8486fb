"""Tables of groups, direct threads, the directory. What holds for all: tables.py."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text

from realtime.db.tables import Millis, Name, block, metadata

# rooms: a group's cells are those its members' homes lie under; 5, 6 or 7 characters, one size each
group_room = Table(
    "group_room",
    metadata,
    Column("id", Name, primary_key=True),
    Column("name", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("access", Name, nullable=False),
    Column("reach", Name, nullable=False),
    Column("slow_s", Integer, nullable=False, server_default="0"),
    Column("created_at", Millis, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("closed_at", Millis),
    sqlite_with_rowid=False,
)
group_cell = Table(
    "group_cell",
    metadata,
    Column("cell", Name, primary_key=True),
    Column("room", Name, ForeignKey("group_room.id"), primary_key=True),
    sqlite_with_rowid=False,
)
# "removed" keeps its row: who was taken out asks to come back. "left" keeps `wrote_at`.
group_member = Table(
    "group_member",
    metadata,
    Column("room", Name, ForeignKey("group_room.id"), primary_key=True),
    Column("account", Name, ForeignKey("account.id"), primary_key=True),
    Column("standing", Name, nullable=False),
    Column("since", Millis, nullable=False),
    Column("wrote_at", Millis),
    Index("group_member_by_account", "account"),
    sqlite_with_rowid=False,
)
# The same two have one thread for ever: `low` and `high` are their accounts in order.
direct_thread = Table(
    "direct_thread",
    metadata,
    Column("topic", Name, primary_key=True),
    Column("low", Name, ForeignKey("account.id"), nullable=False),
    Column("high", Name, ForeignKey("account.id"), nullable=False),
    Column("opener", Name, nullable=False),
    Column("alert", Name),
    Column("opened_at", Millis, nullable=False),
    Column("asked_at", Millis),
    Column("accepted_at", Millis),
    Column("declined_at", Millis),
    Column("last_at", Millis, nullable=False),
    Index("direct_thread_by_pair", "low", "high", unique=True),
    Index("direct_thread_by_high", "high"),
    Index("direct_thread_by_opener", "opener", "opened_at"),
    sqlite_with_rowid=False,
)

# members: what one says of oneself, for those around; lists are JSON
listing = Table(
    "listing",
    metadata,
    Column("account", Name, ForeignKey("account.id"), primary_key=True),
    Column("listed", Boolean, nullable=False),
    Column("skills", Text, nullable=False),
    Column("loans", Text, nullable=False),
    Column("shows_pets", Boolean, nullable=False),
    Column("announced", Boolean, nullable=False),
    Column("requests", Name, nullable=False),
    sqlite_with_rowid=False,
)
arrival = Table(
    "arrival",
    metadata,
    Column("account", Name, ForeignKey("account.id"), primary_key=True),
    Column("cell", Name, nullable=False),
    Column("at", Millis, nullable=False),
    Index("arrival_by_cell", "cell", "at"),
    sqlite_with_rowid=False,
)
welcome = Table(
    "welcome",
    metadata,
    Column("account", Name, ForeignKey("account.id"), primary_key=True),
    Column("giver", Name, primary_key=True),
    Column("at", Millis, nullable=False),
    sqlite_with_rowid=False,
)
# Asked from both sides: who keeps me away, whom do I.
Index("block_by_blocked", block.c.blocked)

"""Messages people change: edits, reactions, mentions, search, settings per room, reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NAME = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_SEARCH = {
    "sqlite": (
        "CREATE VIRTUAL TABLE message_search USING fts5(words, content='message_index',"
        " content_rowid='number', detail='none', tokenize=\"ascii tokenchars ':'\")",
    ),
    "postgresql": (
        "ALTER TABLE message_index ADD COLUMN terms tsvector"
        " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED",
        "CREATE INDEX message_index_by_terms ON message_index"
        " USING gin (terms) WITH (fastupdate = off)",
    ),
}


def upgrade() -> None:
    _messages()
    _search()
    _preferences()
    _reports()


def _messages() -> None:
    for name in ("mentions", "photos", "reactions"):
        op.add_column("message", sa.Column(name, sa.Text))
    op.add_column(
        "message", sa.Column("silent", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.create_table(
        "reaction",
        sa.Column("message", _NAME, primary_key=True),
        sa.Column("account", _NAME, primary_key=True),
        sa.Column("name", _NAME, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("reaction_by_account", "reaction", ["account"])


def _search() -> None:
    op.create_table(
        "message_index",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("message", _NAME, nullable=False, unique=True),
        sa.Column("words", sa.Text, nullable=False),
    )
    connection = op.get_bind()
    for statement in _SEARCH[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def _preferences() -> None:
    op.create_table(
        "prefs",
        sa.Column("account", _NAME, sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("choices", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "room_prefs",
        sa.Column("account", _NAME, sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("room", _NAME, primary_key=True),
        sa.Column("level", _NAME, nullable=False),
        sa.Column("snoozed_until", sa.BigInteger),
        sqlite_with_rowid=False,
    )
    op.create_index("room_prefs_by_room", "room_prefs", ["room", "account"])


def _reports() -> None:
    op.create_table(
        "report",
        sa.Column("id", _NAME, primary_key=True),
        sa.Column("number", _NAME, nullable=False, unique=True),
        *(
            sa.Column(name, _NAME, nullable=False)
            for name in ("reporter", "household", "kind", "object", "reason")
        ),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("snapshot", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("report_by_object", "report", ["kind", "object"])
    op.create_index("report_by_age", "report", ["at"])

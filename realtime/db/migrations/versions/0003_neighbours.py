"""Groups, direct threads, the directory, blocks."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_NAME = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    _groups()
    _direct()
    _directory()
    op.create_index("block_by_blocked", "block", ["blocked"])


def _groups() -> None:
    _table(
        "group_room",
        _name("id", primary_key=True),
        *(_text(name) for name in ("name", "about", "category")),
        _name("access"),
        _name("reach"),
        sa.Column("slow_s", sa.Integer, nullable=False, server_default="0"),
        _millis("created_at", nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        _millis("closed_at"),
    )
    _table(
        "group_cell",
        _name("cell", primary_key=True),
        _name("room", sa.ForeignKey("group_room.id"), primary_key=True),
    )
    _table(
        "group_member",
        _name("room", sa.ForeignKey("group_room.id"), primary_key=True),
        _name("account", sa.ForeignKey("account.id"), primary_key=True),
        _name("standing"),
        _millis("since", nullable=False),
        _millis("wrote_at"),
    )
    op.create_index("group_member_by_account", "group_member", ["account"])


def _direct() -> None:
    _table(
        "direct_thread",
        _name("topic", primary_key=True),
        _name("low", sa.ForeignKey("account.id")),
        _name("high", sa.ForeignKey("account.id")),
        _name("opener"),
        _name("alert", nullable=True),
        _millis("opened_at", nullable=False),
        _millis("asked_at"),
        _millis("accepted_at"),
        _millis("declined_at"),
        _millis("last_at", nullable=False),
    )
    op.create_index("direct_thread_by_pair", "direct_thread", ["low", "high"], unique=True)
    op.create_index("direct_thread_by_high", "direct_thread", ["high"])
    op.create_index("direct_thread_by_opener", "direct_thread", ["opener", "opened_at"])


def _directory() -> None:
    _table(
        "listing",
        _name("account", sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("listed", sa.Boolean, nullable=False),
        _text("skills"),
        _text("loans"),
        sa.Column("shows_pets", sa.Boolean, nullable=False),
        sa.Column("announced", sa.Boolean, nullable=False),
        _name("requests"),
    )
    _table(
        "arrival",
        _name("account", sa.ForeignKey("account.id"), primary_key=True),
        _name("cell"),
        _millis("at", nullable=False),
    )
    op.create_index("arrival_by_cell", "arrival", ["cell", "at"])
    _table(
        "welcome",
        _name("account", sa.ForeignKey("account.id"), primary_key=True),
        _name("giver", primary_key=True),
        _millis("at", nullable=False),
    )


def _table(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(name, *columns, sqlite_with_rowid=False)


def _name(name: str, *more: sa.ForeignKey, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, _NAME, *more, **({"nullable": False} | options))


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False)


def _millis(name: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, **options)

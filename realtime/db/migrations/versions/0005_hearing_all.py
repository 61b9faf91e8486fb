"""Who is rung for every word where they live, found by the cell of the home."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column(
        "member",
        sa.Column("hears_all", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_index(
        "member_hearing_all",
        "member",
        ["home_cell", "account"],
        sqlite_where=sa.text("hears_all"),
        postgresql_where=sa.text("hears_all"),
    )
    op.execute(
        """UPDATE member SET hears_all = true WHERE account IN (SELECT account FROM room_prefs
               WHERE level = 'all' AND room IN ('street', 'neighbourhood'))"""
    )

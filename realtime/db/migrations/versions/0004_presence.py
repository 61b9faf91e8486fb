"""Who may see that a member is here."""

from __future__ import annotations

from alembic import op

from realtime.db.tables import metadata
from realtime.db.tables_presence import presence_choice

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    metadata.create_all(op.get_bind(), tables=[presence_choice])

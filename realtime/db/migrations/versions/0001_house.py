"""The first release's tables."""

from __future__ import annotations

from alembic import op

from realtime.db.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())

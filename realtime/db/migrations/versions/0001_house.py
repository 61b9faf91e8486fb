"""The first release's tables."""

from __future__ import annotations

from alembic import op

from realtime.db import tables_trust
from realtime.db.tables import metadata

revision = "0001"
down_revision = None


# Imported for what they add to the metadata.
_ = tables_trust


def upgrade() -> None:
    metadata.create_all(op.get_bind())

"""The gazetteer."""

from __future__ import annotations

from alembic import op

from realtime.db import tables

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    tables.metadata.create_all(
        op.get_bind(),
        tables=[
            tables.gazetteer_edition,
            tables.gazetteer_commune,
            tables.gazetteer_street,
            tables.gazetteer_address,
            tables.gazetteer_typo,
        ],
    )

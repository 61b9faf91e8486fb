"""Alerts, announcements and photos."""

from __future__ import annotations

from alembic import op

from realtime.db import tables_alerts as tables
from realtime.db.tables import metadata

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    metadata.create_all(
        op.get_bind(),
        tables=[
            tables.alert,
            tables.alert_cell,
            tables.alert_listener,
            tables.alert_voice,
            tables.alert_match,
            tables.sighting,
            tables.pet_card,
            tables.photo,
            tables.organisation,
            tables.organisation_staff,
            tables.announcement,
            tables.announcement_cell,
        ],
    )

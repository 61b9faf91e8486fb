"""Messages people change: edits, reactions, mentions, search, settings per room."""

from __future__ import annotations

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    pass

"""What is forgotten by its age is found by it."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index("push_seen_by_age", "push_seen", ["at"])
    op.create_index("session_by_age", "session", ["created_at"])
    op.create_index("session_by_use", "session", ["seen_at"])

"""The first release's schema, as it was: tables.py may move on, this may not."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind()
    text = Path(__file__).with_name(f"0001_{connection.dialect.name}.sql").read_text()
    for statement in text.split(";\n"):
        if statement.strip():
            connection.exec_driver_sql(statement)

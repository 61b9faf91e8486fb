"""What the migrations make is what tables.py says: a table changed without a migration fails."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from realtime.db import tables_alerts, tables_presence, tables_trust
from realtime.db.tables import metadata

# Imported for what they add to the metadata.
_ = (tables_alerts, tables_presence, tables_trust)


def is_ours(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """All but the search index, which the tables' own DDL makes and SQLAlchemy cannot describe."""
    text = str(name)
    return not (
        text.startswith("gazetteer_search") or text in {"terms", "gazetteer_street_by_terms"}
    )


def test_the_migrations_make_the_tables_of_today(database_url: str) -> None:
    engine = sa.create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        assert compare_metadata(context, metadata) == []
    engine.dispose()

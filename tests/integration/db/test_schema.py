"""What the migrations make is what tables.py says: a table changed without a migration fails."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from realtime.db import (
    tables_alerts,
    tables_chat,
    tables_neighbours,
    tables_presence,
    tables_push,
    tables_trust,
)
from realtime.db.tables import metadata

# Imported for what they add to the metadata.
_ = (tables_alerts, tables_chat, tables_neighbours, tables_presence, tables_push, tables_trust)


def is_ours(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """All but the search indexes and what one database alone generates: SQLAlchemy cannot describe
    them.
    """
    text = str(name)
    made_by_ddl = {"terms", "gazetteer_street_by_terms", "message_index_by_terms"}
    made_by_ddl |= {"home_number", "hears_until", "member_by_number"}
    return not text.startswith(("gazetteer_search", "message_search")) and text not in made_by_ddl


def test_the_migrations_make_the_tables_of_today(database_url: str) -> None:
    engine = sa.create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        assert compare_metadata(context, metadata) == []
    engine.dispose()

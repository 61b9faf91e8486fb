"""Bring a database to the newest schema. Forward only; safe when many start at once."""

from __future__ import annotations

import secrets
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

_MIGRATIONS = Path(__file__).parent / "migrations"
# Any constant will do: it only has to be the same in every process of ours.
_LOCK = 0x50414C49


def migrate(url: str) -> bool:
    """True when something was changed. Raises SQLAlchemy's error without a database."""
    engine = sa.create_engine(_for_sqlalchemy(url), poolclass=sa.NullPool)
    try:
        with engine.connect() as connection:
            if _revision(connection) == newest():
                return False
            connection.rollback()
            _upgrade(connection)
            return True
    finally:
        engine.dispose()


def is_current(url: str) -> bool:
    """Whether this code's schema is what the database has."""
    engine = sa.create_engine(_for_sqlalchemy(url), poolclass=sa.NullPool)
    try:
        with engine.connect() as connection:
            return _revision(connection) == newest()
    finally:
        engine.dispose()


def newest() -> str:
    """The revision of the last migration file: `0002_places.py` is revision 0002."""
    return max(path.name[:4] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def _for_sqlalchemy(url: str) -> str:
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        return url
    return "postgresql+psycopg://" + url.split("://", 1)[1]


def _revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _upgrade(connection: Connection) -> None:
    # Imported here: it takes 0.3 s, and a database that is up to date does not need it.
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    else:
        connection.execute(sa.text("PRAGMA busy_timeout = 60000"))
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        connection.rollback()
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.execute(
        sa.text("INSERT INTO meta (name, value) VALUES ('epoch', :epoch) ON CONFLICT DO NOTHING"),
        {"epoch": secrets.token_hex(4)},
    )
    connection.commit()

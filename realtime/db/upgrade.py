"""Run the migrations that are missing. Forward only; safe when many processes start at once."""

from __future__ import annotations

import secrets
from functools import partial
from pathlib import Path

import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection

from realtime.errors import StorageFailed

MIGRATIONS = Path(__file__).parent / "migrations"
# Any constant will do: it only has to be the same in every process of ours.
_LOCK = 0x50414C49


def upgrade(url: str) -> None:
    """To the newest revision; nothing happens when another process was there first."""
    if url.startswith("sqlite:///"):
        folder = Path(url.removeprefix("sqlite:///")).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageFailed(f"{folder}: {error.strerror}") from error
        engine = sa.create_engine(url, poolclass=sa.NullPool)
    else:
        # The driver reads the URL: SQLAlchemy knows no list of hosts to fail over to.
        connect = partial(psycopg.connect, url)
        engine = sa.create_engine("postgresql+psycopg://", creator=connect, poolclass=sa.NullPool)
    try:
        with engine.connect() as connection:
            _take_turn(connection)
            _upgrade(connection)
            connection.commit()
    except sa.exc.OperationalError as error:
        raise StorageFailed(str(error.orig)) from error
    finally:
        engine.dispose()


def _take_turn(connection: Connection) -> None:
    """One process at a time, until commit."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        return
    connection.execute(sa.text("PRAGMA busy_timeout = 60000"))
    connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    connection.rollback()
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.execute(
        sa.text("INSERT INTO meta (name, value) VALUES ('epoch', :epoch) ON CONFLICT DO NOTHING"),
        {"epoch": secrets.token_hex(4)},
    )

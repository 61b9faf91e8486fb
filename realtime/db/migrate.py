"""Is the schema new enough, and if not, bring it to the newest.

The question is asked by the drivers alone: SQLAlchemy and Alembic take 0.7 s to import, and a
database that is up to date, as at nearly every start, needs neither.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from realtime.errors import StorageFailed

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(url: str) -> bool:
    """True when something was changed. Raises StorageFailed when the database cannot be had."""
    if is_current(url):
        return False
    from realtime.db.upgrade import upgrade

    upgrade(url)
    return True


def is_current(url: str) -> bool:
    """Whether the database has all that this code needs: its revision, or a later one.

    Migrations only add, so a node of the version before serves on, and starts again, after the
    migration of the next. Raises StorageFailed.
    """
    if url.startswith("sqlite:///"):
        found = _sqlite_revision(Path(url.removeprefix("sqlite:///")))
    else:
        found = _postgresql_revision(url)
    return found is not None and found.isdigit() and int(found) >= int(newest())


def newest() -> str:
    """The revision of the last migration file: `0002_flyers.py` is revision 0002."""
    return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _sqlite_revision(path: Path) -> str | None:
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(path, timeout=5)) as connection:
            named = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
            if connection.execute(named).fetchone() is None:
                return None
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise StorageFailed(f"{path}: {error}") from error
    return None if found is None else str(found[0])


def _postgresql_revision(url: str) -> str | None:
    import psycopg

    try:
        with closing(psycopg.connect(url, connect_timeout=10)) as connection:
            named = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
            if named is None or named[0] is None:
                return None
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except psycopg.Error as error:
        raise StorageFailed(str(error)) from error
    return None if found is None else str(found[0])

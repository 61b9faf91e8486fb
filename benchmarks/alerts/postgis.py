"""The same question asked of PostGIS: exact points under a GiST index, in metres (Lambert 93).

The peer's quickest form: planar geometry, so that a distance is a subtraction; one table with every
column the question needs; neither parallel workers nor JIT, which cost it 300 ms a query here. The
index as everybody makes it, then one that answers alone (`cover`), as ours does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg

from benchmarks.alerts.town import COMMUNE_HALF_M, MIDDLE, moved

_SRID = 2154
_HERE = f"ST_Transform(ST_SetSRID(ST_MakePoint({MIDDLE[0]}, {MIDDLE[1]}), 4326), {_SRID})"
_WEST, _SOUTH = moved(-COMMUNE_HALF_M, -COMMUNE_HALF_M)
_EAST, _NORTH = moved(COMMUNE_HALF_M, COMMUNE_HALF_M)
_COMMUNE = f"ST_MakeEnvelope({_WEST}, {_SOUTH}, {_EAST}, {_NORTH}, 4326)"
AREAS = {
    "500 m": f"ST_DWithin(home, {_HERE}, 500)",
    "2 km": f"ST_DWithin(home, {_HERE}, 2000)",
    "commune": f"ST_Intersects(home, ST_Transform({_COMMUNE}, {_SRID}))",
}
_HEARS = "(level <> 'none' OR visitor_until > 0)"


def is_there(url: str) -> bool:
    """Whether this PostgreSQL has the extension."""
    with psycopg.connect(url, autocommit=True) as connection:
        try:
            connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        except psycopg.Error:
            return False
    return True


def fill(connection: psycopg.Connection[Any], homes: Iterable[tuple[float, float]]) -> None:
    connection.execute(
        f"""CREATE TABLE resident (account text COLLATE "C" PRIMARY KEY, level text NOT NULL,
            visitor_until bigint NOT NULL, lon float8, lat float8, home geometry(Point, {_SRID}))"""
    )
    into = "COPY resident (account, level, visitor_until, lon, lat) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for number, (lon, lat) in enumerate(homes):
            copy.write_row((f"{number:020x}", "postcard", 1, lon, lat))
    connection.execute(
        f"""UPDATE resident
            SET home = ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), {_SRID})"""
    )
    connection.execute("CREATE INDEX resident_by_home ON resident USING gist (home)")
    connection.execute("VACUUM FULL ANALYZE resident")
    connection.execute("SET jit = off")
    connection.execute("SET max_parallel_workers_per_gather = 0")


def cover(connection: psycopg.Connection[Any]) -> None:
    """Give the index every column, the exact point too: GiST itself keeps rounded boxes."""
    connection.execute("DROP INDEX resident_by_home")
    connection.execute(
        """CREATE INDEX resident_by_home ON resident USING gist (home)
           INCLUDE (home, account, level, visitor_until)"""
    )


def list_within(connection: psycopg.Connection[Any], area: str) -> list[str]:
    """Handed over as one text, as ours are: row by row costs more."""
    asked = f"SELECT string_agg(account, ' ') FROM resident WHERE {area} AND {_HEARS}"
    (accounts,) = connection.execute(asked.encode()).fetchone() or (None,)
    return accounts.split(" ") if accounts else []


def count(connection: psycopg.Connection[Any], area: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM resident WHERE {area} AND {_HEARS}".encode())
    found: int = row.fetchone()[0]  # type: ignore[index]
    return found


def vacuum(url: str, table: str) -> None:
    """What autovacuum does on a server that lives: statistics, and the visibility map.

    The server commits without waiting for the disk: what is not flushed would not be marked
    visible, and every row would be looked up in the table.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        connection.execute(f"VACUUM ANALYZE {table}".encode())

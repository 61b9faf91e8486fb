"""The servers the other tests stand on are what they say."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
import redis.asyncio
from blockbuster import BlockingError

from realtime.db import Database, Tx, migrate
from tests.support.processes import accepts, scratch
from tests.support.servers import PostgresServer, RedisServer, postgres_owner


def count_tables(tx: Tx) -> int:
    catalogue = "sqlite_master" if tx.dialect == "sqlite" else "pg_tables"
    found = tx.value(f"SELECT count(*) FROM {catalogue}")
    assert isinstance(found, int)
    return found


async def test_each_database_opens_migrated(database: Database) -> None:
    assert await database.read(count_tables) > 3


async def test_redis_starts_empty(redis_url: str) -> None:
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        assert await client.dbsize() == 0


def test_a_killed_redis_starts_again_on_its_port(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    port = server.port

    server.kill9()
    assert not accepts(port)

    server.start()
    assert server.port == port
    assert accepts(port)
    server.stop()


@pytest.mark.faults
def test_a_killed_durable_postgresql_keeps_what_it_committed() -> None:
    with scratch(postgres_owner()) as directory:
        server = PostgresServer(directory, durable=True)
        url = server.new_database()
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept (n integer)")
            connection.execute("INSERT INTO kept VALUES (1)")
        connection.close()

        server.kill9()
        server.start()

        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT n FROM kept").fetchall() == [(1,)]
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
        connection.close()
        server.stop()


async def test_our_code_may_not_block_the_loop(database_url: str) -> None:
    with pytest.raises(BlockingError):
        migrate(database_url)

"""What every test may ask for: servers (one of each per run), databases (fresh per test).

Servers start when a test first asks; a unit test never waits for them.
"""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Literal

import pytest
import uvloop
from blockbuster import BlockBuster, blockbuster_ctx

from realtime.db import Database, open_database
from tests.support import canary
from tests.support.app import ServerProcess
from tests.support.deadlines import give_deadline
from tests.support.processes import scratch
from tests.support.servers import PostgresServer, RedisServer, SqliteFiles, postgres_owner

Kind = Literal["sqlite", "postgresql"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the campaigns (marker long)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Campaigns wait for --long; what needs root is listed as not run elsewhere."""
    if not config.getoption("--long"):
        campaigns = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=campaigns)
        items[:] = [item for item in items if not item.get_closest_marker("long")]
    for item in items:
        give_deadline(item, float(config.getini("timeout")))
        if item.get_closest_marker("root") and os.geteuid() != 0:
            item.add_marker(pytest.mark.skip(reason="needs root"))


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """uvloop, as in production."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """The run's Redis. A test that kills one starts its own."""
    with scratch() as directory:
        server = RedisServer(directory)
        yield server
        server.stop()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """An empty Redis."""
    redis_server.clear()
    return redis_server.url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The run's PostgreSQL: quick, not durable. A test that kills one starts its own."""
    with scratch(postgres_owner()) as directory:
        server = PostgresServer(directory)
        yield server
        server.stop()


@pytest.fixture(scope="session")
def sqlite_files() -> Iterator[SqliteFiles]:
    with scratch() as directory:
        yield SqliteFiles(directory)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> Kind:
    """Which database; override it with `parametrize` to ask for one only."""
    kind: Kind = request.param
    return kind


@pytest.fixture
def database_server(
    database_kind: Kind, request: pytest.FixtureRequest
) -> SqliteFiles | PostgresServer:
    name = "sqlite_files" if database_kind == "sqlite" else "postgres_server"
    server: SqliteFiles | PostgresServer = request.getfixturevalue(name)
    return server


@pytest.fixture
def empty_database_url(database_server: SqliteFiles | PostgresServer) -> Iterator[str]:
    """A database without any table, on each kind."""
    url = database_server.new_database()
    yield url
    database_server.drop_database(url)


@pytest.fixture
def database_url(database_server: SqliteFiles | PostgresServer) -> Iterator[str]:
    """A fresh database at the newest schema, on each kind."""
    url = database_server.new_migrated_database()
    yield url
    database_server.drop_database(url)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The same, opened as the server opens it."""
    # In a thread: opening makes folders and connections, which a server does before its loop runs.
    db = await asyncio.to_thread(open_database, database_url)
    yield db
    await db.close()


@pytest.fixture
def server(database_url: str) -> Iterator[ServerProcess]:
    """A whole server, running, on each kind of database."""
    with scratch() as directory, ServerProcess(directory, database_url=database_url) as running:
        yield running


@pytest.fixture(scope="session", autouse=True)
def canary_watch() -> Iterator[None]:
    """All that servers say to this process is searched for a house number."""
    patching = pytest.MonkeyPatch()
    canary.watch(patching.setattr)
    yield
    patching.undo()


@pytest.fixture(autouse=True)
def no_house_number_seen() -> Iterator[None]:
    yield
    canary.assert_unseen()


@pytest.fixture(autouse=True)
def no_blocking(request: pytest.FixtureRequest) -> Iterator[BlockBuster | None]:
    """Our code may not block the event loop: a blocking call under one raises BlockingError.

    Only calls made by `realtime` count; what a test itself does in its loop is its own affair.
    """
    if not inspect.iscoroutinefunction(getattr(request.node, "obj", None)):
        yield None
        return
    with blockbuster_ctx("realtime") as guard:
        for function in guard.functions.values():
            # A first import reads files, once per process.
            function.can_block_in("<frozen importlib._bootstrap>", {"_find_and_load"})
        yield guard

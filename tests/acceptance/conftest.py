"""One running server on each database for all acceptance tests; each test lives in its own cell."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from tests.support import canary
from tests.support.app import ServerProcess
from tests.support.clients import Client
from tests.support.doors import let_in
from tests.support.processes import scratch
from tests.support.residents import member
from tests.support.servers import PostgresServer, SqliteFiles

# A run of fewer tests is a part by name.
WHOLE_FOLDER = 200
ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz"
Arrive = Callable[..., Awaitable[Client]]


@pytest.fixture(scope="session")
def sqlite_house(sqlite_files: SqliteFiles) -> Iterator[ServerProcess]:
    with scratch() as directory:
        url = sqlite_files.new_migrated_database()
        with ServerProcess(directory, database_url=url) as running:
            yield running


@pytest.fixture(scope="session")
def postgresql_house(postgres_server: PostgresServer) -> Iterator[ServerProcess]:
    with scratch() as directory:
        url = postgres_server.new_migrated_database()
        with ServerProcess(directory, database_url=url) as running:
            yield running


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest) -> ServerProcess:
    """A whole server, which outlives the module. Nothing done here may be seen from another cell.

    Not one fixture with parameters for the whole run: pytest would start a server at each change
    of database, twice a module.
    """
    running: ServerProcess = request.getfixturevalue(f"{request.param}_house")
    return running


@pytest.fixture(scope="session")
def cells() -> Iterator[str]:
    """Cells some 50 km apart and more: no ring, region or alert of one reaches another."""
    return (f"{a}{b}{c}ez1" for a, b, c in itertools.product(("u0", "gb", "ez"), ALPHABET, "38bz"))


@pytest.fixture
def cell(cells: Iterator[str]) -> str:
    """Where this test lives."""
    found = next(cells)
    return found + "z" * (7 - len(found))


@pytest.fixture
async def arrive(house: ServerProcess, cell: str) -> AsyncIterator[Arrive]:
    """A member settles, signs in and connects: `await arrive("Ada")`."""
    arrived: list[Client] = []

    async def one(name: str, *, home: str = cell, sync: bool = True, **more: Any) -> Client:
        behind = member(home, name, **more)
        url = house.env["PALIER_DATABASE_URL"]
        keyring = await asyncio.to_thread(house.keyring)
        # Behind the canary's door: what the server says of anybody here must not name it.
        (token,) = await let_in(url, behind, keyring=keyring)
        client = await Client(house.origin, token).connect(sync=sync)
        arrived.append(client)
        return client

    yield one
    for client in arrived:
        await client.close()


@pytest.fixture
def promised(request: pytest.FixtureRequest) -> float:
    """The share of messages that must be quick: 99 %, and half where others use the machine."""
    return 0.99 if request.config.getoption("--long") else 0.5


@pytest.fixture(scope="session", autouse=True)
def all_that_servers_say_was_searched(request: pytest.FixtureRequest) -> Iterator[None]:
    """A watch that sees nothing finds nothing: when all of this folder ran, it saw each kind."""
    yield
    if len(request.session.items) > WHOLE_FOLDER:
        canary.assert_looked("http", "socket", "log", "metrics", "printed")

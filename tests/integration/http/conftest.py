"""A whole HTTP edge on a free port, without the engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from realtime.accounts import actions
from realtime.accounts.model import Home
from realtime.accounts.passwords import Cost, Hasher
from realtime.clock import Clock
from realtime.db import Database
from realtime.engine.limits import Limits
from realtime.fanout.bus import InProcessBus
from realtime.fanout.commit import Committer
from realtime.fanout.rendering import Rendering
from realtime.http.house import House
from realtime.http.routes import attach
from realtime.keyring import Keyring
from realtime.members.rights import Rights
from realtime.places.finder import Finder
from realtime.places.ip_area import IpArea
from realtime.push.endpoints import allowed_by
from realtime.push.keys import open_keys
from realtime.settings import Settings
from tests.support.processes import free_port

HOME = Home(
    cell="gbwc9z1", street="Rue de la Chaussée", city="Rennes", street_is_neighbourhood=False
)
PASSWORD = "un mot de passe sûr"


class MovingClock(Clock):
    """A clock that a test moves on."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.passed


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, origin=f"http://127.0.0.1:{free_port()}", limits="off")


@pytest.fixture
def house(database: Database, settings: Settings, clock: MovingClock, tmp_path: Path) -> House:
    bus = InProcessBus()
    rendering = Rendering({"account.changed": lambda tx, events, now: [{} for _ in events]})
    return House(
        settings=settings,
        clock=clock,
        db=database,
        bus=bus,
        committer=Committer(database, bus, rendering, clock),
        rights=Rights(settings.levels_of_the_street),
        limits=Limits(is_on=settings.limits == "on"),
        hasher=Hasher(Cost(64, 1)),
        keyring=Keyring(b"an operator's secret, long enough"),
        finder=Finder(database, None),
        ip_area=IpArea(""),
        keys=open_keys(tmp_path, "operator@example.org", clock.now()),
        allowed=allowed_by("push.example.net:8443"),
        client=tmp_path / "dist",
    )


async def serve(house: House) -> TestClient:
    app = web.Application()
    # In a thread: the client's files are listed before the server's loop runs.
    await asyncio.to_thread(attach, app, house)
    port = int(house.settings.origin.rpartition(":")[2])
    client = TestClient(TestServer(app, host="127.0.0.1", port=port))
    await client.start_server()
    return client


@pytest.fixture
async def client(house: House) -> AsyncIterator[TestClient]:
    """Keeps no cookies: a test says with each request who asks."""
    client = await serve(house)
    yield client
    await client.close()
    house.hasher.close()


async def make_account(house: House, email: str, password: str = PASSWORD) -> str:
    """A visitor, as sign-up leaves one."""
    password_hash = await house.hasher.hash(password)

    def write(tx, now):
        return actions.create(
            tx,
            email=email,
            password_hash=password_hash,
            name="Camille Le Goff",
            language="fr",
            home=HOME,
            visitor_time=timedelta(hours=48),
            now=now,
        )

    return await house.db.write(lambda tx: write(tx, house.clock.now()))


@pytest.fixture
async def camille(house: House) -> str:
    return await make_account(house, "camille@example.org")


async def sign_in(client: TestClient | ClientSession, email: str, password: str = PASSWORD) -> str:
    """The token of a new sign-in."""
    answer = await client.post("/api/session", json={"email": email, "password": password})
    assert answer.status == 200, await answer.text()
    return (await answer.json())["token"]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}

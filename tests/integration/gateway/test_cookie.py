"""A socket believes the session cookie that HTTP believes, and no other."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from aiohttp.test_utils import make_mocked_request

from realtime.clock import Clock
from realtime.db import Database
from realtime.engine import ConnectionRefused, Socket
from realtime.fanout.local import Local
from realtime.gateway.doorstep import Doorstep
from realtime.gateway.renderers import rendering_of
from realtime.gateway.sessions import Sessions
from realtime.settings import Settings
from tests.support.doors import open_doors
from tests.support.residents import RIGHTS, member

HTTPS = Settings(origin="https://palier.example.org", operator_mail="x@example.org")
LOOPBACK = Settings(origin="http://127.0.0.1:8000")


class Wire:
    """A socket that is not used before it is let in."""

    session: object = None


async def connects(database: Database, settings: Settings, name: str, token: str) -> bool:
    local = cast(Local, SimpleNamespace(watch=lambda *_: None))
    rendering = rendering_of(RIGHTS)
    cookie = settings.session_cookie
    doorstep = Doorstep(is_on=True)
    hearing = (database, local, rendering, RIGHTS, Clock())
    sessions = Sessions(*hearing, cookie=cookie, doorstep=doorstep)
    request = make_mocked_request("GET", "/socket.io/", {"Cookie": f"{name}={token}"})
    try:
        await sessions.connect(cast(Socket, Wire()), None, request)
    except ConnectionRefused:
        return False
    return True


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_each_origin_has_one_cookie(database: Database) -> None:
    ada = member("gbwc9z1", "Ada")
    (token,) = await database.write(open_doors, [ada], Clock().now())
    assert await connects(database, LOOPBACK, "sid", token)
    assert await connects(database, HTTPS, "__Host-sid", token)
    # One that a neighbouring subdomain or plain http could have planted.
    assert not await connects(database, HTTPS, "sid", token)
    assert not await connects(database, LOOPBACK, "__Host-sid", token)

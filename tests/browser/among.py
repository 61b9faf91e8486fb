"""What tests of neighbours among themselves share: contacts, arrivals, many who are here."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from playwright.sync_api import BrowserContext

from realtime.ids import new_ulid
from tests.browser.conftest import in_a_thread
from tests.support.app import Resident, ServerProcess
from tests.support.clients import PATIENCE, Client

PASSWORD = "une phrase assez longue"


def key() -> str:
    return new_ulid(datetime.now(UTC))


def write_first(house: ServerProcess, asker: Resident, other: Resident, text: str) -> str:
    """The asker's request to the other; the topic."""

    async def ask() -> str:
        async with Client(house.origin, asker.token) as client:
            opened = await client.ask("direct.open", key=key(), account=other.account)
            await client.ask("message.post", key=key(), to=opened["topic"], text=text)
            return str(opened["topic"])

    return in_a_thread(ask)


def befriend(house: ServerProcess, one: Resident, other: Resident) -> str:
    """The two are contacts from now on; their topic."""
    topic = write_first(house, one, other, "Bonjour !")

    async def accept() -> str:
        async with Client(house.origin, other.token) as client:
            await client.ask("direct.accept", topic=topic)
        return topic

    return in_a_thread(accept)


@contextmanager
def many_here(house: ServerProcess, residents: list[Resident]) -> Iterator[None]:
    """All of these have the app open meanwhile."""
    ready, over = threading.Event(), threading.Event()

    async def stay() -> None:
        clients = [await Client(house.origin, one.token).connect(sync=False) for one in residents]
        ready.set()
        await asyncio.to_thread(over.wait)
        for client in clients:
            await client.close()

    thread = threading.Thread(target=lambda: asyncio.run(stay()))
    thread.start()
    try:
        assert ready.wait(3 * PATIENCE)
        yield
    finally:
        over.set()
        thread.join(PATIENCE)


def sign_up(context: BrowserContext, house: ServerProcess, name: str, door: str) -> dict[str, Any]:
    """A newcomer in this browser; what the server says of them."""
    asked = context.request
    found = asked.get(f"{house.origin}/api/addresses?q=rue%20de%20la%20chau").json()["addresses"]
    email = f"{name.split()[0].lower()}.{key().lower()}@example.org"
    body = {"email": email, "password": PASSWORD, "display_name": name, "door": door}
    post(context, house, "/api/accounts", {**body, "address_id": found[-1]["id"], "age_ok": True})
    me: dict[str, Any] = asked.get(f"{house.origin}/api/me").json()["me"]
    return me


def post(
    context: BrowserContext, house: ServerProcess, path: str, data: object, *, token: str = ""
) -> dict[str, Any]:
    """What the server answers to this browser, or to the bearer of `token`."""
    bearer = {"Authorization": f"Bearer {token}"} if token else {}
    headers = {"Origin": house.origin, **bearer}
    answer = context.request.post(house.origin + path, data=data, headers=headers)
    assert answer.ok, answer.text()
    body: dict[str, Any] = answer.json() if answer.status != HTTPStatus.NO_CONTENT else {}
    return body

"""Every command and route, by every role, in every room: allowed or refused as FEATURES says.

Enumerated from the registry: a new command or route without a row fails.
"""

from __future__ import annotations

import asyncio
import http.client
import json
from datetime import timedelta
from typing import Any

import pytest

from realtime.clock import Clock
from realtime.db import open_database
from realtime.places.homes import homes_in
from realtime.wire import COMMANDS
from realtime.wire.http import ROUTES
from tests.acceptance.conftest import Arrive
from tests.acceptance.test_events_explain_state import Scene, found_hall
from tests.support.app import ServerProcess
from tests.support.authority import (
    ALERTS,
    CLOSED,
    NEIGHBOURS,
    ROLES,
    ROOMS,
    Objects,
    RouteRow,
    Row,
)
from tests.support.clients import Client, new_key
from tests.support.doors import let_in
from tests.support.pictures import jpeg
from tests.support.residents import member

ROWS = (*ROOMS, *ALERTS, *NEIGHBOURS)


def test_every_command_has_a_row() -> None:
    assert {row.command for row in ROWS} == set(COMMANDS)


@pytest.fixture
async def people(house: ServerProcess, arrive: Arrive, cell: str, cells: Any) -> Any:
    """A client of each role."""
    far = next(cells)
    found = {
        role: await arrive(role, level="none" if role == "visitor" else role)
        for role in ("visitor", "location", "vouched", "postcard", "organisation")
    }
    for role in ("colleague", "former"):
        found[role] = await arrive(role, level="organisation")
    found["far"] = await arrive("far", home=far + "z" * (7 - len(far)))
    url = house.env["PALIER_DATABASE_URL"]
    keyring = await asyncio.to_thread(house.keyring)
    late = timedelta(seconds=-1)
    (token,) = await let_in(url, member(cell, "expired", level="none"), keyring=keyring, visit=late)
    found["expired"] = await Client(house.origin, token).connect()
    staff = [found[role].me["account"] for role in ("organisation", "colleague", "former")]
    await found_hall(url, cell, *staff)
    await found_hall(url, cell, staff[-1])
    yield found
    await found["expired"].close()


async def made_by(ada: Client, bo: Client, hall: Client, cell: str) -> Objects:
    """One of everything, Ada's unless it is the town hall's."""
    scene = Scene(ada, bo, hall, cell)
    made: dict[str, Any] = {"ada": ada.me["account"], "bo": bo.me["account"]}
    made["street"] = (await scene.post(ada, to="street"))["id"]
    made["wide"] = (await scene.post(ada, to="neighbourhood"))["id"]
    made["quiet_alert"] = (await scene.raised(kind="outage"))["id"]
    made["alert"] = (await scene.raised())["id"]
    made["sighting"] = (await scene.sighted())["id"]
    made["announcement"] = (await scene.published())["id"]
    made["official"] = (await scene.raised(hall, kind="official"))["id"]
    made["officials"] = [
        (await scene.raised(hall, kind="official"))["id"] for _ in range(2 * len(ROLES))
    ]
    for name, access in (("group", "open"), ("hidden", "hidden")):
        group = await ada.ask(
            "group.create", key=new_key(), name="Guitare", access=access, category="musique"
        )
        made[name] = group["group"]["topic"]
    made["in_group"] = (await ada.post(made["group"], "Bonjour"))["id"]
    made["thread"] = (await bo.ask("direct.open", key=new_key(), account=made["ada"]))["topic"]
    await bo.post(made["thread"], "Bonjour")
    return Objects(cell, made)


@pytest.mark.timeout(120)
async def test_each_role_may_do_what_features_say_and_nothing_else(
    arrive: Arrive, people: dict[str, Client], cell: str
) -> None:
    ada, bo = await arrive("Ada Lovelace"), await arrive("Bo Diddley")
    objects = await made_by(ada, bo, people["organisation"], cell)
    objects.accounts = {role: client.me["account"] for role, client in people.items()}
    wrong = []
    for row in ROWS:
        for role in ROLES:
            expected, answered = row.expected(role), await ask(people[role], row, objects)
            if answered != expected:
                wrong.append(f"{row}, {role}: {answered}, not {expected}")
    assert not wrong, "\n".join(wrong)


async def ask(client: Client, row: Row, objects: Objects) -> str:
    ack = await client.command(row.command, row.payload(objects))
    return "ok" if ack["ok"] else str(ack["code"])


def test_every_route_behind_a_sign_in_has_a_row() -> None:
    closed = {f"{route.method} {route.path}" for route in ROUTES if not route.is_open}
    assert {row.route for row in CLOSED} == closed


@pytest.mark.timeout(120)
async def test_each_role_is_answered_by_each_route_as_features_say(
    house: ServerProcess, arrive: Arrive, people: dict[str, Client], cell: str
) -> None:
    ada, bo = await arrive("Ada Lovelace"), await arrive("Bo Diddley")
    objects = await made_by(ada, bo, people["organisation"], cell)
    _, taken = await asyncio.to_thread(send, house, ada.token, *CLOSED_PHOTO)
    objects.made["photo"] = taken["id"]
    objects.made["address"] = await an_address(house, cell)
    await ada.ask("message.post", key=new_key(), to="street", text="Regardez", photos=[taken["id"]])
    wrong = []
    for row in CLOSED:
        _, said = await asyncio.to_thread(send_row, house, None, row, objects)
        if said.get("code") != "not_signed_in":
            wrong.append(f"{row.route}, stranger: {said}")
        for role in ROLES:
            token, expected = people[role].token, row.expected(role)
            status, said = await asyncio.to_thread(send_row, house, token, row, objects)
            if status != expected:
                wrong.append(f"{row.route}, {role}: {status} {said.get('code')}, not {expected}")
    assert not wrong, "\n".join(wrong)


def send_row(
    house: ServerProcess, token: str | None, row: RouteRow, objects: Objects
) -> tuple[int, dict[str, Any]]:
    method, path = row.route.split()
    for name, value in row.named.items():
        path = path.replace(f"{{{name}}}", str(objects.made.get(value, value)))
    sent = row.sent(objects)
    body = None if sent is None else json.dumps(sent).encode()
    return send(house, token, method, path, body, "application/json")


async def an_address(house: ServerProcess, cell: str) -> str:
    db = await asyncio.to_thread(open_database, house.env["PALIER_DATABASE_URL"])
    (home,) = await homes_in(db, Clock(), cell, 1, seed=1)
    await db.close()
    return home.address.id


def send(
    house: ServerProcess, token: str | None, method: str, path: str, body: bytes | None, kind: str
) -> tuple[int, dict[str, Any]]:
    headers = {"Content-Type": kind}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=30)
    try:
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        said = answer.read()
    finally:
        connection.close()
    is_json = answer.headers.get("Content-Type", "").startswith("application/json")
    return answer.status, json.loads(said) if is_json and said else {}


def form(photo: bytes) -> tuple[bytes, str]:
    boundary = "a-boundary"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n'
    body = head.encode() + b"\r\n" + photo + f"\r\n--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


CLOSED_PHOTO = ("POST", "/api/photos", *form(jpeg()))

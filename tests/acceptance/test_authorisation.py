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

from realtime.alerts.kinds import KINDS
from realtime.clock import Clock
from realtime.db import open_database
from realtime.places.homes import homes_in
from realtime.wire import COMMANDS, messages
from realtime.wire.http import ROUTES
from tests.acceptance.conftest import Arrive
from tests.acceptance.test_events_explain_state import Scene, found_hall
from tests.support.app import ServerProcess
from tests.support.authority import (
    ALERTS,
    CLOSED,
    HAVE_THREAD,
    NEIGHBOURS,
    ROLES,
    ROOMS,
    Objects,
    RouteRow,
    Row,
)
from tests.support.clients import Client, Json, new_key
from tests.support.doors import let_in
from tests.support.pictures import jpeg
from tests.support.residents import member

ROWS = (*ROOMS, *ALERTS, *NEIGHBOURS)


def test_every_command_has_a_row() -> None:
    assert {row.command for row in ROWS} == set(COMMANDS)


QUOTAS_PAST = "UPDATE alert SET raised_at = raised_at - 172800000 WHERE organisation IS NULL"
EACH_ROOM = {"street", "neighbourhood", "group", "direct"}
ROOMS_OF = {spec.name: EACH_ROOM for spec in messages.COMMANDS} | {
    "conversations": {"street", "neighbourhood"},
    "search": EACH_ROOM,
    "report": EACH_ROOM,
    "typing": {"group", "direct"},
}


class Names(dict[str, Any]):
    """Each object is its own name."""

    def __missing__(self, name: str) -> str:
        return name


ROOM_OF = {
    "street": "street", "wide": "neighbourhood", "neighbourhood": "neighbourhood",
    "group": "group", "in_group": "group", "thread": "direct", "in_thread": "direct",
    "own_thread": "direct", "own_words": "direct", "adas_words": "direct",
}  # fmt: skip


def rooms_of(of_row: Row) -> set[str]:
    """The rooms its payload names."""
    named = of_row.payload(Objects("gbwc9z1", Names())).values()
    return {ROOM_OF[one] for one in named if isinstance(one, str) and one in ROOM_OF}


def test_every_room_of_a_command_has_a_row() -> None:
    found = {
        name: set().union(*(rooms_of(row) for row in ROWS if row.command == name))
        for name in ROOMS_OF
    }
    assert found == ROOMS_OF


def test_every_kind_of_alert_has_a_row() -> None:
    nowhere = Objects("gbwc9z1")
    kinds = [row.payload(nowhere)["kind"] for row in ROWS if row.command == "alert.raise"]
    assert sorted(kinds) == sorted(name for name, kind in KINDS.items() if kind.act is not None)


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
    made["in_thread"] = (await bo.post(made["thread"], "Bonjour"))["id"]
    return Objects(cell, made)


async def threads_of(ada: Client, people: dict[str, Client], o: Objects) -> dict[str, Json]:
    """Of each role its thread with Ada, or where there is none another's, as objects of rows."""
    others = {"own_thread": o.thread, "own_words": o.in_thread, "adas_words": o.in_thread}
    found = dict.fromkeys(ROLES, others)
    for role in HAVE_THREAD:
        asked = await ada.ask("direct.open", key=new_key(), account=o.accounts[role])
        topic = asked["topic"]
        first = await ada.post(topic, "Bonjour")
        await people[role].ask("direct.accept", topic=topic)
        answer = await people[role].post(topic, "Bonjour")
        found[role] = {
            "own_thread": topic, "own_words": answer["id"], "adas_words": first["id"]
        }  # fmt: skip
    return found


async def let_days_pass(house: ServerProcess) -> None:
    """Whichever household raised an alert may raise another."""
    db = await asyncio.to_thread(open_database, house.env["PALIER_DATABASE_URL"])
    await db.write(lambda tx: tx.run(QUOTAS_PAST))
    await db.close()


@pytest.mark.timeout(120)
async def test_each_role_may_do_what_features_say_and_nothing_else(
    house: ServerProcess, arrive: Arrive, people: dict[str, Client], cell: str
) -> None:
    ada, bo = await arrive("Ada Lovelace"), await arrive("Bo Diddley")
    objects = await made_by(ada, bo, people["organisation"], cell)
    objects.accounts = {role: client.me["account"] for role, client in people.items()}
    threads = await threads_of(ada, people, objects)
    wrong = []
    for row in ROWS:
        if row.command == "alert.raise":
            await let_days_pass(house)
        for role in ROLES:
            objects.made |= threads[role]
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

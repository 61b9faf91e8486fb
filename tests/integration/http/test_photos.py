"""Photos over HTTP: a bounded upload, shown to those who may see what shows it."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime

import pytest
from aiohttp import FormData

from realtime.alerts import actions
from realtime.alerts.area import reached_by
from realtime.alerts.pets.actions import save as save_pet
from realtime.db import Tx
from realtime.members.directory.actions import change_listing
from realtime.photos import store
from realtime.wire.alerts import Details
from realtime.wire.directory import ListingSet
from realtime.wire.pets import PetSave
from tests.integration.alerts.asking import HOME, asked
from tests.integration.http.conftest import bearer
from tests.support.doors import open_doors
from tests.support.pictures import CANARY, jpeg, malformed
from tests.support.residents import RIGHTS, member


def form(content: bytes, **fields: str) -> FormData:
    data = FormData()
    data.add_field(
        "photo", io.BytesIO(content), filename="IMG_48.1173.jpg", content_type="image/jpeg"
    )
    for name, value in fields.items():
        data.add_field(name, value)
    return data


@pytest.fixture
async def neighbours(house):
    """Ada and Bo of one street, Cy of Paris; each with a token."""
    people = [member(HOME), member(HOME), member("u09tvw0")]
    tokens = await house.db.write(open_doors, people, datetime.now(UTC))
    return list(zip(people, map(bearer, tokens), strict=True))


async def test_a_photo_is_taken_redrawn_and_shown_to_its_owner(client, neighbours):
    (_, ada), (_, bo), _ = neighbours
    answer = await client.post("/api/photos", data=form(jpeg(), alt="Un chat roux"), headers=ada)
    assert answer.status == 201, await answer.text()
    taken = await answer.json()
    assert (taken["width"], taken["height"], taken["alt"]) == (480, 640, "Un chat roux")
    assert "IMG" not in taken["url"]
    shown = await client.get(taken["url"], headers=ada)
    assert (shown.status, shown.content_type) == (200, "image/webp")
    assert CANARY.encode() not in await shown.read()
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert (await client.get(taken["url"], headers=bo)).status == 404
    assert (await client.get(taken["url"])).status == 401


async def test_its_owner_says_what_a_photo_shows_until_it_is_shown(client, house, neighbours):
    (_, ada), (_, bo), _ = neighbours
    taken = await (await client.post("/api/photos", data=form(jpeg()), headers=ada)).json()
    said = {"alt": "Un chat roux"}
    assert (await client.patch(taken["url"], json=said, headers=bo)).status == 404
    assert (await client.patch(taken["url"], json=said, headers=ada)).status == 204
    photo = await house.db.read(store.find_photo, taken["id"])
    assert photo.alt == "Un chat roux"
    assert (await client.patch(taken["url"], json={"alt": "x" * 201}, headers=ada)).status == 400
    await house.db.write(store.use, photo.account, [photo.id], "01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert (await client.patch(taken["url"], json={"alt": "Non"}, headers=ada)).status == 404


async def test_who_hears_the_alert_sees_its_photo(client, house, neighbours):
    (ada, as_ada), (_, as_bo), (_, as_cy) = neighbours
    taken = await (await client.post("/api/photos", data=form(jpeg()), headers=as_ada)).json()
    given = asked(house.clock.now(), photos=[taken["id"]])
    place = (given.place.lon, given.place.lat)
    reached = await asyncio.to_thread(reached_by, given.kind, place, None, None, official=False)

    def write(tx: Tx) -> str:
        now = house.clock.now()
        return actions.raise_alert(tx, ada, RIGHTS, given, reached, now).value

    alert = await house.db.write(write)
    assert (await client.get(taken["url"], headers=as_bo)).status == 200
    assert (await client.get(taken["url"], headers=as_cy)).status == 404
    await house.db.write(
        lambda tx: actions.withdraw(tx, ada, RIGHTS, alert, house.clock.now()).value
    )
    assert (await client.get(taken["url"], headers=as_bo)).status == 404


async def test_what_is_no_photo_is_refused(client, neighbours):
    (_, ada), *_ = neighbours
    answer = await client.post("/api/photos", data=form(malformed()["svg"]), headers=ada)
    assert (answer.status, (await answer.json())["code"]) == (422, "not_an_image")
    answer = await client.post("/api/photos", json={}, headers=ada)
    assert answer.status == 415
    answer = await client.post("/api/photos", data=form(bytes(11 << 20)), headers=ada)
    assert answer.status == 413
    answer = await client.post("/api/photos", data=form(jpeg(), gps="48"), headers=ada)
    assert (answer.status, (await answer.json())["code"]) == (400, "invalid")


async def test_strangers_upload_nothing(client):
    answer = await client.post("/api/photos", data=form(jpeg(64, 64)))
    assert answer.status == 401


async def test_a_pets_photo_is_for_those_who_find_its_owner(client, house, neighbours):
    (ada, as_ada), (_, as_bo), (_, as_cy) = neighbours
    taken = await (await client.post("/api/photos", data=form(jpeg()), headers=as_ada)).json()
    card = PetSave(key="0" * 26, details=Details(name="Moka"), photo=taken["id"])
    await house.db.write(save_pet, ada, RIGHTS, card, house.clock.now())

    async def statuses() -> list[int]:
        return [(await client.get(taken["url"], headers=one)).status for one in (as_bo, as_cy)]

    assert await statuses() == [404, 404]
    await house.db.write(change_listing, ada, ListingSet(listed=True, shows_pets=True))
    assert await statuses() == [200, 404]

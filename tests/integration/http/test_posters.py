"""The poster and the page behind its code, which turns by itself."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime, timedelta

import pytest
from pypdf import PdfReader

from realtime.alerts import actions
from realtime.alerts.area import reached_by
from realtime.db import Tx
from realtime.engine.limits import HOUR, RATES, Limits, Rate
from realtime.wire.alerts import AlertResolve
from tests.integration.alerts.asking import HOME, asked
from tests.integration.http.conftest import bearer
from tests.support.doors import open_doors
from tests.support.pictures import png
from tests.support.residents import RIGHTS, member


@pytest.fixture
async def cat(client, house):
    """(alert, Ada's headers, Bo's headers, how it ends): Moustache of Ada, with a photo."""
    people = [member(HOME), member(HOME)]
    tokens = await house.db.write(open_doors, people, datetime.now(UTC))
    ada, bo = map(bearer, tokens)
    form = {"photo": io.BytesIO(png())}
    taken = await (await client.post("/api/photos", data=form, headers=ada)).json()
    said = {"alt": "Un chat roux sur un mur"}
    await client.patch(f"/api/photos/{taken['id']}", json=said, headers=ada)
    details = {"name": "Moustache", "colours": ["roux"], "hidden_mark": "oreille fendue"}
    given = asked(house.clock.now(), photos=[taken["id"]], details=details)
    place = (given.place.lon, given.place.lat)
    reached = await asyncio.to_thread(reached_by, given.kind, place, None, None, official=False)

    def write(tx: Tx) -> str:
        now = house.clock.now()
        return actions.raise_alert(tx, people[0], RIGHTS, given, reached, now).value

    alert = await house.db.write(write)

    def resolve(tx: Tx) -> None:
        found = AlertResolve(id=alert, outcome="home")
        actions.resolve(tx, people[0], RIGHTS, found, house.clock.now())

    return alert, ada, bo, resolve


async def test_the_poster_has_the_words_and_no_secret(client, cat):
    alert, ada, bo, _ = cat
    assert (await client.get(f"/a/{alert}")).status == 404, "no poster, no public page"
    assert (await client.post(f"/api/alerts/{alert}/poster", headers=bo)).status == 404
    answer = await client.post(f"/api/alerts/{alert}/poster", headers=ada)
    assert (answer.status, answer.content_type) == (200, "application/pdf")
    pdf = PdfReader(io.BytesIO(await answer.read()))
    text = await asyncio.to_thread(lambda: " ".join(page.extract_text() for page in pdf.pages))
    assert len(pdf.pages) == 1
    assert "CHAT PERDU" in text
    assert "Moustache a disparu" in text
    assert "Couleurs : roux" in text.replace("\u00a0", " ")
    assert f"/a/{alert}" in text.replace(" ", "").replace("\n", "")
    for secret in ("oreille", "Chaussée", HOME, "Camille"):
        assert secret not in text


async def test_the_page_turns_to_found_by_itself(client, house, cat):
    alert, ada, _, resolve = cat
    await client.post(f"/api/alerts/{alert}/poster", headers=ada)
    answer = await client.get(f"/a/{alert}", headers={"Accept-Language": "fr"})
    page = await answer.text()
    assert answer.status == 200
    assert "Chat perdu" in page
    assert "Je l’ai vu" in page
    assert 'alt="Un chat roux sur un mur"' in page
    assert "Couleurs\u00a0: <strong>roux" in page
    assert "oreille" not in page
    assert HOME not in page
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    shown = await client.get(f"/a/{alert}/photo")
    assert (shown.status, shown.content_type) == (200, "image/webp")
    await house.db.write(resolve)
    page = await (await client.get(f"/a/{alert}", headers={"Accept-Language": "fr"})).text()
    assert "Retrouvé" in page
    assert "Je l’ai vu" not in page
    assert (await client.get(f"/a/{alert}/photo")).status == 404
    assert (await client.get("/a/poster.css")).content_type == "text/css"


async def test_the_photo_goes_when_its_time_is_over_and_is_given_as_often_as_the_page(
    client, house, clock, cat
):
    alert, ada, _, _ = cat
    await client.post(f"/api/alerts/{alert}/poster", headers=ada)
    clock.passed = timedelta(days=8)
    assert (await client.get(f"/a/{alert}/photo")).status == 404
    clock.passed = timedelta(0)
    object.__setattr__(house, "limits", Limits(rates=RATES | {"page": Rate(1 / HOUR, 2)}))
    answers = [(await client.get(f"/a/{alert}/photo")).status for _ in range(3)]
    assert answers == [200, 200, 429]

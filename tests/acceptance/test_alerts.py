"""Alerts through the running server: told in time, and what events say is what `sync` says."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from realtime.clock import to_iso
from realtime.db import open_database
from realtime.geo.cells import cell_at, centre, neighbours
from realtime.geo.covering import covers
from realtime.ids import new_token
from realtime.photos.model import Photo
from realtime.photos.store import add_photo
from tests.acceptance.conftest import Arrive
from tests.acceptance.test_events_explain_state import found_hall
from tests.support.app import ServerProcess
from tests.support.clients import Client, Json, new_key
from tests.support.doors import let_in
from tests.support.residents import member

OPEN = ("active", "disputed")


def lost_cat(cell: str, **more: Any) -> Json:
    lon, lat = centre(cell)
    return {
        "kind": "lost_cat",
        "title": "Moustache a disparu",
        "body": "Très craintif",
        "occurred_at": to_iso(datetime.now(UTC)),
        "place": {"lon": lon, "lat": lat},
        **more,
    }


async def raise_alert(author: Client, cell: str, **more: Any) -> Json:
    ack = await author.ask("alert.raise", key=new_key(), **lost_cat(cell, **more))
    alert: Json = ack["alert"]
    return alert


async def test_the_street_hears_of_a_lost_cat_within_a_second(
    arrive: Arrive, cell: str, request: pytest.FixtureRequest
) -> None:
    ada, bo = await arrive("Ada Lovelace"), await arrive("Bo")
    preview = await ada.ask("alert.preview", **lost_cat(cell))
    assert preview["reach"] == {"members": None, "phones": None}, "fewer than ten"
    # Where other stages use the machine, a second may pass before anybody runs.
    promised = 1 if request.config.getoption("--long") else 5
    begun = asyncio.get_running_loop().time()
    alert = await raise_alert(ada, cell)
    heard = await bo.wait_for("alert.raised")
    assert asyncio.get_running_loop().time() - begun < promised
    assert heard["alert"] == alert
    assert alert["author"]["name"] == "Ada L."
    thread = await bo.ask("history", conversation=alert["conversation"])
    assert [message["text"] for message in thread["messages"]] == ["Moustache a disparu"]
    await bo.reply(alert["conversation"], "Je regarde dans ma cour")
    await ada.wait_for("message.posted", text="Je regarde dans ma cour")


async def test_the_same_key_raises_once(arrive: Arrive, cell: str) -> None:
    ada = await arrive("Ada")
    asked = lost_cat(cell, key=new_key())
    first = await ada.ask("alert.raise", **asked)
    again = await ada.ask("alert.raise", **asked)
    assert first == again
    asked["title"] = "Autre"
    assert await ada.refused("alert.raise", **asked) == "key_reused"


async def test_wide_and_drawn_areas_are_covered_and_refused_alike(
    arrive: Arrive, cell: str
) -> None:
    ada, bo = await arrive("Ada"), await arrive("Bo")
    dog = lost_cat(cell, kind="lost_dog")
    wide = await ada.ask("alert.preview", **dog, radius_m=5_000)
    assert wide["area"] == {"cell": cell, "radius_m": 5_000, "cells": None}
    lon, lat = centre(cell)
    ring = [[lon + x, lat + y] for x, y in ((-0.01, -0.01), (0.01, -0.01), (0, 0.01))]
    area = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    drawn = await raise_alert(ada, cell, kind="lost_dog", area=area)
    await bo.wait_for("alert.raised")
    assert covers(drawn["area"]["cells"], cell)
    bad = {"type": "Polygon", "coordinates": [ring]}
    assert await ada.refused("alert.preview", **dog, area=bad) == "invalid"
    assert await ada.refused("alert.preview", **dog, radius_m=6_000) == "area_too_large"


async def test_no_position_finer_than_a_cell_crosses_the_wire(arrive: Arrive, cell: str) -> None:
    ada, bo = await arrive("Ada"), await arrive("Bo")
    lon, lat = centre(cell)
    canary = {"lon": lon + 0.000123456, "lat": lat + 0.000123456}
    alert = await raise_alert(ada, cell, place=canary, details={"hidden_mark": "canarimarque"})
    await bo.wait_for("alert.raised")
    opened = await bo.ask("alert.open", id=alert["id"])
    ack = await bo.ask(
        "alert.sighting",
        key=new_key(),
        id=alert["id"],
        at=lost_cat(cell)["occurred_at"],
        place=canary,
    )
    synced = await (await arrive("Cy")).sync()
    said = json.dumps([alert, opened, ack, synced, bo.events, ada.events])
    assert "canarimarque" not in said
    assert not re.search(r"-?\d+\.\d{4,}", said), "no number as fine as a position"
    assert alert["area"] == {"cell": cell, "radius_m": 500, "cells": None}
    mine = await ada.ask("alert.open", id=alert["id"])
    assert mine["mine"]["hidden_mark"] == "canarimarque"


# ---- Events explain state

Act = Callable[["Street"], Awaitable[None]]


class Street:
    """The author, a neighbour, and somebody of the next region who follows along."""

    def __init__(self, ada: Client, bo: Client, far: Client, cell: str) -> None:
        self.ada, self.bo, self.far, self.cell = ada, bo, far, cell
        self.alert: Json = {}
        self.sighting = ""

    @property
    def everybody(self) -> tuple[Client, ...]:
        return self.ada, self.bo, self.far

    async def see(self) -> None:
        lon, lat = centre(self.cell)
        ack = await self.bo.ask(
            "alert.sighting",
            key=new_key(),
            id=self.alert["id"],
            at=to_iso(datetime.now(UTC)),
            place={"lon": lon, "lat": lat},
            text="Sous un banc",
        )
        self.sighting = ack["sighting"]["id"]


async def updates(street: Street) -> None:
    await street.ada.ask("alert.update", id=street.alert["id"], title="Moustache, chat roux")


async def widens(street: Street) -> None:
    await street.ada.ask("alert.still_missing", id=street.alert["id"], radius_m=2_000)


async def sees(street: Street) -> None:
    await street.see()


async def accepts(street: Street) -> None:
    await street.see()
    await street.ada.ask("alert.answer_sighting", sighting=street.sighting, accept=True)


async def declines(street: Street) -> None:
    await street.see()
    await street.ada.ask("alert.answer_sighting", sighting=street.sighting, accept=False)


async def confirms(street: Street) -> None:
    await street.bo.ask("alert.confirm", id=street.alert["id"])


async def disputes(street: Street) -> None:
    await street.bo.ask("alert.dispute", id=street.alert["id"])


async def resolves(street: Street) -> None:
    await street.see()
    await street.ada.ask("alert.resolve", id=street.alert["id"], outcome="home")


async def withdraws(street: Street) -> None:
    await street.ada.ask("alert.withdraw", id=street.alert["id"])


async def another(street: Street) -> None:
    await raise_alert(street.bo, street.cell, kind="road")


def state_of(ack: Json) -> Json:
    """What a client shows of alerts after `sync`."""
    return {
        "alerts": {alert["id"]: alert for alert in ack["alerts"]},
        "waiting": {one["id"]: one for one in ack["sightings"]},
    }


def applied(state: Json, events: list[Json]) -> Json:
    """The client's whole rule: an upsert; what is over leaves; what waits is mine alone."""
    alerts, waiting = dict(state["alerts"]), dict(state["waiting"])
    for event in events:
        if not event["kind"].startswith("alert."):
            continue
        for alert in (event["alert"], event.get("other")):
            if alert is not None and alert["state"] in OPEN:
                alerts[alert["id"]] = alert
            elif alert is not None:
                alerts.pop(alert["id"], None)
                waiting = {k: w for k, w in waiting.items() if w["alert"] != alert["id"]}
        sighting = event.get("sighting")
        if sighting is not None:
            waiting.pop(sighting["id"], None)
            if sighting["state"] == "waiting" and sighting["alert"] in alerts:
                waiting[sighting["id"]] = sighting
    return {"alerts": alerts, "waiting": waiting}


def explains(client: Client, old: Json, start: int, now: Json) -> bool:
    """Whether what the client heard since `start` leads from the old state to this one."""
    return applied(old, client.events[start:]) == now


@pytest.mark.parametrize(
    "act",
    [updates, widens, sees, accepts, declines, confirms, disputes, resolves, withdraws, another],
)
async def test_events_explain_state(arrive: Arrive, cell: str, act: Act) -> None:
    region = neighbours(cell[:5])[0]
    far = await arrive("Far", home=region + "z1")
    street = Street(await arrive("Ada"), await arrive("Bo"), far, cell)
    street.alert = await raise_alert(street.ada, cell)
    await far.ask("alert.follow", id=street.alert["id"])
    before = [state_of(await one.sync()) for one in street.everybody]
    heard = [len(one.events) for one in street.everybody]

    await act(street)

    for one, old, start in zip(street.everybody, before, heard, strict=True):
        fresh = await one.sync()
        # What was on its way when `sync` answered arrives right behind it.
        explained = partial(explains, one, old, start, state_of(fresh))
        await one.wait_until(explained, f"{act.__name__} explained")


# ---- Institutions


async def found_organisation(house: ServerProcess, staff: Client, cell: str, folder: Path) -> None:
    """Its territory is a square of some 10 km round the cell."""
    lon, lat = centre(cell)
    corners = ((-0.05, -0.05), (0.05, -0.05), (0.05, 0.05), (-0.05, 0.05), (-0.05, -0.05))
    ring = [[lon + x, lat + y] for x, y in corners]
    territory = folder / "territory.geojson"
    territory.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    email = f"{staff.me['account']}@example.org"
    heard = len(staff.events)
    said = await asyncio.to_thread(
        house.run,
        *("organisations", "create", "--name", "Mairie", "--staff", email),
        *("--territory", str(territory)),
    )
    assert f"{email}: account {staff.me['account']}" in said
    await staff.wait_until(lambda: len(staff.events) > heard, "the account is the organisation's")


async def test_an_institution_publishes_and_an_expired_visitor_reads(
    house: ServerProcess, arrive: Arrive, cell: str, tmp_path: Path
) -> None:
    staff = await arrive("Mairie")
    visitor = member(cell, "Eve", level="none")
    url = house.env["PALIER_DATABASE_URL"]
    (token,) = await let_in(url, visitor, visit=timedelta(seconds=-1))
    expired = await Client(house.origin, token).connect()
    await found_organisation(house, staff, cell, tmp_path)
    assert (await staff.sync())["me"]["level"] == "organisation"

    tomorrow = datetime.now(UTC) + timedelta(days=1)
    ack = await staff.ask(
        "announcement.publish",
        key=new_key(),
        title="Eau coupée",
        body="De 9 h à 12 h",
        level="urgent",
        expires_at=to_iso(tomorrow),
    )
    heard = await expired.wait_for("announcement.published")
    assert heard["announcement"] == ack["announcement"]
    assert (await expired.sync())["announcements"] == [ack["announcement"]]
    official = await staff.ask("alert.raise", key=new_key(), **lost_cat(cell, kind="official"))
    assert official["alert"]["organisation"]["name"] == "Mairie"
    told = await expired.wait_for("alert.raised")
    assert told["topic"].startswith("official:")
    assert await staff.refused("conversations", view="street") == "street"
    await expired.close()


async def test_an_official_alert_never_leaves_its_territory(
    house: ServerProcess, arrive: Arrive, cell: str, tmp_path: Path
) -> None:
    lon, lat = centre(cell)
    near, away = cell_at(lon + 0.02, lat), cell_at(lon + 0.1, lat)
    staff = await arrive("Mairie")
    bo, cy = await arrive("Bo", home=near), await arrive("Cy", home=away)
    await found_organisation(house, staff, cell, tmp_path)
    alert = await raise_alert(staff, cell, kind="official")
    for command in ("alert.update", "alert.still_missing"):
        ack = await staff.ask(command, id=alert["id"], radius_m=20_000)
        assert ack["alert"]["area"]["radius_m"] == 20_000
    assert [one["id"] for one in (await bo.sync())["alerts"]] == [alert["id"]]
    assert (await cy.sync())["alerts"] == []

    # Its author speaks for another house now.
    await found_organisation(house, staff, away, tmp_path)
    for more in ({}, {"radius_m": 2_000}):
        for command in ("alert.update", "alert.still_missing"):
            assert await staff.refused(command, id=alert["id"], **more) == "not_found"
    for command in ("alert.resolve", "alert.withdraw"):
        assert await staff.refused(command, id=alert["id"]) == "not_found"
    assert (await staff.ask("alert.open", id=alert["id"]))["mine"] is None


async def photo_of(url: str, account: str) -> str:
    db = await asyncio.to_thread(open_database, url)
    photo = Photo(
        id=new_token(), account=account, width=8, height=8, alt="", taken_at=datetime.now(UTC)
    )
    await db.write(add_photo, photo, b"")
    await db.close()
    return photo.id


async def test_a_colleague_sees_an_official_alert_to_its_end(
    house: ServerProcess, arrive: Arrive, cell: str
) -> None:
    """Whoever raised it has gone home: what was seen, its words, its photo and its end are left."""
    author = await arrive("Mairie", level="organisation")
    colleague = await arrive("Mairie", level="organisation")
    url = house.env["PALIER_DATABASE_URL"]
    await found_hall(url, cell, author.me["account"], colleague.me["account"])
    picture = await photo_of(url, author.me["account"])
    alert = await raise_alert(author, cell, kind="official", photos=[picture])
    bo = await arrive("Bo Diddley")
    seen = await bo.ask(
        "alert.sighting",
        key=new_key(),
        id=alert["id"],
        at=to_iso(datetime.now(UTC)),
        place=lost_cat(cell)["place"],
    )
    opened = await colleague.ask("alert.open", id=alert["id"])
    assert [one["id"] for one in opened["mine"]["waiting"]] == [seen["sighting"]["id"]]
    await colleague.ask("alert.answer_sighting", sighting=seen["sighting"]["id"], accept=True)
    changed = await colleague.ask("alert.update", id=alert["id"], title="Suite", photos=[picture])
    assert [one["id"] for one in changed["alert"]["photos"]] == [picture]
    await colleague.ask("alert.resolve", id=alert["id"])
    told = await bo.wait_for("alert.resolved")
    assert (told["alert"]["title"], told["alert"]["state"]) == ("Suite", "resolved")


async def test_who_changed_houses_is_told_no_sighting_of_the_old_one(
    house: ServerProcess, arrive: Arrive, cell: str
) -> None:
    author = await arrive("Mairie", level="organisation")
    url = house.env["PALIER_DATABASE_URL"]
    await found_hall(url, cell, author.me["account"])
    alert = await raise_alert(author, cell, kind="official")
    await found_hall(url, cell, author.me["account"])
    bo = await arrive("Bo Diddley")
    place = lost_cat(cell)["place"]
    at = to_iso(datetime.now(UTC))
    await bo.ask("alert.sighting", key=new_key(), id=alert["id"], at=at, place=place)
    told = await author.wait_for("alert.sighted")
    assert told["sighting"] is None
    assert (await author.ask("sync"))["sightings"] == []

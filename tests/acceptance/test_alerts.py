"""Alerts through the running server: told in time, and what events say is what `sync` says."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from realtime.clock import to_iso
from realtime.geo.cells import centre, neighbours
from realtime.geo.covering import covers
from tests.acceptance.conftest import Arrive
from tests.support.clients import Client, Json, new_key

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
    await act_explained(act, street, street.everybody)


async def act_explained(act: Act, street: Street, devices: Sequence[Client]) -> None:
    before = [state_of(await one.sync()) for one in devices]
    assert all(street.alert["id"] in state["alerts"] for state in before)
    heard = [len(one.events) for one in devices]

    await act(street)

    for one, old, start in zip(devices, before, heard, strict=True):
        fresh = await one.sync()
        # What was on its way when `sync` answered arrives right behind it.
        explained = partial(explains, one, old, start, state_of(fresh))
        await one.wait_until(explained, f"{act.__name__} explained")

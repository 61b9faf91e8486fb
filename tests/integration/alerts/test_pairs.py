"""Lost and found meet, whichever was raised first; both owners are told."""

from __future__ import annotations

from typing import Any

import pytest

from realtime.alerts import actions, store
from realtime.alerts.pairing import MOST
from realtime.alerts.rendering import render_alert
from realtime.db import Database, Tx
from realtime.geo.cells import cell_at, centre
from realtime.members.model import Member
from realtime.wire.alerts import AlertUpdate, StillMissing
from tests.integration.alerts.asking import HOME, raise_one, widen
from tests.support.residents import RIGHTS, Town, member

BESIDE = "gbwc9z3"
LOST: dict[str, Any] = {"kind": "lost_cat", "details": {"colours": ["noir"]}}
FOUND: dict[str, Any] = {"kind": "found_pet", "details": {"species": "chat", "colours": ["noire"]}}


@pytest.mark.parametrize("order", [(LOST, FOUND), (FOUND, LOST)])
async def test_the_second_of_the_two_tells_both_owners(
    database: Database, order: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    town = Town(database)
    ada, bo = member(HOME), member(BESIDE)
    await town.settle(ada, bo)
    first = await raise_one(town, ada, HOME, **order[0])
    second = await raise_one(town, bo, BESIDE, **order[1])
    matched = {e.topic: e for e in town.heard if e.kind == "alert.matched"}
    assert matched.keys() == {ada.account_topic, bo.account_topic}
    told = matched[ada.account_topic].fields
    assert isinstance(told["alert"], dict)
    assert isinstance(told["other"], dict)
    assert (told["alert"]["id"], told["other"]["id"]) == (first, second)
    assert (await town.db.read(render_alert, first))["matches"] == [second]

    def jobs(tx: Tx) -> list[str]:
        return [name for (name,) in tx.all("SELECT name FROM job ORDER BY name")]

    assert (await town.db.read(jobs)).count("push.match") == 2
    assert ada.account in await town.db.read(store.list_listeners, second)


async def correct(town: Town, owner: Member, alert: str, colours: list[str]) -> None:
    asked = AlertUpdate.model_validate({"id": alert, "details": {"colours": colours}})
    await town.act(lambda tx, now: actions.update(tx, owner, RIGHTS, asked, now))


async def test_colours_corrected_later_tell_both_owners_once(database: Database) -> None:
    town = Town(database)
    ada, bo = member(HOME), member(BESIDE)
    await town.settle(ada, bo)
    lost = await raise_one(town, ada, HOME, kind="lost_cat", details={"colours": ["blanc"]})
    found = await raise_one(town, bo, BESIDE, **FOUND)
    assert not [e for e in town.heard if e.kind == "alert.matched"]
    heard = []
    for colours in (["noir"], ["noir", "gris"]):
        await correct(town, ada, lost, colours)
        heard.append({e.topic for e in town.heard if e.kind == "alert.matched"})
    assert heard == [{ada.account_topic, bo.account_topic}, set()]
    assert (await town.db.read(render_alert, lost))["matches"] == [found]


async def test_corrections_tell_of_no_more_than_a_handful(database: Database) -> None:
    town = Town(database)
    ada, *owners = (member(HOME) for _ in range(7))
    await town.settle(ada, *owners)
    for colour in ("noir", "roux"):
        for _ in range(3):
            seen = {"species": "chat", "colours": [colour]}
            await raise_one(town, owners.pop(), BESIDE, kind="found_pet", details=seen)
    lost = await raise_one(town, ada, HOME, **LOST)
    assert len(await town.db.read(store.list_matches, [lost])) == 3
    await correct(town, ada, lost, ["roux"])
    assert len(await town.db.read(store.list_matches, [lost])) == MOST


async def test_a_disputed_alert_calls_nobody(database: Database) -> None:
    town = Town(database)
    ada, bo = member(HOME), member(BESIDE)
    await town.settle(ada, bo)
    await raise_one(town, bo, BESIDE, **FOUND)
    lost = await raise_one(town, ada, HOME, kind="lost_cat", details={"colours": ["blanc"]})

    def dispute(tx: Tx) -> None:
        tx.run("UPDATE alert SET state = 'disputed' WHERE id = :id", id=lost)

    await town.db.write(dispute)
    await correct(town, ada, lost, ["noir"])
    assert not [e for e in town.heard if e.kind == "alert.matched"]


async def test_a_wider_area_may_hold_the_one_that_was_found(database: Database) -> None:
    town = Town(database)
    ada, bo = member(HOME), member(HOME)
    await town.settle(ada, bo)
    lon, lat = centre(HOME)
    away = cell_at(lon, lat + 1_500 / 111_200)
    lost = await raise_one(town, ada, HOME, radius_m=300, **LOST)
    await raise_one(town, bo, away, radius_m=300, **FOUND)
    assert not [e for e in town.heard if e.kind == "alert.matched"]
    wider = StillMissing(id=lost, radius_m=2_000)
    await town.act(lambda tx, now: widen(tx, ada, wider, now))
    assert len([e for e in town.heard if e.kind == "alert.matched"]) == 2


async def test_a_dog_found_tells_no_owner_of_a_cat(database: Database) -> None:
    town = Town(database)
    ada, bo = member(HOME), member(BESIDE)
    await town.settle(ada, bo)
    await raise_one(town, ada, HOME, **LOST)
    await raise_one(town, bo, BESIDE, kind="found_pet", details={"species": "chien"})
    assert not [e for e in town.heard if e.kind == "alert.matched"]


async def test_a_cat_found_in_another_town_is_another_cat(database: Database) -> None:
    town = Town(database)
    ada, bo = member(HOME), member("u09tvw0")
    await town.settle(ada, bo)
    await raise_one(town, ada, HOME, **LOST)
    await raise_one(town, bo, "u09tvw0", **FOUND)
    assert not [e for e in town.heard if e.kind == "alert.matched"]

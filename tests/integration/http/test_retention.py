"""Visitors who never stayed are forgotten; who waits for a card, lives here or did so is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from realtime.accounts.retention.actions import forget_visitors
from realtime.members.audience.store import list_hearing_all
from realtime.members.directory.actions import change_listing
from realtime.members.directory.model import Listing
from realtime.members.directory.store import find_listing
from realtime.members.prefs import DEFAULT, Prefs, RoomPrefs, get_prefs, save_prefs, save_room_prefs
from realtime.members.store import find_member
from realtime.wire.directory import ListingSet
from tests.integration.http.conftest import PASSWORD, bearer
from tests.integration.http.test_postcards import arrive, ask
from tests.support.town import CHAUSSEE, add_addresses, street_addresses


@pytest.fixture
async def town(house):
    near = street_addresses(CHAUSSEE, 30)
    await add_addresses(house.db, house.clock, near)
    return near


async def sweep(house):
    visitor_time = house.settings.visitor_time
    return await house.db.write(forget_visitors, house.clock.now(), visitor_time=visitor_time)


async def email_of(house, number):
    return await house.db.read(
        lambda tx: tx.value(
            "SELECT count(*) FROM account WHERE email = :e", e=f"n{number}@example.org"
        )
    )


async def test_a_visit_that_ended_thirty_days_ago_is_forgotten(client, house, clock, town):
    await arrive(client, town[0], 1)
    clock.passed = timedelta(days=31)
    assert await sweep(house) == 0
    clock.passed = timedelta(days=33)

    assert await sweep(house) == 1
    assert await sweep(house) == 0

    assert await email_of(house, 1) == 0
    left = await house.db.read(lambda tx: tx.all("SELECT count(*) FROM dwelling"))
    assert left == [(0,)]
    body = {"email": "n1@example.org", "password": PASSWORD}
    assert (await client.post("/api/session", json=body)).status == 401


async def test_what_a_forgotten_visitor_said_of_themselves_goes_too(client, house, clock, town):
    await arrive(client, town[0], 1)
    accounts = await house.db.read(lambda tx: tx.all("SELECT account FROM member"))
    visitor = await house.db.read(find_member, accounts[0][0])
    await house.db.write(change_listing, visitor, ListingSet(listed=True, skills=["Guitare"]))
    await house.db.write(save_prefs, visitor.account, Prefs(digest_at=0))
    await house.db.write(save_room_prefs, visitor.account, "street", RoomPrefs("all"))
    assert await house.db.read(list_hearing_all, [visitor.home_cell]) == [visitor.account]
    clock.passed = timedelta(days=33)

    assert await sweep(house) == 1

    assert await house.db.read(find_listing, visitor.account) == Listing()
    assert await house.db.read(get_prefs, visitor.account) == DEFAULT
    # Not the list itself, which leaves out whose visit is over.
    row = await house.db.read(lambda tx: tx.all("SELECT account FROM member WHERE hears_all"))
    assert row == []


async def test_a_card_on_its_way_keeps_the_account_sixty_days(client, house, clock, town):
    token = await arrive(client, town[0], 1)
    clock.passed = timedelta(days=5)
    assert (await ask(client, token))[0] == 201

    clock.passed = timedelta(days=64)
    assert await sweep(house) == 0
    clock.passed = timedelta(days=66)
    assert await sweep(house) == 1


async def test_who_corrected_their_address_is_forgotten_like_any_visitor(
    client, house, clock, town
):
    token = await arrive(client, town[0], 1)
    await client.put("/api/me/address", json={"address_id": town[5].id}, headers=bearer(token))
    clock.passed = timedelta(days=33)

    assert await sweep(house) == 1

    assert await email_of(house, 1) == 0
    assert await house.db.read(lambda tx: tx.all("SELECT count(*) FROM dwelling")) == [(0,)]


async def test_who_proved_a_home_is_kept_and_who_moved_from_it(client, house, clock, camille, town):
    token = await arrive(client, town[0], 1)
    # Camille lives there; the other moves on, and does not prove the new home.
    await house.db.write(lambda tx: tx.run("UPDATE member SET level = 'postcard'"))
    clock.passed = timedelta(days=1)
    await client.put("/api/me/address", json={"address_id": town[5].id}, headers=bearer(token))
    clock.passed = timedelta(days=400)

    assert await sweep(house) == 0
    assert await email_of(house, 1) == 1
    assert (await house.db.read(find_member, camille)).name == "Camille Le Goff"

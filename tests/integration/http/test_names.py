"""Names that would be taken for an office or a neighbour are refused, and tell nobody who lives
there."""

from __future__ import annotations

import pytest

from realtime.accounts.demo import create_members
from realtime.accounts.postcards.actions import list_sheets
from realtime.places.homes import Home
from tests.integration.http.conftest import PASSWORD, bearer
from tests.support.town import CHAUSSEE, add_addresses, street_addresses


@pytest.fixture
async def residents(house):
    """Two neighbours with their tokens: Camille, and one who would be taken for her."""
    addresses = street_addresses(CHAUSSEE, 30)
    await add_addresses(house.db, house.clock, addresses)
    homes = [Home(address, "") for address in addresses[:2]]
    made = await house.db.write(
        create_members, house.keyring, homes, ["Camille Le Goff", "Rachid"], house.clock.now()
    )
    return addresses, [one.token for one in made]


async def rename(client, token, name):
    answer = await client.patch("/api/me", json={"display_name": name}, headers=bearer(token))
    return answer.status, (await answer.json()).get("code")


async def sign_up(client, addresses, name):
    body = {
        "email": "x@example.org",
        "password": PASSWORD,
        "display_name": name,
        "address_id": addresses[5].id,
        "age_ok": True,
    }
    answer = await client.post("/api/accounts", json=body)
    return answer.status, (await answer.json()).get("token")


@pytest.mark.parametrize("name", ["Mairie de Rennes", "Modération", "Cаmille", "G0ff"])
async def test_an_office_or_a_disguise_is_nobodys_name(client, residents, name):
    addresses, (_, rachid) = residents
    assert await rename(client, rachid, name) == (422, "confusable_name")
    assert (await sign_up(client, addresses, name))[0] == 422


async def test_a_neighbour_is_not_imitated_but_may_have_a_namesake(client, residents):
    _, (_, rachid) = residents
    assert await rename(client, rachid, "CamiIle Le Goff") == (422, "confusable_name")
    assert await rename(client, rachid, "Camille Le Goff") == (200, None)


async def test_a_look_alike_visits_but_does_not_enter_the_street(client, house, residents):
    addresses, _ = residents
    # Who cannot read the street must not learn from a refusal who lives there.
    status, token = await sign_up(client, addresses, "CamiIle Le Goff")
    assert status == 201
    assert (await rename(client, token, "Carnille Le Goff"))[0] == 200
    await client.post("/api/verification/postcard", headers=bearer(token))
    sheets, _ = await house.db.read(
        list_sheets, house.keyring, "", house.clock.now(), new_only=False
    )
    redeemed = []
    for name in ("Carnille Le Goff", "Camille Le Goff"):
        await rename(client, token, name)
        answer = await client.post(
            "/api/verification/postcard/redeem",
            json={"code": sheets[0].code},
            headers=bearer(token),
        )
        redeemed.append((answer.status, (await answer.json()).get("code")))

    assert redeemed == [(422, "confusable_name"), (200, None)]


async def test_a_visitors_name_is_in_nobodys_way(client, residents):
    addresses, (_, rachid) = residents
    assert (await sign_up(client, addresses, "Nadia"))[0] == 201
    assert await rename(client, rachid, "Nadla") == (200, None)

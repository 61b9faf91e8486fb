"""Names that would be taken for an office or a neighbour are refused, and tell nobody who lives
there."""

from __future__ import annotations

import pytest

from realtime.accounts.demo import create_members
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
    return (await client.post("/api/accounts", json=body)).status


@pytest.mark.parametrize("name", ["Mairie de Rennes", "Modération", "Cаmille", "G0ff"])
async def test_an_office_or_a_disguise_is_nobodys_name(client, residents, name):
    addresses, (_, rachid) = residents
    assert await rename(client, rachid, name) == (422, "confusable_name")
    assert await sign_up(client, addresses, name) == 422


async def test_a_neighbour_is_not_imitated_but_may_have_a_namesake(client, residents):
    addresses, (_, rachid) = residents
    assert await rename(client, rachid, "CamiIle Le Goff") == (422, "confusable_name")
    assert await rename(client, rachid, "Camille Le Goff") == (200, None)
    # Who cannot read the street must not learn from a refusal who lives there.
    assert await sign_up(client, addresses, "CamiIle Le Goff") == 201

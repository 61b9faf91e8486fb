"""The directory: who chose to be found, by name; who arrived."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from realtime.accounts.verification import verify
from realtime.clock import Clock
from realtime.db import Tx, open_database
from realtime.fanout.bus import InProcessBus
from realtime.fanout.commit import Committer
from realtime.gateway.renderers import rendering_of
from realtime.journal import Changed
from realtime.members.store import get_member
from tests.acceptance.conftest import Arrive
from tests.support.app import ServerProcess
from tests.support.clients import Client, Json, new_key
from tests.support.residents import RIGHTS

TWO_SECONDS = 2.0


async def names(client: Client, ring: str = "neighbourhood", **more: str) -> list[str]:
    ack = await client.ask("directory", ring=ring, **more)
    return [one["member"]["name"] for one in ack["members"]]


async def test_members_appear_once_they_choose_so(arrive: Arrive, cell: str) -> None:
    ada, bo = await arrive("Ada Lovelace"), await arrive("Bo Diddley")
    assert await names(bo) == []
    ack = await ada.ask(
        "listing.set", listed=True, skills=["Plomberie", "Guitare"], loans=["Échelle"]
    )
    assert ack["listing"]["skills"] == ["Plomberie", "Guitare"]
    assert await names(bo, "street") == ["Ada Lovelace"]
    assert await names(bo) == ["Ada L."]
    assert await names(bo, q="echelle") == await names(bo, q="PLOMB ada") == ["Ada L."]
    # What is not shown is not searched: beyond the street nobody learns a family name by guessing.
    assert await names(bo, q="lovelace") == []
    assert await names(ada) == [], "not oneself"
    visitor = await arrive("Vi", level="none")
    assert await names(visitor) == ["Ada L."]
    assert await visitor.refused("directory", ring="street") == "street"
    await ada.ask("listing.set", listed=False)
    assert await names(bo) == []


async def test_pets_are_shown_when_their_owner_wants(arrive: Arrive) -> None:
    ada, bo = await arrive("Ada"), await arrive("Bo")
    details = {"name": "Moustache", "species": "cat", "hidden_mark": "une tache sous la patte"}
    await ada.ask("pet.save", key=new_key(), details=details)
    await ada.ask("listing.set", listed=True)

    async def pets() -> list[Json]:
        ack = await bo.ask("directory", ring="street")
        found: list[Json] = ack["members"][0]["pets"]
        return found

    assert await pets() == []
    await ada.ask("listing.set", shows_pets=True)
    assert await pets() == [{"details": {"name": "Moustache", "species": "cat"}, "photo": None}]


async def test_the_directory_goes_by_name_in_pages(arrive: Arrive) -> None:
    reader = await arrive("Zoé")
    for number in range(53):
        one = await arrive(f"Élise {chr(65 + number % 26)}{number:02}", sync=False)
        await one.ask("listing.set", listed=True)
    first = await reader.ask("directory", ring="street")
    rest = await reader.ask("directory", ring="street", after=first["more"])
    found = [one["member"]["name"] for one in first["members"] + rest["members"]]
    assert (len(first["members"]), len(found), rest["more"]) == (50, 53, None)
    assert found == sorted(found)


async def verified(house: ServerProcess, account: str) -> None:
    """As a code of a postcard does it, from another process."""
    db = await asyncio.to_thread(open_database, house.env["PALIER_DATABASE_URL"])
    clock = Clock()
    committer = Committer(db, InProcessBus(), rendering_of(RIGHTS), clock)

    def act(tx: Tx, now: datetime) -> Changed[None]:
        changed = verify(tx, get_member(tx, account), "postcard", datetime.now(UTC))
        return Changed(None, changed.events)

    await committer.commit(act)
    await db.close()


async def test_an_arrival_is_told_and_welcomed_in_one_tap(
    arrive: Arrive, house: ServerProcess
) -> None:
    bo, newcomer = await arrive("Bo Diddley"), await arrive("Nina Simone", level="none")
    shy = await arrive("Discrète", level="none")
    await shy.ask("listing.set", announced=False)
    for one in (shy, newcomer):
        await verified(house, one.me["account"])
    told = await bo.wait_for("member.arrived")
    assert told["member"]["name"] == "Nina S."
    assert len(bo.heard("member.arrived")) == 1
    (arrival,) = (await bo.ask("arrivals"))["arrivals"]
    assert (arrival["member"]["name"], arrival["welcomed"]) == ("Nina S.", False)

    for _ in range(2):
        await bo.ask("member.welcome", account=newcomer.me["account"])
    welcomed = await newcomer.wait_for("member.welcomed", within=TWO_SECONDS)
    assert welcomed["by"]["name"] == "Bo D."
    assert (await bo.ask("arrivals"))["arrivals"][0]["welcomed"] is True
    assert await bo.refused("member.welcome", account=shy.me["account"]) == "not_found"
    assert len(newcomer.heard("member.welcomed")) == 1

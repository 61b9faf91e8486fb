"""What two members who are kept apart still share, who is shown to whom, and two hands at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from realtime.clock import to_iso
from tests.acceptance.conftest import Arrive
from tests.acceptance.test_direct import ask_for, talking
from tests.acceptance.test_groups import found, standings
from tests.support.clients import Client, Json, new_key

TWO_SECONDS = 2.0


async def test_in_shared_rooms_words_come_and_typing_does_not(arrive: Arrive) -> None:
    ada, bo, cy = await arrive("Ada"), await arrive("Bo"), await arrive("Cy")
    topic = (await found(ada))["topic"]
    for one in (bo, cy):
        await one.ask("group.join", topic=topic)
        await one.wait_for("group.changed", about=topic)
    hello = await ada.post(topic, "Bonjour")
    for one in (bo, cy):  # from here on their sockets hear what is not kept, too
        await one.wait_for("message.posted", id=hello["id"])
    await bo.ask("block", account=ada.me["account"])
    for typist, deaf in ((ada, bo), (bo, ada)):
        await typist.ask("typing", topic=topic)
        await cy.wait_until(
            lambda: any(e["body"]["account"] == typist.me["account"] for e in cy.heard("typing")),  # noqa: B023
            "Cy sees who writes",
        )
        said = await typist.post(topic, "À tous")
        await deaf.wait_for("message.posted", id=said["id"], within=TWO_SECONDS)
        assert not deaf.heard("typing")


async def test_who_is_away_is_shown_to_nobody(arrive: Arrive) -> None:
    ada, bo = await arrive("Ada"), await arrive("Bo")
    await talking(ada, bo)
    account = bo.me["account"]

    def is_shown() -> bool:
        told = ada.heard("presence.changed")
        return bool(told) and account in told[-1]["body"]["contacts"]

    await bo.ask("presence.set", visible_to="contacts")
    await ada.wait_until(is_shown, "Bo is here")
    until = to_iso(datetime.now(UTC) + timedelta(hours=1))
    await bo.ask("presence.set", visible_to="contacts", away_until=until)
    await ada.wait_until(lambda: not is_shown(), "Bo is away")
    past = to_iso(datetime.now(UTC) - timedelta(minutes=1))
    await bo.ask("presence.set", visible_to="contacts", away_until=past)
    await ada.wait_until(is_shown, "Bo is back")


async def test_two_who_open_the_same_thread_at_once_have_one(arrive: Arrive) -> None:
    ada, bo = await arrive("Ada"), await arrive("Bo")
    for _ in range(5):
        pairs = [(ada, bo), (bo, ada)] * 3
        topics = await asyncio.gather(*(ask_for(*pair) for pair in pairs))
        assert len(set(topics)) == 1


async def test_a_group_has_one_owner_whoever_leaves_at_once(arrive: Arrive) -> None:
    people = [await arrive(f"Voisin {letter}") for letter in "ABCDEF"]
    topic = (await found(people[0]))["topic"]
    await asyncio.gather(*(one.ask("group.join", topic=topic) for one in people[1:]))
    for one in people[1:3]:
        await people[0].ask(
            "group.appoint", topic=topic, account=one.me["account"], standing="moderator"
        )

    async def leave(one: Client) -> None:
        await one.ask("group.leave", topic=topic)

    await asyncio.gather(*(leave(one) for one in people[:4]))
    found_there = await standings(people[4], topic)
    assert sorted(found_there.values()) == ["member", "owner"]
    # All that happened in one order: whoever was told last is told the truth.
    owner = next(
        one for one in people[4:] if found_there[f"Voisin {one.me['name'][-1]}."] == "owner"
    )
    await owner.wait_for("group.changed", mine="owner", within=TWO_SECONDS)
    await owner.post(topic, "Me voilà")


async def test_a_key_sent_twice_founds_one_group_and_opens_one_thread(arrive: Arrive) -> None:
    ada, bo = await arrive("Ada"), await arrive("Bo")
    given = {"key": new_key(), "name": "Cuisine", "access": "open", "category": "cuisine"}
    one, again = await asyncio.gather(*(ada.command("group.create", given) for _ in range(2)))
    assert one["group"]["topic"] == again["group"]["topic"]
    assert await ada.refused("group.create", **given | {"name": "Autre"}) == "key_reused"
    thread = {"key": new_key(), "account": bo.me["account"]}
    assert len({(await ada.ask("direct.open", **thread))["topic"] for _ in range(2)}) == 1
    await bo.ask("block", account=ada.me["account"])
    assert await ada.refused("direct.open", **thread) == "not_found"


async def test_who_joins_a_lively_group_hears_every_word_from_then_on_once(
    arrive: Arrive,
) -> None:
    ada, bo, cy = await arrive("Ada"), await arrive("Bo"), await arrive("Cy")
    topic = (await found(ada))["topic"]
    await cy.ask("group.join", topic=topic)
    words = 120

    async def talk() -> None:
        for number in range(words):
            await ada.post(topic, str(number))

    talking_on = asyncio.create_task(talk())
    await cy.wait_for("message.posted", text="20")
    await bo.ask("group.join", topic=topic)
    await talking_on
    await bo.wait_for("message.posted", text=str(words - 1))
    heard = [e["seq"] for e in bo.events if e.get("topic") == topic]
    assert heard == list(range(heard[0], heard[0] + len(heard)))
    own = next(e["seq"] for e in cy.events if e["topic"] == topic and joins(e, 3))
    assert heard[0] <= own + 1, "from the moment of joining on"


def joins(event: Json, members: int) -> bool:
    return event["kind"] == "group.changed" and event["group"]["members"] == members

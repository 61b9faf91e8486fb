"""Groups neighbours make: who gets in, who runs them, what becomes of them."""

from __future__ import annotations

from typing import Any

from tests.acceptance.conftest import Arrive
from tests.support.clients import Client, Json, new_key

TWO_SECONDS = 2.0


async def found(by: Client, access: str = "open", **more: Any) -> Json:
    given = {"name": "Guitare du palier", "category": "musique", "access": access}
    ack = await by.ask("group.create", key=new_key(), **given | more)
    group: Json = ack["group"]
    return group


async def names_around(client: Client) -> list[str]:
    return [one["name"] for one in (await client.ask("groups"))["around"]]


async def standings(client: Client, topic: str) -> dict[str, str]:
    ack = await client.ask("group.open", topic=topic)
    return {one["member"]["name"]: one["standing"] for one in ack["members"]}


async def test_neighbours_found_join_and_talk_in_a_group(arrive: Arrive) -> None:
    ada, bo = await arrive("Ada Lovelace"), await arrive("Bo Diddley")
    group = await found(ada, about="Le jeudi soir")
    topic = group["topic"]
    assert (group["mine"], group["members"], group["about"]) == ("owner", 1, "Le jeudi soir")
    assert await names_around(bo) == ["Guitare du palier"]
    assert await bo.refused("message.post", key=new_key(), to=topic, text="?") == "not_found"
    assert await bo.refused("history", topic=topic) == "not_found"

    await ada.wait_for("group.changed", about=topic, within=TWO_SECONDS)
    await ada.post(topic, "Avant")
    joined = await bo.ask("group.join", topic=topic)
    assert (joined["group"]["mine"], joined["group"]["members"]) == ("member", 2)
    await bo.wait_for("group.changed", about=topic, within=TWO_SECONDS)
    await ada.post(topic, "Bienvenue Bo")
    await bo.wait_for("message.posted", text="Bienvenue Bo", within=TWO_SECONDS)
    await bo.post(topic, "Merci")
    await ada.wait_for("message.posted", text="Merci", within=TWO_SECONDS)
    texts = [one["text"] for one in (await bo.ask("history", topic=topic))["messages"]]
    assert texts == ["Avant", "Bienvenue Bo", "Merci"]

    await bo.sync()
    state = bo.topics[topic]
    assert (state["view"], state["title"], state["unread"]) == ("group", "Guitare du palier", 1)
    assert await standings(bo, topic) == {"Ada L.": "owner", "Bo D.": "member"}


async def test_a_group_on_request_lets_in_whom_its_moderators_accept(arrive: Arrive) -> None:
    ada, bo, cy = await arrive("Ada"), await arrive("Bo"), await arrive("Cy")
    topic = (await found(ada, "request"))["topic"]
    assert (await bo.ask("group.join", topic=topic))["group"]["mine"] == "asked"
    told = await ada.wait_for("group.changed", about=topic, waiting=1, within=TWO_SECONDS)
    assert told["group"]["mine"] == "owner"
    assert await bo.refused("history", topic=topic) == "not_found"
    assert await bo.refused("group.answer", topic=topic, account=bo.me["account"], accept=True) in (
        "not_found", "not_moderator",
    )  # fmt: skip
    await cy.ask("group.join", topic=topic)
    await ada.ask("group.answer", topic=topic, account=cy.me["account"], accept=False)
    await cy.wait_for("group.changed", group=None, within=TWO_SECONDS)
    ack = await ada.ask("group.answer", topic=topic, account=bo.me["account"], accept=True)
    assert (ack["group"]["members"], ack["group"]["waiting"]) == (2, 0)
    await bo.wait_for("group.changed", mine="member", within=TWO_SECONDS)
    await bo.post(topic, "Enfin")


async def test_a_hidden_group_is_seen_by_whom_it_invites(arrive: Arrive) -> None:
    ada, bo, cy = await arrive("Ada"), await arrive("Bo"), await arrive("Cy")
    topic = (await found(ada, "hidden"))["topic"]
    assert await names_around(bo) == []
    for command in ("group.join", "group.open"):
        assert await bo.refused(command, topic=topic) == "not_found"
    await ada.ask("group.invite", topic=topic, account=bo.me["account"])
    told = await bo.wait_for("group.changed", about=topic, within=TWO_SECONDS)
    assert told["group"]["mine"] == "invited"
    assert [one["mine"] for one in (await bo.ask("groups"))["mine"]] == ["invited"]
    assert await bo.refused("history", topic=topic) == "not_found"
    await bo.ask("group.join", topic=topic)
    await bo.wait_for("group.changed", mine="member", within=TWO_SECONDS)
    await bo.post(topic, "Me voici")
    # A member of a hidden group brings nobody in.
    assert await bo.refused("group.invite", topic=topic, account=cy.me["account"]) == (
        "not_moderator"
    )


async def test_leaving_is_quiet_and_takes_effect_at_once(arrive: Arrive) -> None:
    ada, bo = await arrive("Ada"), await arrive("Bo")
    topic = (await found(ada))["topic"]
    await bo.ask("group.join", topic=topic)
    await bo.wait_for("group.changed", about=topic)
    await bo.ask("group.leave", topic=topic)
    gone = await bo.wait_for("group.changed", group=None, within=TWO_SECONDS)
    assert gone["about"] == topic
    await ada.post(topic, "Sans Bo")
    await ada.wait_for("message.posted", text="Sans Bo")
    assert await bo.refused("history", topic=topic) == "not_found"
    await bo.sync()
    assert topic not in bo.topics
    assert not bo.heard("message.posted", text="Sans Bo")
    # Nothing but the number of members tells of it.
    assert {e["kind"] for e in ada.events if e["topic"] == topic} == {
        "group.changed", "message.posted",
    }  # fmt: skip


async def test_the_group_goes_on_when_its_owner_leaves(arrive: Arrive) -> None:
    ada, bo, cy = await arrive("Ada"), await arrive("Bo"), await arrive("Cy")
    topic = (await found(ada))["topic"]
    for one in (bo, cy):
        await one.ask("group.join", topic=topic)
    await ada.ask("group.appoint", topic=topic, account=cy.me["account"], standing="moderator")
    await ada.ask("group.leave", topic=topic)
    await cy.wait_for("group.changed", mine="owner", within=TWO_SECONDS)
    assert await standings(bo, topic) == {"Cy": "owner", "Bo": "member"}
    await cy.ask("group.leave", topic=topic, heir=bo.me["account"])
    await bo.wait_for("group.changed", mine="owner", within=TWO_SECONDS)
    await bo.ask("group.leave", topic=topic)
    # The last one out closes it.
    assert await names_around(ada) == []
    assert await ada.refused("group.join", topic=topic) == "not_found"


async def test_moderators_remove_slow_down_and_rename(arrive: Arrive) -> None:
    ada, bo, cy = await arrive("Ada"), await arrive("Bo"), await arrive("Cy")
    topic = (await found(ada))["topic"]
    for one in (bo, cy):
        await one.ask("group.join", topic=topic)
    assert await bo.refused("group.change", topic=topic, name="À moi") == "not_moderator"
    await ada.ask("group.appoint", topic=topic, account=bo.me["account"], standing="moderator")
    changed = (await bo.ask("group.change", topic=topic, name="Guitares", slow_s=600))["group"]
    assert (changed["name"], changed["slow_s"]) == ("Guitares", 600)
    await cy.wait_for("group.changed", name="Guitares", within=TWO_SECONDS)
    assert await bo.refused("group.change", topic=topic, access="hidden") == "not_moderator"

    await cy.post(topic, "Une fois")
    ack = await cy.command("message.post", {"key": new_key(), "to": topic, "text": "Deux fois"})
    assert (ack["code"], 0 < ack["retry_after"] <= 600) == ("slow_mode", True)
    # Nor by the door.
    await cy.ask("group.leave", topic=topic)
    assert await cy.refused("group.leave", topic=topic) == "not_found"
    assert (await bo.ask("group.open", topic=topic))["group"]["members"] == 2
    await cy.ask("group.join", topic=topic)
    assert await cy.refused("message.post", key=new_key(), to=topic, text="Deux") == "slow_mode"
    await bo.post(topic, "Je modère")
    await bo.post(topic, "sans attendre")

    assert await bo.refused("group.remove", topic=topic, account=ada.me["account"]) == (
        "not_moderator"
    )
    await bo.ask("group.remove", topic=topic, account=cy.me["account"])
    await cy.wait_for("group.changed", group=None, within=TWO_SECONDS)
    assert await cy.refused("message.post", key=new_key(), to=topic, text="?") == "not_found"
    assert (await cy.ask("group.join", topic=topic))["group"]["mine"] == "asked"


async def test_a_group_is_for_those_who_live_within_its_reach(arrive: Arrive, cell: str) -> None:
    near, over = cell[:-1] + ("2" if cell[-1] != "2" else "3"), cell[:5]
    ada = await arrive("Ada")
    far = await arrive("Loin", home=over + ("0" if cell[5] != "0" else "z") + "0")
    beyond = await arrive("Ailleurs", home="u33db2m")
    await found(ada, name="Rue", reach="street")
    await found(ada, name="Quartier")
    await found(ada, name="Ville", reach="farther")
    assert near
    assert "Ville" in await names_around(far)
    assert await names_around(beyond) == []
    visitor = await arrive("Vi", level="none")
    assert await names_around(visitor) == ["Quartier", "Ville"]
    topic = (await ada.ask("groups"))["mine"][0]["topic"]
    assert await visitor.refused("group.join", topic=topic) == "visitor"
    assert await beyond.refused("group.join", topic=topic) == "not_found"


async def test_groups_are_found_by_words_and_category(arrive: Arrive) -> None:
    ada, bo = await arrive("Ada"), await arrive("Bo")
    await found(ada, name="Garde de chats", category="Animaux")
    await found(ada, name="Cuisine d'été", category="cuisine")
    ack = await bo.ask("groups", q="ete")
    assert [one["name"] for one in ack["around"]] == ["Cuisine d'été"]
    assert ack["categories"] == ["Animaux", "cuisine"]
    ack = await bo.ask("groups", category="animaux")
    assert [one["name"] for one in ack["around"]] == ["Garde de chats"]
    for name in ("Mairie de Rennes", "Guitаre", "Polícé"):
        given = {"name": name, "access": "open", "category": "x", "key": new_key()}
        assert (await bo.command("group.create", given))["code"] == "confusable_name", name

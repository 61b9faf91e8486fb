"""Two members talk alone: a request first, contacts once it is accepted, nothing after a block."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from realtime.clock import to_iso
from realtime.geo.cells import centre
from tests.acceptance.conftest import Arrive
from tests.support.clients import Client, Json, new_key

TWO_SECONDS = 2.0


async def ask_for(one: Client, other: Client) -> str:
    ack = await one.ask("direct.open", key=new_key(), account=other.me["account"])
    topic: str = ack["topic"]
    return topic


async def talking(one: Client, other: Client) -> str:
    """The topic of an accepted thread that both hear."""
    topic = await ask_for(one, other)
    await one.post(topic, "Bonjour")
    await other.wait_for("direct.changed", about=topic)
    await other.ask("direct.accept", topic=topic)
    for device in (one, other):
        await device.wait_until(
            lambda: any(
                e["direct"] and e["direct"]["state"] == "open"
                for e in device.heard("direct.changed", about=topic)  # noqa: B023
            ),
            "contacts",
        )
        await device.sync()
    return topic


async def test_the_first_message_is_a_request_that_the_other_accepts(arrive: Arrive) -> None:
    ada, bo = await arrive("Ada Lovelace"), await arrive("Bo Diddley")
    topic = await ask_for(ada, bo)
    assert (await bo.ask("directs"))["directs"] == []

    first = await ada.post(topic, "Bonjour Bo")
    told = await bo.wait_for("direct.changed", about=topic, within=TWO_SECONDS)
    assert (told["direct"]["state"], told["direct"]["other"]["name"]) == ("request", "Ada L.")
    assert await ada.refused("message.post", key=new_key(), to=topic, text="Alors ?") == (
        "request_waits"
    )
    await bo.sync()
    state = bo.topics[topic]
    assert (state["view"], state["title"], state["unread"]) == ("direct", "Ada L.", 1)

    ack = await bo.ask("direct.accept", topic=topic)
    assert ack["direct"]["state"] == "open"
    await ada.wait_for("direct.changed", within=TWO_SECONDS)
    await ada.post(topic, "Merci !")
    await bo.wait_for("message.posted", text="Merci !", within=TWO_SECONDS)
    ack = await bo.ask("history", topic=topic)
    assert [one["text"] for one in ack["messages"]] == ["Bonjour Bo", "Merci !"]
    assert ack["messages"][0]["id"] == first["id"]
    assert first["conversation"] is None


async def test_a_live_socket_hears_a_new_thread_without_asking(arrive: Arrive) -> None:
    ada, bo = await arrive("Ada"), await arrive("Bo")
    topic = await ask_for(ada, bo)
    await ada.wait_for("direct.changed", about=topic, within=TWO_SECONDS)
    await ada.post(topic, "Bonjour")
    await bo.wait_for("direct.changed", about=topic, within=TWO_SECONDS)
    # An answer accepts.
    await bo.post(topic, "Bonjour aussi")
    await ada.wait_for("message.posted", text="Bonjour aussi", within=TWO_SECONDS)
    await bo.wait_for("message.posted", text="Bonjour aussi", within=TWO_SECONDS)
    assert (await ada.ask("directs"))["directs"][0]["state"] == "open"


async def test_a_declined_request_is_gone_and_nobody_is_told(arrive: Arrive) -> None:
    ada, bo = await arrive("Ada"), await arrive("Bo")
    topic = await ask_for(ada, bo)
    await ada.post(topic, "Bonjour")
    await bo.wait_for("direct.changed", about=topic)
    seen = len(ada.heard("direct.changed"))
    await bo.ask("direct.decline", topic=topic)
    assert await bo.refused("history", topic=topic) == "not_found"
    assert (await bo.ask("directs"))["directs"] == []
    await ada.sync()
    assert (await ada.ask("directs"))["directs"][0]["state"] == "asked"
    assert len(ada.heard("direct.changed")) == seen
    # Asked back, it is accepted.
    assert await ask_for(bo, ada) == topic
    await ada.wait_until(lambda: len(ada.heard("direct.changed")) > seen, "accepted")


async def test_five_requests_a_day(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    others = [await arrive(f"Voisin {n}", sync=False) for n in range(6)]
    accounts = [(await other.ask("sync"))["me"]["account"] for other in others]
    for account in accounts[:5]:
        await ada.ask("direct.open", key=new_key(), account=account)
    again = {"key": new_key(), "account": accounts[0]}
    assert (await ada.ask("direct.open", **again))["topic"]
    assert await ada.refused("direct.open", key=new_key(), account=accounts[5]) == "request_quota"


async def test_two_requests_a_day_in_the_first_week(arrive: Arrive) -> None:
    newcomer = await arrive("Nell", verified_at=datetime.now(UTC) - timedelta(days=6))
    others = [await arrive(f"Voisine {n}", sync=False) for n in range(3)]
    accounts = [(await other.ask("sync"))["me"]["account"] for other in others]
    for account in accounts[:2]:
        await newcomer.ask("direct.open", key=new_key(), account=account)
    third = {"key": new_key(), "account": accounts[2]}
    assert await newcomer.refused("direct.open", **third) == "request_quota"


async def test_one_group_in_the_first_week(arrive: Arrive) -> None:
    newcomer = await arrive("Nell", verified_at=datetime.now(UTC) - timedelta(days=6))
    neighbour = await arrive("Ada")
    asked = {"name": "Guitare du soir", "access": "open", "category": "musique"}
    for client in (neighbour, neighbour, newcomer):
        made = await client.ask("group.create", key=new_key(), **asked)
    assert await newcomer.refused("group.create", key=new_key(), **asked) == "new_member"
    await newcomer.ask("group.leave", topic=made["group"]["topic"])
    assert await newcomer.refused("group.create", key=new_key(), **asked) == "new_member"


@pytest.mark.parametrize("level", ["none", "location", "vouched"])
async def test_visitors_write_to_those_who_accept_them(arrive: Arrive, level: str) -> None:
    visitor, bo = await arrive("Vi", level=level), await arrive("Bo")
    await bo.ask("listing.set", requests="verified")
    given = {"key": new_key(), "account": bo.me["account"]}
    if level == "none":
        assert await visitor.refused("direct.open", **given) == "not_found"
        await bo.ask("listing.set", requests="everybody")
    await visitor.ask("direct.open", **given)


async def test_a_block_parts_two_members_on_live_sockets(arrive: Arrive) -> None:
    ada, bo = await arrive("Ada"), await arrive("Bo")
    await bo.ask("listing.set", listed=True)
    topic = await talking(ada, bo)

    await bo.ask("block", account=ada.me["account"])
    gone = await ada.wait_for("direct.changed", about=topic, direct=None, within=TWO_SECONDS)
    assert gone["direct"] is None
    for device in (ada, bo):
        assert await device.refused("message.post", key=new_key(), to=topic, text="Là ?") == (
            "not_found"
        )
        await device.sync()
        assert topic not in device.topics
    assert (await ada.ask("directory", ring="street"))["members"] == []
    assert [one["account"] for one in (await bo.ask("blocks"))["blocked"]] == [ada.me["account"]]
    assert (await bo.ask("sync"))["blocked"][0]["account"] == ada.me["account"]

    await bo.ask("unblock", account=ada.me["account"])
    await ada.wait_until(lambda: ada.heard("direct.changed")[-1]["direct"] is not None, "back")
    await ada.post(topic, "Te revoilà")
    await bo.wait_for("message.posted", text="Te revoilà", within=TWO_SECONDS)


async def test_a_block_reads_as_absence(arrive: Arrive) -> None:
    """Nobody, somebody far away, and somebody who blocks are one answer."""
    ada, bo = await arrive("Ada"), await arrive("Bo")
    far = await arrive("Loin", home="u33db2m")
    await bo.ask("block", account=ada.me["account"])
    group = (await ada.ask("group.create", key=new_key(), name="Guitare", access="open",
                           category="musique"))["group"]["topic"]  # fmt: skip

    async def answers(account: str) -> list[Json]:
        return [
            await ada.command("direct.open", {"key": new_key(), "account": account}),
            await ada.command("group.invite", {"topic": group, "account": account}),
            await ada.command("member.welcome", {"account": account}),
        ]

    blocked = await answers(bo.me["account"])
    assert {one["code"] for one in blocked} == {"not_found"}
    assert blocked == await answers("f" * 20) == await answers(far.me["account"])


async def raised(author: Client, cell: str) -> str:
    lon, lat = centre(cell)
    ack = await author.ask(
        "alert.raise",
        key=new_key(),
        kind="lost_cat",
        title="Moustache a disparu",
        occurred_at=to_iso(datetime.now(UTC)),
        place={"lon": lon, "lat": lat},
        radius_m=500,
    )
    alert: str = ack["alert"]["id"]
    return alert


async def test_an_alert_puts_finder_and_owner_in_touch_from_anywhere(
    arrive: Arrive, cell: str
) -> None:
    ada = await arrive("Ada Lovelace")
    finder = await arrive("Loin d'ici", home="u09tvw0")
    alert = await raised(ada, cell)
    assert await finder.refused("direct.open", key=new_key(), account=ada.me["account"]) == (
        "not_found"
    )
    opened = await finder.ask("direct.open", key=new_key(), alert=alert)
    assert opened["direct"]["alert"] == alert
    topic = opened["topic"]
    # Two messages at once: raising it was the word for it.
    await finder.post(topic, "Je crois l'avoir vu.")
    await finder.post(topic, "Près du canal.")
    told = await ada.wait_for("direct.changed", about=topic, within=TWO_SECONDS)
    assert told["direct"]["other"]["name"] == "Loin D."
    await ada.post(topic, "J'arrive !")
    await finder.wait_for("message.posted", text="J'arrive !", within=TWO_SECONDS)

    await ada.ask("block", account=finder.me["account"])
    assert await finder.refused("direct.open", key=new_key(), alert=alert) == "not_found"


async def test_presence_and_typing_are_for_contacts(arrive: Arrive) -> None:
    ada, bo = await arrive("Ada"), await arrive("Bo")
    topic = await talking(ada, bo)
    await ada.ask("typing", topic=topic)
    typing = await bo.wait_for("typing", within=TWO_SECONDS)
    assert typing["body"] == {"topic": topic, "account": ada.me["account"], "name": "Ada"}
    await bo.ask("presence.set", visible_to="contacts")
    account = bo.me["account"]
    await ada.wait_until(
        lambda: any(account in e["body"]["contacts"] for e in ada.heard("presence.changed")),
        "Bo is here",
    )
    await bo.ask("presence.set", visible_to="nobody")
    await ada.wait_until(
        lambda: account not in ada.heard("presence.changed")[-1]["body"]["contacts"], "hidden"
    )

"""Conversations live in cells: who sees them, in which order, page by page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import datetime
from typing import Any

import pytest

from realtime.db import Database, Tx
from realtime.errors import Refused
from realtime.fanout.commit import Committed
from realtime.fanout.lanes import Lanes
from realtime.geo.cells import neighbours, ring
from realtime.ids import new_ulid
from realtime.journal import Changed
from realtime.members.keys import digest_of, once
from realtime.members.model import Member
from realtime.rooms import actions
from realtime.wire.messages import ConversationsAsked, HistoryAsked, MessagePost
from tests.support.residents import RIGHTS, Town, member

MIDDLE = "gbwc9z1"


class Street(Town):
    """Members who write and read in rooms."""

    async def post(self, by: Member, text: str = "Bonjour", **more: Any) -> dict[str, Any]:
        """The message as others hear it."""
        where = {} if "reply_to" in more else {"to": "street"}
        asked = MessagePost(key=new_ulid(self.now), text=text, **where | more)

        def act(tx: Tx, now: datetime) -> Changed[str]:
            answered = actions.hold_answered(tx, [asked])
            return actions.post(tx, by, RIGHTS, asked, answered, now)

        await self.act(act)
        message: dict[str, Any] = self.heard[-1].fields["message"]  # type: ignore[assignment]
        return message

    async def page(self, by: Member, view: str = "street", **more: Any) -> dict[str, Any]:
        asked = ConversationsAsked(view=view, **more)  # type: ignore[arg-type]
        found = await self.db.read(actions.conversations, by, RIGHTS, asked, self.now)
        return dict(found)

    async def ids(self, by: Member, view: str = "street") -> list[str]:
        return [one["message"]["id"] for one in (await self.page(by, view))["conversations"]]

    async def history(self, by: Member, conversation: str, **more: Any) -> dict[str, Any]:
        asked = HistoryAsked(conversation=conversation, **more)
        return dict(await self.db.read(actions.history, by, RIGHTS, asked, self.now))


@pytest.fixture
def street(database: Database) -> Street:
    return Street(database)


async def test_three_in_a_row_share_the_conversation_of_the_middle_one(street: Street) -> None:
    """The ends do not see each other's street, but whoever may read may answer."""
    west = neighbours(MIDDLE)[0]
    east = next(c for c in neighbours(MIDDLE) if c not in ring(west))
    left, middle, right = (member(cell, cell) for cell in (west, MIDDLE, east))
    await street.settle(left, middle, right)

    opening = await street.post(middle, "Qui a vu la tondeuse ?")
    first = await street.post(left, "Pas moi", reply_to=opening["id"])
    second = await street.post(right, "Chez moi !", reply_to=opening["id"])
    assert {m["topic"] for m in (opening, first, second)} == {f"street:{MIDDLE}"}

    for reader in (left, middle, right):
        page = await street.page(reader)
        (one,) = page["conversations"]
        assert one["message"]["id"] == opening["id"]
        assert [m["text"] for m in one["last"]] == ["Pas moi", "Chez moi !"]
        found = await street.history(reader, opening["id"])
        assert [m["seq"] for m in found["messages"]] == [1, 2, 3]

    own = await street.post(left, "Seulement à gauche")
    assert own["id"] in await street.ids(middle)
    assert own["id"] not in await street.ids(right)
    with pytest.raises(Refused, match="not_found"):
        await street.post(right, "?", reply_to=own["id"])


async def test_conversations_come_by_last_activity(street: Street) -> None:
    ada, bo = member(MIDDLE), member(neighbours(MIDDLE)[2])
    await street.settle(ada, bo)
    first = await street.post(ada, "Un")
    street.later(minutes=1)
    second = await street.post(bo, "Deux")
    street.later(minutes=1)
    assert await street.ids(ada) == [second["id"], first["id"]]
    await street.post(bo, "Encore", reply_to=first["id"])
    assert await street.ids(ada) == [first["id"], second["id"]]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
async def test_pages_give_each_conversation_once_also_at_equal_times(
    street: Street, limit: int
) -> None:
    """Ten conversations in three cells, seven of them in the same millisecond."""
    cells = [MIDDLE, *neighbours(MIDDLE)[:2]]
    people = [member(cell) for cell in cells]
    await street.settle(*people)
    written = set()
    for number in range(10):
        written.add((await street.post(people[number % 3], str(number)))["id"])
        street.later(seconds=1 if number < 3 else 0)

    found: list[str] = []
    before: str | None = None
    while True:
        page = await street.page(people[0], limit=limit, before=before)
        found += [one["message"]["id"] for one in page["conversations"]]
        assert len(page["conversations"]) <= limit
        before = page["more"]
        if before is None:
            break
    assert len(found) == len(set(found)) == 10
    assert set(found) == written


async def test_history_goes_back_page_by_page(street: Street) -> None:
    ada, bo = member(MIDDLE), member(MIDDLE)
    await street.settle(ada, bo)
    opening = await street.post(ada, "0")
    for number in range(1, 6):
        # What is written elsewhere in the cell takes numbers of the same topic.
        await street.post(bo, f"autre {number}")
        await street.post(bo, str(number), reply_to=opening["id"])
    texts: list[str] = []
    before = None
    while True:
        page = await street.history(ada, opening["id"], limit=4, before=before)
        texts = [m["text"] for m in page["messages"]] + texts
        if not page["more"]:
            break
        before = page["messages"][0]["id"]
    assert texts == ["0", "1", "2", "3", "4", "5"]


async def test_a_page_before_a_message_of_another_conversation_is_not_found(
    street: Street,
) -> None:
    ada = member(MIDDLE)
    await street.settle(ada)
    one, other = await street.post(ada, "Un"), await street.post(ada, "Deux")
    with pytest.raises(Refused, match="not_found"):
        await street.history(ada, one["id"], before=other["id"])


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        ".",
        "x.01",
        "1",
        "-1.01J",
        "9" * 16 + ".01J",
        "1.01J~",
        "１.01J00000000000000000000000",
        "1.01J00000000000000000000000x",
    ],
)
async def test_a_cursor_that_is_not_ours_is_invalid(street: Street, cursor: str) -> None:
    ada = member(MIDDLE)
    await street.settle(ada)
    with pytest.raises(Refused, match="invalid"):
        await street.page(ada, before=cursor)


async def test_a_visitor_reads_the_last_seven_days(street: Street) -> None:
    ada = member(MIDDLE)
    await street.settle(ada)
    old = await street.post(ada, "Vieux", to="neighbourhood")
    mixed = await street.post(ada, "Vieux sujet", to="neighbourhood")
    await street.post(ada, "Vieille réponse", reply_to=mixed["id"])
    street.later(days=7, seconds=1)
    await street.post(ada, "Réponse neuve", reply_to=mixed["id"])
    fresh = await street.post(ada, "Neuf", to="neighbourhood")
    street.later(minutes=1)

    visitor = member(MIDDLE, level="none", visitor_until=street.now.replace(year=2030))
    await street.settle(visitor)
    page = await street.page(visitor, "neighbourhood")
    assert {one["message"]["id"] for one in page["conversations"]} == {mixed["id"], fresh["id"]}
    (shown,) = (c for c in page["conversations"] if c["message"]["id"] == mixed["id"])
    assert [m["text"] for m in shown["last"]] == ["Réponse neuve"]
    assert (shown["message"]["text"], shown["message"]["deleted"]) == ("", False)
    (whole,) = (
        c
        for c in (await street.page(ada, "neighbourhood"))["conversations"]
        if c["message"]["id"] == mixed["id"]
    )
    assert whole["message"]["text"] == "Vieux sujet"
    found = await street.history(visitor, mixed["id"])
    assert [m["text"] for m in found["messages"]] == ["Réponse neuve"]
    assert (await street.history(visitor, old["id"]))["messages"] == []
    assert len((await street.history(ada, mixed["id"]))["messages"]) == 3


async def test_who_may_not_write_leaves_nothing_behind(street: Street) -> None:
    ada = member(MIDDLE)
    visitor, by_location = member(MIDDLE, level="none"), member(MIDDLE, level="location")
    await street.settle(ada, visitor, by_location)
    opening = await street.post(ada, "Rue")
    for person, more, code in (
        (visitor, {"to": "neighbourhood"}, "visitor"),
        (visitor, {"to": "street"}, "street"),
        (visitor, {"reply_to": opening["id"]}, "street"),
        (by_location, {"to": "street"}, "street"),
        (by_location, {"reply_to": opening["id"]}, "street"),
        (ada, {"to": "street:gbwc9z1"}, "not_found"),
        (ada, {"to": "area:gbwc9"}, "not_found"),
        (ada, {"reply_to": new_ulid(street.now)}, "not_found"),
    ):
        with pytest.raises(Refused) as refused:
            await street.post(person, "Non", **more)
        assert refused.value.code == code, more
        assert street.heard == []
    street.later(hours=49)
    with pytest.raises(Refused, match="expired"):
        await street.post(visitor, "Non", to="neighbourhood")
    assert await street.ids(ada) == [opening["id"]]
    assert await street.ids(ada, "neighbourhood") == []


async def test_beyond_the_street_names_are_short(street: Street) -> None:
    ada = member(MIDDLE, "Camille Le Goff")
    await street.settle(ada)
    near = await street.post(ada)
    far = await street.post(ada, to="neighbourhood")
    assert near["author"]["name"] == "Camille Le Goff"
    assert far["author"]["name"] == "Camille L."


@pytest.mark.parametrize("in_a_lane", [True, False])
async def test_one_key_at_once_on_many_connections_is_one_message(
    street: Street, in_a_lane: bool
) -> None:
    ada = member(MIDDLE)
    await street.settle(ada)
    asked = MessagePost(key=new_ulid(street.now), to="street", text="Une fois")
    digest = digest_of(asked.model_dump_json().encode())

    def write(tx: Tx, now: datetime) -> Changed[str]:
        return once(
            tx,
            ada.account,
            "message.post",
            asked.key,
            digest,
            lambda: actions.post(tx, ada, RIGHTS, asked, {}, now),
            now,
        )

    lanes: Lanes[None, None, str] = Lanes(
        street.committer, lambda tx, all_asked, now: None, lambda tx, known, _, now: write(tx, now)
    )

    def say() -> Awaitable[Committed[str]]:
        if in_a_lane:
            return lanes.commit("street", ada.account, None)
        return street.committer.commit(write)

    outcomes = await asyncio.gather(*(say() for _ in range(12)))
    assert len({outcome.value for outcome in outcomes}) == 1
    assert sum(len(outcome.events) for outcome in outcomes) == 1
    assert len(await street.ids(ada)) == 1

"""Messages are found by their words, whatever accents or plural, and by nobody who may not read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from realtime.clock import to_iso
from realtime.db import Database
from realtime.errors import Refused
from realtime.geo.cells import neighbours
from realtime.members.model import Member
from realtime.rooms.search import actions
from realtime.wire.search import SearchAsked
from tests.integration.rooms.test_conversations import MIDDLE
from tests.integration.rooms.test_writing import Writers
from tests.support.residents import RIGHTS, member


class Readers(Writers):
    async def found(self, by: Member, q: str, **more: Any) -> list[str]:
        return [one["text"] for one in (await self.search(by, q, **more))["messages"]]

    async def search(self, by: Member, q: str, **more: Any) -> dict[str, Any]:
        asked = SearchAsked.model_validate({"q": q} | more)
        return dict(await self.db.read(actions.search, by, RIGHTS, asked, self.now))


@pytest.fixture
async def readers(database: Database) -> Readers:
    readers = Readers(database)
    await readers.begin()
    return readers


@pytest.mark.parametrize(
    ("q", "text"),
    [
        ("perdu", "Deux chats perdus"),
        ("PERDUE", "Ma chatte est perdue !"),
        ("perdues", "J’ai perdu mes clés"),
        ("reunion", "Réunion des voisins"),
        ("Réunions", "la reunion de mardi"),
        ("animal", "Des animaux partout"),
        ("bateaux", "un bateau"),
        ("travail", "Travaux rue de Brest"),
        ("coeur", "Un cœur gravé"),
        ("école", "L'ECOLE est fermée"),
        ("le chat de la voisine", "Voisine, votre chat miaule"),
        ("35000", "à Rennes (35000)"),
        ("кошка", "Пропала кошка"),
        ("a:b \"OR' NOT (*", "a b or not"),
    ],
)
async def test_words_are_found_in_any_dress(readers: Readers, q: str, text: str) -> None:
    await readers.post(readers.ada, text)
    await readers.post(readers.ada, "Rien à voir")
    assert await readers.found(readers.bo, q) == [text]


async def test_every_word_asked_for_is_in_what_is_found(readers: Readers) -> None:
    await readers.post(readers.ada, "chat noir")
    await readers.post(readers.ada, "chat blanc")
    assert await readers.found(readers.bo, "chat") == ["chat blanc", "chat noir"]
    assert await readers.found(readers.bo, "chat noir") == ["chat noir"]
    assert await readers.found(readers.bo, "le") == []
    with readers.refuses("query_too_short"):
        await readers.found(readers.bo, "!?")


async def test_only_what_the_reader_may_read_is_found(readers: Readers) -> None:
    await readers.post(readers.ada, "chat de la rue")
    await readers.post(readers.ada, "chat du voisinage", to="neighbourhood")
    beside = member(neighbours(MIDDLE)[0])
    visitor, by_location = member(MIDDLE, level="none"), member(MIDDLE, level="location")
    await readers.settle(beside, visitor, by_location)
    both = ["chat du voisinage", "chat de la rue"]
    assert await readers.found(beside, "chat") == both
    assert await readers.found(readers.cy, "chat") == []
    for one in (visitor, by_location):
        assert await readers.found(one, "chat") == ["chat du voisinage"]
    readers.later(days=7, seconds=1)
    assert await readers.found(beside, "chat") == both
    still_visiting = member(MIDDLE, level="none", visitor_until=readers.now.replace(year=2030))
    assert await readers.found(still_visiting, "chat") == []
    expired = member(MIDDLE, level="none")
    with pytest.raises(Refused, match="expired"):
        await readers.found(expired, "chat")


async def test_a_search_is_narrowed_to_a_room_an_author_or_a_time(readers: Readers) -> None:
    opening = await readers.post(readers.ada, "chat un")
    readers.later(minutes=1)
    await readers.post(readers.bo, "chat deux", reply_to=opening["id"])
    readers.later(minutes=1)
    await readers.post(readers.bo, "chat trois", to="neighbourhood")
    found = readers.found
    assert await found(readers.bo, "chat", **{"in": "neighbourhood"}) == ["chat trois"]
    assert await found(readers.bo, "chat", **{"in": "street"}) == ["chat deux", "chat un"]
    assert await found(readers.bo, "chat", **{"in": f"street:{MIDDLE}"}) == ["chat deux", "chat un"]
    assert await found(readers.bo, "chat", **{"in": opening["id"]}) == ["chat deux", "chat un"]
    assert await found(readers.bo, "chat", **{"from": readers.bo.account}) == [
        "chat trois",
        "chat deux",
    ]
    before = to_iso(readers.now - timedelta(seconds=90))
    assert await found(readers.bo, "chat", before=before) == ["chat un"]
    with pytest.raises(Refused, match="not_found"):
        await found(readers.cy, "chat", **{"in": opening["id"]})
    with pytest.raises(Refused, match="not_found"):
        await found(readers.bo, "chat", **{"in": "street:u09tvw0"})


async def test_before_an_id_that_no_clock_makes_is_everything(readers: Readers) -> None:
    await readers.post(readers.ada, "chat un")
    assert await readers.found(readers.bo, "chat", before="7" + "Z" * 25) == ["chat un"]
    assert await readers.found(readers.bo, "chat", before="0" * 26) == []


async def test_pages_give_each_message_once(readers: Readers) -> None:
    for number in range(7):
        await readers.post(readers.ada, f"chat {number}")
        readers.later(days=20)
    page = await readers.search(readers.bo, "chat", limit=3)
    texts = [one["text"] for one in page["messages"]]
    while page["more"]:
        last = page["messages"][-1]["id"]
        page = await readers.search(readers.bo, "chat", limit=3, before=last)
        texts += [one["text"] for one in page["messages"]]
    assert texts == [f"chat {number}" for number in reversed(range(7))]


async def test_what_was_changed_is_found_by_its_new_words_only(readers: Readers) -> None:
    said = await readers.post(readers.ada, "chien")
    await readers.edit(readers.ada, said, "chat")
    assert await readers.found(readers.bo, "chien") == []
    assert await readers.found(readers.bo, "chat") == ["chat"]
    await readers.delete(readers.ada, said)
    assert await readers.found(readers.bo, "chat") == []

"""With a geocoder its doors are offered; slow, broken or absent, the gazetteer answers in time."""

import asyncio
import base64

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from realtime.errors import Refused
from realtime.geo.cells import cell_at
from realtime.places import geocoder as module
from realtime.places.finder import Finder
from realtime.places.geocoder import Geocoder


def feature(number="12", kind="housenumber", street="Rue de Bréhat", position=(-1.68, 48.11)):
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": list(position)},
        "properties": {
            "label": f"{number} {street} 35000 Rennes", "score": 0.9, "type": kind,
            "id": f"35238_1040_{number.zfill(5)}", "housenumber": number, "street": street,
            "postcode": "35000", "city": "Rennes", "citycode": "35238",
        },
    }  # fmt: skip


class Addok:
    """A geocoder that answers as told."""

    def __init__(self):
        self.features = [feature("12"), feature("12bis"), feature("", "street")]
        self.asked = []
        self.url = ""
        self.answer = None
        self.hangs = False

    async def search(self, request):
        self.asked.append(request.query["q"])
        if self.hangs:
            await asyncio.Event().wait()
        if self.answer is not None:
            return self.answer
        return web.json_response({"type": "FeatureCollection", "features": self.features})


@pytest.fixture
async def addok():
    """Reachable under a path, as some are."""
    fake = Addok()
    app = web.Application()
    app.router.add_get("/geocodage/search", fake.search)
    async with TestServer(app) as server:
        fake.url = str(server.make_url("/geocodage"))
        yield fake


@pytest.fixture
async def finder(town, addok, monkeypatch):
    monkeypatch.setattr(module, "SECONDS", 0.3)
    finder = Finder(town, await asyncio.to_thread(Geocoder, addok.url))
    yield finder
    await finder.close()


async def test_the_geocoders_doors_are_offered_without_streets(finder):
    found = await finder.search("12 rue de bréhat")

    assert [address.label for address in found] == [
        "12 Rue de Bréhat, 35000 Rennes",
        "12 bis Rue de Bréhat, 35000 Rennes",
    ]
    assert found[0].cell == cell_at(-1.68, 48.11)


async def test_a_chosen_door_is_asked_again_and_has_its_national_id(finder, addok):
    (_, second) = await finder.search("12 rue de bréhat")

    chosen = await finder.find(second.id)

    assert chosen.id == "35238_1040_12bis"
    assert chosen.line == "12 bis Rue de Bréhat"
    assert addok.asked[-1] == "12bis Rue de Bréhat 35000 Rennes"


async def test_an_id_holds_no_position_and_cannot_move_a_door(finder):
    (first, *_) = await finder.search("12 rue de bréhat")
    decoded = base64.urlsafe_b64decode(first.id[1:] + "==").decode()

    assert decoded == "12 Rue de Bréhat 35000 Rennes"
    forged = "~" + base64.urlsafe_b64encode(b"99 Rue Inconnue").decode()
    assert await finder.find(forged) is None
    assert await finder.find("~") is None
    assert await finder.find("~é!") is None


async def test_the_gazetteer_answers_when_the_geocoder_finds_nothing(finder, addok):
    addok.features = [feature(position=(0, 85)), feature("x12"), feature(kind="municipality")]

    assert (await finder.search("12 rue de brest"))[0].line == "12 Rue de Brest"


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 500},
        {"status": 429},
        {"text": "not json"},
        {"text": '{"features": [{}]}', "content_type": "application/json"},
        {"text": '{"features": [{"geometry": {"coordinates": []}, "properties": {}}]}'},
    ],
)
async def test_the_gazetteer_answers_when_the_geocoder_is_broken(finder, addok, answer):
    addok.answer = web.Response(**answer)

    assert (await finder.search("12 rue de brest"))[0].line == "12 Rue de Brest"
    await finder.search("12 rue de brest")
    assert len(addok.asked) == 1  # left alone for a while


async def test_a_geocoder_that_hangs_delays_one_search_only(finder, addok):
    addok.hangs = True
    loop = asyncio.get_running_loop()

    assert await finder.search("12 rue de brest")
    started = loop.time()
    assert await finder.search("12 rue de brest")
    assert loop.time() - started < 0.3
    assert len(addok.asked) == 1
    with pytest.raises(Refused, match="busy"):
        await finder.find("~" + base64.urlsafe_b64encode(b"12 Rue de Brehat").decode())


async def test_too_many_questions_at_once_do_not_wait(finder, addok, monkeypatch):
    addok.hangs = True

    answers = await asyncio.gather(*(finder.search("12 rue de brest") for _ in range(20)))

    assert all(found[0].line == "12 Rue de Brest" for found in answers)
    assert len(addok.asked) <= module.AT_ONCE


async def test_without_a_geocoder_the_gazetteer_is_all(town):
    finder = Finder(town, None)
    (first, *_) = await finder.search("12 rue de brest")

    assert await finder.find(first.id) == first
    assert await finder.find("~abc") is None
    with pytest.raises(Refused, match="query_too_short"):
        await finder.search("x")
    await finder.close()

"""What people type finds the door they mean; the same on both databases."""

import pytest

from realtime.errors import Refused
from realtime.places import store
from realtime.places.search import search

from .conftest import doors, street_of


async def lines(db, text):
    return [address.line for address in await db.read(search, text)]


MEANT = [
    ("12 rue de Brest", "12 Rue de Brest"),
    ("12 RUE DE BREST RENNES", "12 Rue de Brest"),
    ("12 r brest 35000", "12 Rue de Brest"),
    ("rue de brest 12", "12 Rue de Brest"),
    ("1 bis rue de Brest", "1 bis Rue de Brest"),
    ("1b rue de Brest", "1 bis Rue de Brest"),
    ("7 rue de st malo", "7 Rue de Saint-Malo"),
    ("7 rue saint-mal", "7 Rue de Saint-Malo"),
    ("7 rue st mlao", "7 Rue de Saint-Malo"),
    ("3 bd liberte", "3 Boulevard de la Liberté"),
    ("3 bd de la librté", "3 Boulevard de la Liberté"),
    ("3 avenue de la liberté", "3 Boulevard de la Liberté"),
    ("5 all de l'eglise", "5 Allée de l’Église"),
    ("5 alée de l église", "5 Allée de l’Église"),
    ("8 mai 1945", "8 Square du 8 Mai 1945"),
    ("2 pl du gal de gaulle", "2 Place du Général de Gaulle"),
    ("4 mal joffre", "4 Rue du Maréchal Joffre"),
    ("4 maréchal jofre", "4 Rue du Maréchal Joffre"),
    ("9 chemin des chataigners", "9 Chemin des Châtaigniers"),
    ("9 chateigners", "9 Chemin des Châtaigniers"),
    ("6 rue francois mitterand", "6 Rue François Mitterrand"),
    ("12 rue de Brest xyzzy", "12 Rue de Brest"),
    ("12 rue de Brest 35700 Rennes", "12 Rue de Brest"),
    ("35700 rue de brst", "1 Rue de Brest"),
]


async def test_the_door_meant_comes_first(town):
    firsts = [(text, (await lines(town, text))[:1]) for text, _ in MEANT]

    assert firsts == [(text, [line]) for text, line in MEANT]


async def test_a_town_or_postcode_tells_namesakes_apart(town):
    for text in ("3 rue de brest cesson", "3 rue de brest 35510"):
        (first, *_) = await town.read(search, text)
        assert first.street.city == "Cesson-Sévigné"


async def test_a_street_without_a_number_offers_its_streets_in_turn(town):
    found = await lines(town, "brest")

    assert found[:3] == ["1 Avenue de Brest", "1 Rue de Brest", "1 Rue de Brest"]
    assert len(found) == 10


async def test_a_number_that_does_not_exist_offers_the_nearest(town):
    assert (await lines(town, "13 avenue de brest"))[0] == "10 Avenue de Brest"


async def test_what_means_nothing_here_finds_nothing(town):
    for text in ("zzzzqqqq", "xq wv kj", "' OR 1=1 --", '"*" NEAR(a b)', "%%%abc"):
        assert await lines(town, text) == []


async def test_signs_of_the_query_languages_are_only_signs(town):
    for text in ("' rue de brest \"", "rue* AND brest", "brest:* | !rue & (", "rue_", "\\rue'"):
        assert await lines(town, text)


async def test_too_short_a_question_is_refused(town):
    with pytest.raises(Refused, match="query_too_short"):
        await town.read(search, "ru")


async def test_an_address_is_found_by_its_id(town):
    (first, *_) = await town.read(search, "12 rue de brest")

    assert await town.read(store.find_address, first.id) == first
    assert await town.read(store.find_address, "35238_nowhere_00001") is None


async def test_addresses_in_a_ring_are_counted_up_to_what_is_asked(town):
    (first, *_) = await town.read(search, "12 rue de saint malo")

    assert await town.read(store.count_in_ring, first.cell, 20) == 20
    assert 20 < await town.read(store.count_in_ring, first.cell, 10_000) < 100
    assert await town.read(store.count_in_ring, "s000000", 20) == 0


async def test_addresses_are_listed_by_the_beginning_of_their_cell(town):
    everything = await town.read(store.list_under, "gbwc", 1_000)

    assert len(everything) == 215 + 1 + 25
    some = await town.read(store.list_under, everything[0].cell, 1_000)
    assert {address.cell for address in some} == {everything[0].cell}


def test_the_town_of_these_tests_has_no_door_twice():
    assert len({door.id for door in doors(street_of("Rue X"), 9)}) == 9

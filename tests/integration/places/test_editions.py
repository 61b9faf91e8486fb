"""A load appears at once, replaces its communes only, leaves nothing behind; killed, no trace."""

import asyncio
from datetime import timedelta

import pytest

from realtime.clock import Clock
from realtime.places import store
from realtime.places.editions import store as editions
from realtime.places.editions.load import load, sweep
from realtime.places.example.town import batches_of, invent_streets, load_example
from realtime.places.homes import homes_in, homes_over_town
from realtime.places.model import OWN_STREET_FROM
from realtime.places.search import search

from .conftest import doors, street_of


def counts(tx):
    tables = ("edition", "commune", "street", "address")
    return tuple(tx.value(f"SELECT count(*) FROM gazetteer_{table}") for table in tables)


async def test_a_second_load_of_a_commune_replaces_the_first(database, clock):
    old, new = street_of("Rue Vieille"), street_of("Rue Neuve")
    await load(database, clock, "old", batches_of(doors(old, 700)))
    await load(database, clock, "new", batches_of(doors(new, 3)))

    assert await database.read(search, "rue vieille") == []
    assert len(await database.read(search, "rue neuve")) == 3
    assert await database.read(counts) == (1, 1, 1, 3)


async def test_other_communes_stay(database, clock):
    here, there = street_of("Rue A Rennes"), street_of("Rue A Cesson", "Cesson", "35051")
    await load(database, clock, "one", batches_of(doors(here, 3) + doors(there, 3)))
    await load(database, clock, "two", batches_of(doors(here, 5)))

    assert len(await database.read(search, "rue a cesson")) == 3
    assert len(await database.read(search, "rue a rennes")) == 5
    assert await database.read(counts) == (2, 2, 2, 8)


async def test_the_same_load_twice_gives_the_same_gazetteer(database, clock):
    addresses = doors(street_of("Rue de Brest"), 30)
    await load(database, clock, "one", batches_of(addresses))
    once = await database.read(store.list_under, "gbwc", 100)
    await load(database, clock, "one", batches_of(addresses))

    assert await database.read(store.list_under, "gbwc", 100) == once == addresses
    assert await database.read(counts) == (1, 1, 1, 30)


async def test_loads_at_the_same_time_leave_one_of_them_whole(database, clock):
    """`serve` and `demo` may both find the gazetteer empty."""
    addresses = doors(street_of("Rue de Brest"), 1_200)

    await asyncio.gather(
        *(load(database, clock, f"load {at}", batches_of(addresses)) for at in range(4))
    )

    await sweep(database, clock)
    assert await database.read(counts) == (1, 1, 1, 1_200)
    assert await database.read(store.list_under, "g", 5_000) == addresses


async def test_a_load_that_dies_is_not_seen_and_is_swept_away_later(database, clock):
    await load(database, clock, "good", batches_of(doors(street_of("Rue Bonne"), 3)))

    def dying():
        yield doors(street_of("Rue Perdue"), 500)
        raise OSError("the disk went away")

    with pytest.raises(OSError, match="went away"):
        await load(database, clock, "dying", dying())

    assert await database.read(search, "rue perdue") == []
    assert len(await database.read(search, "rue bonne")) == 3
    await sweep(database, clock)
    assert await database.read(counts) == (2, 1, 2, 503)  # it might still be alive

    await sweep(database, Clock(editions.ABANDONED + timedelta(minutes=1)))
    assert await database.read(counts) == (1, 1, 1, 3)


async def test_what_was_swept_away_is_gone_from_the_index_too(database, clock):
    await load(database, clock, "one", batches_of(doors(street_of("Rue Ancienne"), 3)))
    await load(database, clock, "two", batches_of(doors(street_of("Rue Ancienne"), 3)))

    assert len(await database.read(search, "rue ancienne")) == 3
    if database.dialect == "sqlite":
        await database.write(
            lambda tx: tx.run(
                "INSERT INTO gazetteer_search (gazetteer_search) VALUES ('integrity-check')"
            )
        )


async def test_a_real_commune_ends_every_example(database, clock):
    await load(
        database, clock, "example", batches_of(doors(street_of("Rue Brève", commune="example"), 3))
    )
    await invent_streets(database, clock, "s000000")

    real = doors(street_of("Rue de Brest"), 3)
    await load(database, clock, "bal.csv", batches_of(real), ends_example=True)

    assert await database.read(search, "rue breve") == []
    assert await database.read(store.count_in_ring, "s000000", 20) == 0
    assert await database.read(counts) == (1, 1, 1, 3)


@pytest.mark.timeout(120)
async def test_the_example_town_is_loaded_into_an_empty_gazetteer_only(database, clock):
    assert await database.read(store.is_empty)
    await invent_streets(database, clock, "s000000")
    assert await database.read(store.is_empty), "invented streets are nobody's town"

    assert await load_example(database, clock) > 50_000

    (first, *_) = await database.read(search, "12 rue de st malo")
    assert first.label == "12 Rue de Saint-Malo, 35000 Rennes (adresse d’exemple)"
    assert await database.read(store.count_in_ring, first.cell, 20) == OWN_STREET_FROM
    assert await load_example(database, clock) == 0

    homes = await homes_over_town(database, 300, seed=7)
    assert homes == await homes_over_town(database, 300, seed=7)
    assert len({(home.address.id, home.door) for home in homes}) == 300
    assert len({home.address.cell for home in homes}) > 200


async def test_homes_in_a_cell_without_addresses_are_on_invented_streets(database, clock):
    homes = await homes_in(database, clock, "u09tvw0", 60, seed=1)

    assert len(homes) == 60
    assert {home.address.cell for home in homes} == {"u09tvw0"}
    assert all(home.address.example for home in homes)
    assert len({(home.address.id, home.door) for home in homes}) == 60
    assert await database.read(store.count_in_ring, "u09tvw0", 20) == 20
    again = await homes_in(database, clock, "u09tvw0", 60, seed=1)
    assert again == homes


async def test_homes_in_a_cell_with_addresses_are_real_ones(town, clock):
    homes = await homes_in(town, clock, "gbwc", 20, seed=1)

    assert len(homes) == 20
    assert not any(home.address.example for home in homes)
    assert await homes_over_town(town, 5, seed=1)

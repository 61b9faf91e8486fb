"""A small town on both databases: enough streets to mistake for one another."""

import pytest

from realtime.clock import Clock
from realtime.geo.cells import cell_at
from realtime.places.editions.load import load
from realtime.places.example.town import batches_of
from realtime.places.model import Address, Street

STREETS = [
    ("Rue de Brest", 40),
    ("Avenue de Brest", 10),
    ("Rue de Saint-Malo", 30),
    ("Rue du Maréchal Joffre", 20),
    ("Boulevard de la Liberté", 60),
    ("Allée de l’Église", 12),
    ("Square du 8 Mai 1945", 9),
    ("Place du Général de Gaulle", 8),
    ("Chemin des Châtaigniers", 15),
    ("Rue François Mitterrand", 11),
]
RENNES = "35238"


def street_of(name, city="Rennes", commune=RENNES, postcode="35000"):
    return Street(name, postcode, city, commune)


def doors(street, count, *, lon=-1.68, lat=48.11, suffix=""):
    return [
        Address(
            id=f"{street.commune}_{street.name}_{number:05}{suffix}".lower(),
            number=number,
            suffix=suffix,
            street=street,
            lon=lon + number * 0.0001,
            lat=lat,
            cell=cell_at(lon + number * 0.0001, lat),
        )
        for number in range(1, count + 1)
    ]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def town(database, clock):
    """The small town, loaded."""
    addresses = [
        address
        for at, (name, count) in enumerate(STREETS)
        for address in doors(street_of(name), count, lat=48.10 + at * 0.003)
    ]
    addresses += doors(street_of("Rue de Brest"), 1, suffix="bis")
    addresses += doors(street_of("Rue de Brest", "Cesson-Sévigné", "35051", "35510"), 25)
    await load(database, clock, "test", batches_of(addresses))
    return database

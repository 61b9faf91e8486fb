"""The gazetteer: import speed, and how long a search takes, on both databases.

    python -m benchmarks.places [--addresses 100000,1000000] [--searches 2000] [--databases sqlite]

The file is invented: communes of about 1,000 streets whose names are made of the example town's
words, written as BAN CSV. Searches are one at a time through `db.read`, as the server does them;
half name the town; one in four each is right, without accents and shortened, with a letter wrong,
or only begun. "Found" is the share whose door is among the ten answers.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import platform
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvloop

from realtime.clock import Clock
from realtime.db import Database, migrate, open_database
from realtime.places import store
from realtime.places.example.town import _FILE
from realtime.places.imports.run import import_file
from realtime.places.search import search
from realtime.places.spelling import fold
from tests.support.processes import scratch
from tests.support.servers import PostgresServer, postgres_owner

STREETS_A_COMMUNE = 1_000
SHORTER = {"rue": "r", "avenue": "av", "boulevard": "bd", "allée": "all", "place": "pl"}


@dataclass(frozen=True, slots=True)
class Door:
    number: int
    street: str
    city: str


def write_town(path: Path, addresses: int, lot: random.Random) -> list[Door]:
    """A BAN CSV of so many addresses; a sample of its doors to search for."""
    names = _street_names(lot)
    left, commune, sample = addresses, 0, []
    with path.open("w", encoding="utf-8") as file:
        file.write("id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat\n")
        while left > 0:
            commune += 1
            code, city = f"{10_000 + commune}", _city_name(lot, commune)
            streets = lot.sample(names, STREETS_A_COMMUNE)
            for place, street in enumerate(streets):
                count = min(left, lot.randint(4, 30))
                left -= count
                lon, lat = lot.uniform(-4, 7), lot.uniform(43, 50)
                for number in range(1, count + 1):
                    file.write(
                        f"{code}_{place:04}_{number:05};{number};;{street};{code};{code};{city};"
                        f"{lon + number * 0.0001:.6f};{lat:.6f}\n"
                    )
                if count:
                    sample.append(Door(lot.randint(1, count), street, city))
    return sample


def _street_names(lot: random.Random) -> list[str]:
    real = [
        line.split("\t")[0]
        for line in _FILE.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    words = sorted({word for name in real for word in name.split()[1:] if len(word) > 3})
    kinds = ["Rue", "Rue", "Rue", "Rue", "Avenue", "Boulevard", "Allée", "Place", "Impasse"]
    names = set(real)
    while len(names) < 20_000:
        names.add(f"{lot.choice(kinds)} {lot.choice(words)} {lot.choice(words)}")
    return sorted(names)


def _city_name(lot: random.Random, place: int) -> str:
    syllables = ["bre", "ces", "son", "mor", "dela", "ville", "pont", "ker", "lan", "gui", "ma"]
    return ("".join(lot.sample(syllables, 3)) + "y" * (place % 2)).capitalize()


def question(door: Door, lot: random.Random) -> str:
    text = f"{door.number} {door.street}"
    match lot.randrange(4):
        case 0:
            pass
        case 1:
            words = fold(door.street)
            kind = SHORTER.get(door.street.split()[0].lower(), words[0])
            text = f"{door.number} {kind} {' '.join(words[1:])}"
        case 2:
            words = door.street.split()
            telling = [at for at, word in enumerate(words) if len(word) > 4 and word.isalpha()]
            if telling:
                at = lot.choice(telling)
                cut = lot.randrange(1, len(words[at]))
                words[at] = words[at][:cut] + words[at][cut + 1 :]
            text = f"{door.number} {' '.join(words)}"
        case 3:
            return text[: max(len(text) - 3, 8)]
    return f"{text} {door.city}" if lot.random() < 0.5 else text


async def measure(db: Database, file: Path, sample: list[Door], searches: int, seed: int) -> str:
    started = time.perf_counter()
    report = await import_file(db, Clock(), file)
    import_s = time.perf_counter() - started
    started = time.perf_counter()
    again = await import_file(db, Clock(), file)
    again_s = time.perf_counter() - started
    assert again == report
    lot = random.Random(seed)
    times, found = [], 0
    for door in lot.choices(sample, k=searches):
        asked = question(door, lot)
        started = time.perf_counter()
        answers = await db.read(search, asked)
        times.append((time.perf_counter() - started) * 1000)
        found += any(
            (a.number, a.street.name, a.street.city) == (door.number, door.street, door.city)
            for a in answers
        )
    times.sort()
    ring = await db.read(store.list_under, "g", 1) or await db.read(store.list_under, "u", 1)
    started = time.perf_counter()
    await db.read(store.count_in_ring, ring[0].cell, 20)
    ring_ms = (time.perf_counter() - started) * 1000
    middle, late = times[len(times) // 2], times[int(len(times) * 0.99)]
    return (
        f"| {report.imported:>9,} | {db.dialect:<10} | {import_s:6.1f} s "
        f"({report.imported / import_s:,.0f}/s) | {again_s:6.1f} s | "
        f"{middle:.2f} / {late:.1f} ms | {times[-1]:.0f} ms | "
        f"{found / searches:.1%} | {ring_ms:.1f} ms |"
    )


@contextlib.contextmanager
def database_urls(kinds: list[str]) -> Iterator[list[str]]:
    with contextlib.ExitStack() as stack:
        urls = []
        if "sqlite" in kinds:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            urls.append(f"sqlite:///{folder}/places.db")
        if "postgresql" in kinds:
            server = PostgresServer(stack.enter_context(scratch(postgres_owner())), durable=True)
            stack.callback(server.stop)
            urls.append(server.new_database())
        yield urls


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--addresses", default="100000")
    parser.add_argument("--searches", type=int, default=2_000)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"load before {os.getloadavg()[0]:.1f}"
    )
    print("| addresses | database | import | again | search p50 / p99 | slowest | found | ring |")
    print("|---|---|---|---|---|---|---|---|")
    for count in map(int, asked.addresses.split(",")):
        with (
            tempfile.TemporaryDirectory() as folder,
            database_urls(asked.databases.split(",")) as urls,
        ):
            file = Path(folder) / "ban.csv"
            sample = write_town(file, count, random.Random(asked.seed))
            for url in urls:
                migrate(url)
                db = open_database(url)
                with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                    print(
                        runner.run(measure(db, file, sample, asked.searches, asked.seed)),
                        flush=True,
                    )
                    runner.run(db.close())


if __name__ == "__main__":
    main()

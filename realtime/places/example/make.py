"""Makes rennes.txt from named lines: `python -m realtime.places.example.make IN.geojson OUT`.

One line a street: its name, a tab, its pieces separated by `|`; a piece is points separated by
`;`, each `lon lat` in hundred-thousandths of a degree, from the second on as the difference to the
one before. Pieces of one name that share an end are joined.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

from realtime.places.spelling import fold

Point = tuple[int, int]
Piece = list[Point]

HEADER = """\
# The streets of Rennes, for trials. Made by realtime/places/example/make.py.
# Source: OpenStreetMap, named streets of Rennes (2013),
# via github.com/pmauduit/opendatacamp-rennes-genre
# (c) OpenStreetMap contributors. Licence of this file: Open Database License (ODbL) 1.0,
# https://opendatacommons.org/licenses/odbl/1-0/
# House numbers are not in it: those of the example town are invented.
"""
# Where people live. No motorways, slip roads, paths across fields, building sites.
KINDS = {
    "residential", "tertiary", "secondary", "primary", "unclassified", "pedestrian",
    "living_street", "service",
}  # fmt: skip
NOT_STREETS = (
    "Rocade", "Porte", "Pont", "Passerelle", "Rond", "Carrefour", "Canal", "Piste", "Metropolis",
    "Antipolis", "Galeries", "Parc", "Douro",
)  # fmt: skip
SHORTEST = 40  # hundred-thousandths of a degree: about 35 m


def streets(features: list[dict[str, object]]) -> dict[str, list[Piece]]:
    """Joined pieces by street name; one street where only accents or capitals differ."""
    pieces: dict[tuple[str, ...], list[Piece]] = defaultdict(list)
    spellings: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for feature in features:
        properties, geometry = feature["properties"], feature["geometry"]
        if not isinstance(properties, dict) or not isinstance(geometry, dict):
            continue
        name = " ".join(str(properties["name"]).split())
        name = name[0].upper() + name[1:]
        if properties["highway"] in KINDS and not name.startswith(NOT_STREETS):
            line = [(round(lon * 1e5), round(lat * 1e5)) for lon, lat in geometry["coordinates"]]
            key = tuple(fold(name))
            pieces[key].append(line)
            spellings[key][name] += 1
    joined = {
        spellings[key].most_common(1)[0][0]: [piece for piece in join(found) if _long(piece)]
        for key, found in pieces.items()
    }
    return {name: joined[name] for name in sorted(joined) if joined[name]}


def join(pieces: list[Piece]) -> list[Piece]:
    """Pieces that share an end become one, until none do."""
    joined: list[Piece] = []
    for piece in sorted(pieces):
        growing = list(piece)
        while other := next((p for p in joined if _ends(p) & _ends(growing)), None):
            joined.remove(other)
            growing = _together(growing, other)
        joined.append(growing)
    return joined


def _ends(piece: Piece) -> set[Point]:
    return {piece[0], piece[-1]}


def _together(one: Piece, other: Piece) -> Piece:
    if one[-1] not in _ends(other):
        one = one[::-1]
    if other[0] != one[-1]:
        other = other[::-1]
    return one + other[1:]


def _long(piece: Piece) -> bool:
    return sum(abs(a - c) + abs(b - d) for (a, b), (c, d) in pairwise(piece)) >= SHORTEST


def line_of(name: str, pieces: list[Piece]) -> str:
    return name + "\t" + "|".join(map(_piece_text, pieces))


def _piece_text(piece: Piece) -> str:
    before = (0, 0)
    points = []
    for lon, lat in piece:
        points.append(f"{lon - before[0]} {lat - before[1]}")
        before = (lon, lat)
    return ";".join(points)


def main(source: str, target: str) -> None:
    features = json.loads(Path(source).read_text(encoding="utf-8"))["features"]
    lines = [line_of(name, pieces) for name, pieces in streets(features).items()]
    Path(target).write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

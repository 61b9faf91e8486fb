"""`places import`: dirty files, a correct report, the same result twice; on both databases."""

import pytest

from realtime.places import store
from realtime.places.editions.load import load
from realtime.places.example.town import batches_of
from realtime.places.imports.lines import BadFile
from realtime.places.imports.run import import_file
from realtime.places.search import search

from .conftest import doors, street_of

HEADER = "cle_interop;commune_insee;commune_nom;voie_nom;numero;suffixe;position;x;y;long;lat"


def row(
    number,
    street="Rue de Brest",
    *,
    key=None,
    suffix="",
    commune="35238",
    lon="-1.6967",
    position="entrée",
):
    key = f"{commune}_1044_{number:05}" if key is None else key
    return f"{key};{commune};Rennes;{street};{number};{suffix};{position};;;{lon};48.11"


DIRTY = [
    HEADER,
    row(1),  # line 2
    row(2),
    row(2),  # 4: again
    row(3, lon=""),  # 5: no position
    row(4, lon="ouest"),  # 6
    "35238_1044_00005;35238;Rennes;Rue de Brest;cinq;;entrée;;;-1.69;48.11",  # 7
    row(99999, key="35238_1044_99999"),  # 8: the street itself
    row(6) + ";one;too;many",  # 9
    '"open;' + row(7),  # 10
    row(8, "Rue de Fougères", key="35238_1044_00001"),  # 11: another's key
    "",
    row(9, suffix="bis", key="35238_1044_00009_bis"),  # 13
    "35238_1044_00010;;;Rue de Brest;10;;entrée;;;-1.6967;48.11",  # 14: commune from the key
    row(11, position="Cage d’escalier"),
    row(12, position="au fond de la cour"),  # 16
    row(13, position=""),
    row(12, position="toit"),  # 18: again
]


def write(path, lines, encoding="utf-8"):
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


async def everything(db):
    return sorted(await db.read(store.list_under, "gbw", 10_000), key=lambda a: a.id)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
async def test_a_dirty_file_is_imported_with_a_correct_report(database, clock, tmp_path, encoding):
    report = await import_file(database, clock, write(tmp_path / "bal.csv", DIRTY, encoding))

    assert report.rows == 16
    assert report.imported == 8
    assert report.toponyms == 1
    assert report.repeats == 2
    assert report.communes == {"35238"}
    assert report.bad == [
        (5, "row.longlat_vides"),
        (6, "lon.valeur_invalide"),
        (7, "numero.type_invalide"),
        (9, "row.colonnes"),
        (10, "row.colonnes"),
    ]
    assert report.repeated == [(4, "repeats line 3"), (18, "repeats line 16")]
    assert report.odd == [(16, "position.valeur_invalide"), (18, "position.valeur_invalide")]
    assert "  2 x position.valeur_invalide (taken all the same)" in report.lines()
    assert "line 16: position.valeur_invalide" in report.lines()
    assert "line 7: numero.type_invalide" in report.lines()
    found = await everything(database)
    assert [address.line for address in found] == [
        "1 Rue de Brest",
        "2 Rue de Brest",
        "9 bis Rue de Brest",
        "10 Rue de Brest",
        "11 Rue de Brest",
        "12 Rue de Brest",
        "13 Rue de Brest",
        "8 Rue de Fougères",
    ]
    assert found[-1].id == "35238_1044rue-de-fougeres_00008"


async def test_the_same_file_twice_gives_the_same_gazetteer_and_report(database, clock, tmp_path):
    path = write(tmp_path / "bal.csv", DIRTY)
    first = await import_file(database, clock, path)
    once = await everything(database)
    second = await import_file(database, clock, path)

    assert second == first
    assert await everything(database) == once


async def test_a_real_file_ends_the_example_town(database, clock, tmp_path):
    example = doors(street_of("Rue Brève", commune="example"), 30)
    await load(database, clock, "example", batches_of(example))

    await import_file(database, clock, write(tmp_path / "bal.csv", DIRTY), postcode="35000")

    assert await database.read(search, "rue breve") == []
    (first, *_) = await database.read(search, "1 rue de brest 35000")
    assert first.label == "1 Rue de Brest, 35000 Rennes"


async def test_a_file_of_no_use_changes_nothing(town, clock, tmp_path):
    before = await everything(town)
    no_position = [HEADER, row(3, lon="")]

    for lines in ([], ["nothing"], ["a;b", "1;2"], [HEADER], no_position, [HEADER[:-3]]):
        with pytest.raises(BadFile):
            await import_file(town, clock, write(tmp_path / "bad.csv", lines))

    assert await everything(town) == before


async def test_namesakes_of_merged_communes_stay_apart(database, clock, tmp_path):
    header = HEADER + ";commune_deleguee_insee"
    lines = [header, row(1, key="") + ";35001", row(1, key="") + ";35002"]

    report = await import_file(database, clock, write(tmp_path / "bal.csv", lines))

    assert report.imported == 2
    assert len({address.id for address in await everything(database)}) == 2

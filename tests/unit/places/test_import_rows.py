"""Every kind of dirt that the national validator names, row by row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.places.imports.columns import read_header
from realtime.places.imports.lines import BadFile, read_lines
from realtime.places.imports.rows import BadRow, NotAnAddress, RowReader

BAL = [
    "uid_adresse",
    "cle_interop",
    "commune_insee",
    "commune_nom",
    "commune_deleguee_insee",
    "commune_deleguee_nom",
    "voie_nom",
    "lieudit_complement_nom",
    "numero",
    "suffixe",
    "position",
    "x",
    "y",
    "long",
    "lat",
    "cad_parcelles",
    "source",
    "date_der_maj",
    "certification_commune",
]
GOOD = {
    "cle_interop": "35238_1044_00012",
    "commune_insee": "35238",
    "commune_nom": "Rennes",
    "voie_nom": "Rue de Brest",
    "numero": "12",
    "position": "entrée",
    "x": "350700.00",
    "y": "6790000.00",
    "long": "-1.6967",
    "lat": "48.1101",
    "source": "Rennes",
    "date_der_maj": "2024-01-01",
    "certification_commune": "1",
}


def read(columns=BAL, postcode="", **changes):
    row = {**GOOD, "x": "", "y": "", **changes}
    return RowReader(read_header(list(columns)), postcode).read([row.get(c, "") for c in columns])


def test_a_good_row_is_an_address():
    address = read(suffixe="BIS", cle_interop="35238_1044_00012_bis", postcode="35000")

    assert address.id == "35238_1044_00012_bis"
    assert address.label == "12 bis Rue de Brest, 35000 Rennes"
    assert (address.lon, address.lat) == (-1.6967, 48.1101)
    assert address.cell.startswith("gbwc")
    assert not address.example


def test_ban_names_its_columns_otherwise():
    columns = [
        "id",
        "id_fantoir",
        "numero",
        "rep",
        "nom_voie",
        "code_postal",
        "code_insee",
        "nom_commune",
        "lon",
        "lat",
    ]
    reader = RowReader(read_header(columns))
    address = reader.read(
        [
            *("35238_1044_00012_bis", "35238_1044", "12", "bis", "Rue de Brest", "35000"),
            *("35238", "Rennes", "-1.6967", "48.1101"),
        ]
    )

    assert address.label == "12 bis Rue de Brest, 35000 Rennes"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"numero": ""}, "numero.valeur_manquante"),
        ({"numero": "douze"}, "numero.type_invalide"),
        ({"numero": "-3"}, "numero.type_invalide"),
        ({"numero": "1.5"}, "numero.type_invalide"),
        ({"numero": "12345"}, "numero.trop_grand"),
        ({"suffixe": "*"}, "suffixe.invalide"),
        ({"suffixe": "appartement 12"}, "suffixe.invalide"),
        ({"voie_nom": ""}, "voie_nom.valeur_manquante"),
        ({"voie_nom": "--"}, "voie_nom.valeur_manquante"),
        ({"voie_nom": "R" * 201}, "voie_nom.trop_long"),
        ({"voie_nom": "Rue de l\ufffdglise"}, "row.caractere_invalide"),
        ({"commune_insee": "", "cle_interop": ""}, "row.commune_manquante"),
        ({"commune_insee": "Rennes", "cle_interop": "x_y_z"}, "row.commune_manquante"),
        ({"long": "", "lat": ""}, "row.longlat_vides"),
        ({"long": "0", "lat": "0"}, "row.longlat_vides"),
        ({"lat": ""}, "row.longlat_vides"),
        ({"long": "ouest"}, "lon.valeur_invalide"),
        ({"long": "nan"}, "lon.valeur_invalide"),
        ({"lat": "1e3"}, "lat.valeur_invalide"),
        ({"long": "181"}, "row.longlat_invalides"),
        ({"lat": "-90.5"}, "row.longlat_invalides"),
        ({"long": "48.1101", "lat": "-1.6967"}, "row.longlat_inverses"),
        ({"x": "539416.13", "y": "6225601.11"}, "row.longlat_xy_incoherents"),
    ],
)
def test_a_bad_row_has_its_reason(changes, reason):
    with pytest.raises(BadRow) as bad:
        read(**changes)

    assert bad.value.reason == reason


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"numero": "0012"}, "12 Rue de Brest"),
        ({"numero": "12.0"}, "12 Rue de Brest"),
        ({"numero": "12ter"}, "12 ter Rue de Brest"),
        ({"voie_nom": "RUE DE L'ÉGLISE-NEUVE"}, "12 Rue de l'Église-Neuve"),
        ({"voie_nom": "  Rue   de_Brest "}, "12 Rue de Brest"),
    ],
)
def test_what_is_only_untidy_is_tidied(changes, line):
    assert read(**changes).line == line


@pytest.mark.parametrize(
    ("changes", "id"),
    [
        ({}, "35238_1044_00012"),
        ({"cle_interop": "35238_1044_00012".upper()}, "35238_1044_00012"),
        ({"cle_interop": ""}, "35238_rue-de-brest_00012"),
        ({"cle_interop": "35238_xxxx_00012"}, "35238_rue-de-brest_00012"),
        ({"cle_interop": "35238_1044_00013"}, "35238_1044rue-de-brest_00012"),
        ({"cle_interop": "35238_1044_12"}, "35238_1044rue-de-brest_00012"),
        ({"cle_interop": "garbage", "suffixe": "b"}, "35238_rue-de-brest_00012_b"),
    ],
)
def test_a_key_that_cannot_be_right_is_replaced(changes, id):
    assert read(**changes).id == id


def test_lambert_fills_in_for_missing_degrees():
    address = read(long="", lat="", x="539416.13", y="6225601.11")

    assert (address.lon, address.lat) == pytest.approx((1.028392, 43.111637), abs=1e-6)


def test_commas_are_decimal_points_and_a_lost_zero_comes_back():
    address = read(long="5,2279", lat="46,2052", commune_insee="1053", cle_interop="")

    assert (address.lon, address.lat) == (5.2279, 46.2052)
    assert address.street.commune == "01053"


def test_a_commune_without_a_name_takes_it_from_the_rows_before():
    reader = RowReader(read_header(BAL))
    rows = [{**GOOD, "x": "", "y": "", "commune_nom": name} for name in ("Rennes", "")]
    cities = [reader.read([row.get(c, "") for c in BAL]).street.city for row in rows]

    assert cities == ["Rennes", "Rennes"]


def test_a_street_without_numbers_is_not_a_fault():
    with pytest.raises(NotAnAddress):
        read(numero="99999")


def test_a_row_with_more_cells_than_the_header_is_bad():
    reader = RowReader(read_header(BAL))
    with pytest.raises(BadRow, match="colonnes"):
        reader.read([*[""] * len(BAL), "one too many"])
    with pytest.raises(BadRow, match="colonnes"):
        reader.read(None)


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        (["voie_nom", "commune_insee", "long", "lat"], "numero"),
        (["numero", "commune_insee", "long", "lat"], "voie_nom"),
        (["numero", "voie_nom", "long", "lat"], "commune_insee"),
        (["numero", "voie_nom", "commune_insee", "long"], "position"),
        (["a", "b"], "numero"),
        (None, "header"),
    ],
)
def test_a_file_without_a_needed_column_is_refused_by_name(header, missing):
    with pytest.raises(BadFile, match=missing):
        read_header(header)


@given(st.lists(st.text(max_size=30), max_size=len(BAL) + 2))
def test_any_row_is_read_or_has_a_reason(cells):
    try:
        address = RowReader(read_header(BAL)).read(cells)
    except (BadRow, NotAnAddress):
        return
    assert address.cell
    assert address.street.name


@pytest.mark.parametrize(
    "raw",
    [
        "numéro;voie\n12;Église\n".encode(),
        b"\xef\xbb\xbf" + "numéro;voie\r\n12;Église\r\n".encode(),
        "numéro;voie\n12;Église\n".encode("cp1252"),
        "numéro;voie\r\n12;Église".encode("utf-16"),
        "numéro,voie\n\n12,Église\n,,\n".encode(),
        'numéro|voie\n"12"|"Église"\n'.encode(),
    ],
    ids=["utf-8", "bom", "ansi", "utf-16", "comma", "quotes"],
)
def test_any_usual_encoding_and_separator_is_read(tmp_path, raw):
    path = tmp_path / "bal.csv"
    path.write_bytes(raw)

    assert [line.cells for line in read_lines(path)] == [["numéro", "voie"], ["12", "Église"]]


def test_one_spoilt_letter_does_not_make_a_file_ansi(tmp_path):
    path = tmp_path / "bal.csv"
    path.write_bytes("é;è;à\né;è\n".encode() + b"\xe9;x\n")

    assert [line.cells for line in read_lines(path)][2] == ["\ufffd", "x"]


def test_an_open_quote_spoils_its_own_line_only(tmp_path):
    path = tmp_path / "bal.csv"
    path.write_text('a;b\n"open;1\nc;d\n', encoding="utf-8")

    lines = [(line.number, line.cells) for line in read_lines(path)]
    assert lines == [(1, ["a", "b"]), (2, None), (3, ["c", "d"])]


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadFile, match="cannot be read"):
        list(read_lines(tmp_path / "none.csv"))

"""One row into one address, or the reason why not. Reasons carry the national validator's names."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from realtime.geo.cells import OutOfRange, cell_at
from realtime.places.imports.columns import Columns
from realtime.places.imports.lambert import to_degrees
from realtime.places.model import Address, Street
from realtime.places.spelling import LIGHT, fold

TOPONYM = 99_999
"""The number that BAL gives to a street or a place that has none."""

_MOST_NUMBER = 9_999
_APART = 0.003  # degrees: two positions of one row that differ by more than 200 to 300 m
_NUMBER = re.compile(r"(\d{1,6})(?:\.0+)?\s*([A-Za-z]{0,9})")
_INSEE = re.compile(r"\d{5}|2[AB]\d{3}")
_SUFFIX = re.compile(r"[a-z0-9][a-z0-9 ]{0,8}")
_KEY = re.compile(r"(?:\d{5}|2[ab]\d{3})_[a-z0-9]{4,8}_(\d{5})(?:_[a-z0-9]{1,9})*")
# What a position may mark, folded (BAL 1.3 and 1.4); none need be said.
_POSITIONS = {
    "", "delivrancepostale", "entree", "batiment", "cagedescalier", "logement", "parcelle",
    "segment", "servicetechnique",
}  # fmt: skip
_NO_STREET = ("xxxx", "0000")
_DECIMAL = re.compile(r"-?\d+(?:[.,]\d+)?")
# Where France is: mainland and Corsica. Enough to see that longitude and latitude were swapped.
_FRANCE = (-5.7, 41.2, 9.8, 51.3)


class BadRow(Exception):
    """`reason` is a stable name; the row is left out."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotAnAddress(Exception):
    """A street or a place without a number: nothing is wrong, nobody lives there."""


@dataclass(slots=True)
class RowReader:
    """Rows of one file. It remembers the communes' names, for rows that lack them."""

    columns: Columns
    postcode: str = ""
    cities: dict[str, str] = field(default_factory=dict)

    def read(self, cells: list[str] | None) -> Address:
        """Raises BadRow or NotAnAddress."""
        if cells is None or any(cells[self.columns.width :]):
            raise BadRow("row.colonnes")
        if any("\ufffd" in cell for cell in cells):
            raise BadRow("row.caractere_invalide")
        key = self._cell(cells, "key").lower()
        number, suffix = self._number(cells)
        street = self._street(cells, key)
        lon, lat = self._position(cells, street.commune)
        try:
            cell = cell_at(lon, lat)
        except OutOfRange:
            raise BadRow("row.longlat_invalides") from None
        return Address(
            id=_id(key, street, number, suffix),
            number=number,
            suffix=suffix,
            street=street,
            lon=lon,
            lat=lat,
            cell=cell,
        )

    def knows_position(self, cells: list[str]) -> bool:
        """Whether the row says of what it gives the position in a word that the format has."""
        return "".join(fold(self._cell(cells, "position"))) in _POSITIONS

    def _cell(self, cells: list[str], name: str) -> str:
        return self.columns.cell(cells, name)

    def _number(self, cells: list[str]) -> tuple[int, str]:
        """« 12 », « 0012 », « 12bis », « 12.0 » (a spreadsheet's)."""
        typed = self._cell(cells, "number")
        if not typed:
            raise BadRow("numero.valeur_manquante")
        match = _NUMBER.fullmatch(typed)
        if match is None:
            raise BadRow("numero.type_invalide")
        number = int(match[1])
        if number == TOPONYM:
            raise NotAnAddress
        if number > _MOST_NUMBER:
            raise BadRow("numero.trop_grand")
        suffix = (self._cell(cells, "suffix") or match[2]).lower()
        if suffix and not _SUFFIX.fullmatch(suffix):
            raise BadRow("suffixe.invalide")
        return number, suffix

    def _street(self, cells: list[str], key: str) -> Street:
        name = " ".join(self._cell(cells, "street").replace("_", " ").split())
        if len(name) < 2 or not fold(name):
            raise BadRow("voie_nom.valeur_manquante")
        if len(name) > 200:
            raise BadRow("voie_nom.trop_long")
        commune = self._commune(cells, key)
        city = self._cell(cells, "city") or self.cities.get(commune, commune)
        self.cities.setdefault(commune, city)
        parts = key.split("_")
        code = parts[1] if len(parts) > 2 and parts[1].strip("x0") else ""
        return Street(
            name=_cased(name),
            postcode=_five_digits(self._cell(cells, "postcode")) or self.postcode,
            city=_cased(city),
            commune=commune,
            # Merged communes keep their streets of one name.
            code=code or self._cell(cells, "former"),
        )

    def _commune(self, cells: list[str], key: str) -> str:
        for given in (self._cell(cells, "commune"), key.split("_")[0]):
            code = _five_digits(given.upper())
            if _INSEE.fullmatch(code):
                return code
        raise BadRow("row.commune_manquante")

    def _position(self, cells: list[str], commune: str) -> tuple[float, float]:
        lon, lat, x, y = (self._decimal(cells, name) for name in ("lon", "lat", "x", "y"))
        projected = None
        if x is not None and y is not None:
            projected = to_degrees(x, y, is_corsica=commune[:2] in ("2A", "2B"))
        if lon is None or lat is None or (lon == 0 and lat == 0):
            if projected is None:
                raise BadRow("row.longlat_vides")
            return projected
        if not _is_in_france(lon, lat) and _is_in_france(lat, lon):
            raise BadRow("row.longlat_inverses")
        if projected and math.dist(projected, (lon, lat)) > _APART:
            raise BadRow("row.longlat_xy_incoherents")
        return lon, lat

    def _decimal(self, cells: list[str], name: str) -> float | None:
        typed = self._cell(cells, name)
        if not typed:
            return None
        if not _DECIMAL.fullmatch(typed):
            raise BadRow(f"{name}.valeur_invalide")
        return float(typed.replace(",", "."))


def own_id(street: Street, number: int, suffix: str) -> str:
    """For rows whose key is missing, malformed, of another number, or another's."""
    name = "-".join(fold(street.name))
    named = f"{street.commune}_{street.code}{name}_{number:05}"
    return f"{named}_{suffix.replace(' ', '')}" if suffix else named


def _id(key: str, street: Street, number: int, suffix: str) -> str:
    match = _KEY.fullmatch(key)
    if match is None or int(match[1]) != number or key.split("_")[1] in _NO_STREET:
        return own_id(street, number, suffix)
    return key


def _five_digits(code: str) -> str:
    """A spreadsheet drops the zero of « 01000 »."""
    return code.zfill(5) if code.isdigit() and len(code) == 4 else code


def _cased(name: str) -> str:
    """« RUE DE L'ÉGLISE » as people write it; other names as they are."""
    if name != name.upper() or name.isdigit():
        return name
    words = re.split(r"([ '’-])", name.lower())
    return "".join(w if w in LIGHT and at else w.capitalize() for at, w in enumerate(words))


def _is_in_france(lon: float, lat: float) -> bool:
    west, south, east, north = _FRANCE
    return west <= lon <= east and south <= lat <= north

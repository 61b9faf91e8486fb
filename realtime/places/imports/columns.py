"""Which column holds what. BAL and BAN name the same differently, and tools shorten names."""

from __future__ import annotations

from dataclasses import dataclass

from realtime.places.imports.lines import BadFile
from realtime.places.spelling import fold

# The first name is what we call it; then how files do (folded: only letters and digits, joined).
_NAMES = {
    "key": ("cleinterop", "cleintero", "cleinterro", "id"),
    "number": ("numero", "nulmero", "num"),
    "suffix": ("suffixe", "rep", "repetition"),
    "street": ("voienom", "nomvoie"),
    "city": ("communenom", "communeno", "nomcommune"),
    "commune": ("communeinsee", "communein", "codeinsee"),
    "former": ("communedelegueeinsee", "codeinseeanciennecommune"),
    "postcode": ("codepostal", "codepost"),
    "position": ("position",),
    "lon": ("long", "lon", "longwgs84", "longitude"),
    "lat": ("lat", "latwgs84", "latitude"),
    "x": ("x", "xl93"),
    "y": ("y", "yl93"),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each thing stands in a row, and how many cells the header has."""

    at: dict[str, int]
    width: int

    def cell(self, cells: list[str], name: str) -> str:
        place = self.at.get(name, -1)
        return cells[place] if 0 <= place < len(cells) else ""


def read_header(cells: list[str] | None) -> Columns:
    """Raises BadFile, naming what is missing."""
    if cells is None:
        raise BadFile("the first line is not a header")
    folded = ["".join(fold(cell)) for cell in cells]
    at = {
        name: folded.index(found)
        for name, known in _NAMES.items()
        if (found := next((name for name in known if name in folded), None)) is not None
    }
    missing = [name for name in ("number", "street") if name not in at]
    if "commune" not in at and "key" not in at:
        missing.append("commune")
    if not {"lon", "lat"} <= at.keys() and not {"x", "y"} <= at.keys():
        missing.append("position")
    if missing:
        wanted = ", ".join(_examples(name) for name in missing)
        raise BadFile(f"not a BAL or BAN address file: no column for {wanted}")
    return Columns(at, len(cells))


def _examples(name: str) -> str:
    return {
        "number": "the number (numero)",
        "street": "the street (voie_nom or nom_voie)",
        "commune": "the commune (commune_insee, code_insee or cle_interop)",
        "position": "the position (long and lat, lon and lat, or x and y)",
    }[name]

"""The operator's map: one PMTiles archive, read in pieces by the browsers of those signed in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aiohttp import web

from realtime.accounts.sessions import Asker
from realtime.db import Tx
from realtime.errors import BadSetting, Refused
from realtime.http.asking import read_as
from realtime.http.bodies import json_answer
from realtime.http.house import House

# Header and root directory, by the specification: they name the place of all that follows.
_FIRST_BYTES = 16_384
_MAGIC = b"PMTiles\x03"
_HEADERS = {
    # The address holds the version: what it answers never changes.
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Type": "application/vnd.pmtiles",
}


@dataclass(frozen=True, slots=True)
class Archive:
    """The file, and a version that is the same on every node with the same file."""

    path: Path
    version: str


def open_archive(setting: str) -> Archive | None:
    """What PALIER_MAP_TILES names, or BadSetting with one clear line."""
    if not setting:
        return None
    path = Path(setting)
    try:
        with path.open("rb") as file:
            first = file.read(_FIRST_BYTES)
        size = path.stat().st_size
    except FileNotFoundError:
        raise BadSetting(f"PALIER_MAP_TILES: there is no file {path}") from None
    except OSError as error:
        raise BadSetting(f"PALIER_MAP_TILES: {path}: {error.strerror}") from None
    if not first.startswith(_MAGIC):
        raise BadSetting(f"PALIER_MAP_TILES: {path} is not a PMTiles archive of version 3")
    digest = hashlib.sha256(first + size.to_bytes(8, "big"))
    return Archive(path.resolve(), digest.hexdigest()[:16])


class TileRoutes:
    """`/api/map…`."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._archive = open_archive(house.settings.map_tiles)

    async def about(self, request: web.Request) -> web.StreamResponse:
        await read_as(self._house, request, _anybody)
        archive = self._archive
        return json_answer({"tiles": archive and f"/api/map/tiles/{archive.version}"})

    async def show(self, request: web.Request) -> web.StreamResponse:
        await read_as(self._house, request, _anybody)
        archive = self._archive
        if archive is None or request.match_info["version"] != archive.version:
            raise Refused("not_found")
        return web.FileResponse(archive.path, headers=_HEADERS)


def _anybody(tx: Tx, asker: Asker, now: datetime) -> None:
    """Signed in is enough: the map shows the town, no neighbour."""

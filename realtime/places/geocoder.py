"""Addresses from a geocoder (the national one or a self-hosted addok), when the operator names one.

Nothing it answers is kept: an id carries the words of the address, and is asked again when chosen.
A position therefore always comes from the geocoder, never from a client.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from geopy.adapters import AioHTTPAdapter
from geopy.exc import GeopyError
from geopy.geocoders import BANFrance

from realtime.geo.cells import OutOfRange, cell_at
from realtime.logs import log_for
from realtime.places.imports.rows import own_id
from realtime.places.model import Address, Street

log = log_for(__name__)

SECONDS = 2.0
"""People type while they wait: after this the gazetteer answers."""
REST_SECONDS = 15.0
"""After a failure it is left alone so long, so that a dead geocoder delays one search only."""
AT_ONCE = 8
"""Questions on their way; beyond it the gazetteer answers (the national one allows 50 a second)."""
MOST_CHARACTERS = 200

_MARK = "~"
_NUMBER = re.compile(r"(\d{1,4})\s*([a-z][a-z0-9]{0,8})?")


class GeocoderDown(Exception):
    """No answer in time, or not an answer: use the gazetteer."""


class Geocoder:
    """Asks over HTTP; within limits of time and number."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._ban = BANFrance(
            domain=parts.netloc + parts.path.rstrip("/").removesuffix("/search"),
            scheme=parts.scheme,
            timeout=SECONDS,
            user_agent="palier",
            adapter_factory=AioHTTPAdapter,
        )
        self._asking = asyncio.Semaphore(AT_ONCE)
        self._rests_until = 0.0

    async def search(self, text: str, limit: int) -> list[Address]:
        """Doors only, best first; their ids are for `find`. Raises GeocoderDown."""
        return [found for _, found in await self._ask(text, limit)]

    async def find(self, id: str) -> Address | None:
        """The door of an id that `search` gave, under its national id. Raises GeocoderDown."""
        words = words_of(id)
        if words is None:
            return None
        for national, found in await self._ask(words, 10):
            if found.id == id:
                return Address(
                    national, found.number, found.suffix, found.street, found.lon, found.lat,
                    found.cell,
                )  # fmt: skip
        return None

    async def close(self) -> None:
        await self._ban.adapter.__aexit__(None, None, None)

    async def _ask(self, text: str, limit: int) -> list[tuple[str, Address]]:
        """(national id, address) of each door."""
        text = " ".join(text.split())[:MOST_CHARACTERS]
        if self._asking.locked() or time.monotonic() < self._rests_until:
            raise GeocoderDown
        try:
            async with self._asking, asyncio.timeout(SECONDS):
                places = await self._ban.geocode(text, exactly_one=False, limit=limit)
            found = [_door(place.raw) for place in places or []]
        except (GeopyError, TimeoutError, OSError, ArithmeticError, LookupError) as error:
            return self._rest(error)
        except (TypeError, ValueError, AttributeError) as error:  # not the JSON we know
            return self._rest(error)
        return [door for door in found if door is not None]

    def _rest(self, error: Exception) -> list[tuple[str, Address]]:
        self._rests_until = time.monotonic() + REST_SECONDS
        log.warning("geocoder_down", error=type(error).__name__)
        raise GeocoderDown from error


def is_geocoded(id: str) -> bool:
    return id.startswith(_MARK)


def words_of(id: str) -> str | None:
    """The words an id carries; None if it is not one of ours."""
    try:
        text = base64.urlsafe_b64decode(id.removeprefix(_MARK) + "==").decode()
    except (binascii.Error, ValueError):
        return None
    return text if is_geocoded(id) and text else None


def _door(raw: Mapping[str, object]) -> tuple[str, Address] | None:
    """A GeoJSON feature of the addok API; None for streets, towns and what has no good number."""
    properties, geometry = raw["properties"], raw["geometry"]
    if not isinstance(properties, Mapping) or not isinstance(geometry, Mapping):
        return None
    match = _NUMBER.fullmatch(str(properties.get("housenumber", "")).strip().lower())
    if properties.get("type") != "housenumber" or match is None:
        return None
    lon, lat = (float(number) for number in geometry["coordinates"][:2])
    try:
        cell = cell_at(lon, lat)
    except OutOfRange:
        return None
    named = [str(properties.get(name) or "") for name in ("street", "postcode", "city", "citycode")]
    street = Street(*named)
    number, suffix = int(match[1]), match[2] or ""
    national = str(properties.get("id") or own_id(street, number, suffix)).lower()
    words = f"{properties['housenumber']} {street.name} {street.postcode} {street.city}"
    id = _MARK + base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")
    return national, Address(id, number, suffix, street, lon, lat, cell)

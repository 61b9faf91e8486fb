"""Where addresses come from, for whoever asks: the geocoder if there is one, or the gazetteer."""

from __future__ import annotations

from realtime.db import Database
from realtime.errors import Refused
from realtime.places import search, store
from realtime.places.geocoder import Geocoder, GeocoderDown, is_geocoded
from realtime.places.model import Address
from realtime.places.query import read_query


class Finder:
    """Suggestions for a text, and the door of an id."""

    def __init__(self, db: Database, geocoder: Geocoder | None) -> None:
        self._db = db
        self._geocoder = geocoder

    async def search(self, text: str, limit: int = search.MOST_FOUND) -> list[Address]:
        """The likeliest doors. Refuses `query_too_short`."""
        read_query(text)
        if self._geocoder is not None:
            try:
                found = await self._geocoder.search(text, limit)
            except GeocoderDown:
                found = []
            if found:
                return found
        return await self._db.read(search.search, text, limit)

    async def find(self, id: str) -> Address | None:
        """The door of an id that `search` gave. Refuses `busy` while the geocoder is down."""
        if not is_geocoded(id):
            return await self._db.read(store.find_address, id)
        if self._geocoder is None:
            return None
        try:
            return await self._geocoder.find(id)
        except GeocoderDown:
            raise Refused("busy") from None

    async def close(self) -> None:
        if self._geocoder is not None:
            await self._geocoder.close()

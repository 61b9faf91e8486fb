"""Photos in and out: a bounded upload, a careful answer."""

from __future__ import annotations

import asyncio
from datetime import datetime

from aiohttp import BodyPartReader, web

from realtime.accounts.sessions import Asker
from realtime.alerts.actions import may_see_photo
from realtime.alerts.pets.store import find_owner
from realtime.announcements.actions import house_of
from realtime.db import Tx
from realtime.errors import Refused
from realtime.http.asking import change_as, read_as
from realtime.http.bodies import json_answer, read_shape
from realtime.http.house import House
from realtime.http.throttle import hold_back
from realtime.ids import new_token
from realtime.journal import Changed
from realtime.members.directory.actions import shows_pets_to
from realtime.members.model import Member
from realtime.members.rights import Act, Rights
from realtime.photos import store
from realtime.photos.model import ALT_CHARACTERS, Photo, rendered
from realtime.photos.taker import MOST_BYTES, Taken, Taker
from realtime.rooms.access import reads_photo
from realtime.wire.http_photos import PhotoAbout

# A phone in a lift: 10 MB at 1 Mbit/s.
SLOWEST_SECONDS = 90
_HEADERS = {
    "Cache-Control": "private, max-age=3600",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": 'inline; filename="photo.webp"',
    "Cross-Origin-Resource-Policy": "same-origin",
}


class PhotoRoutes:
    """`/api/photos`."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._taker = Taker()

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Who asks first, then the bytes: a stranger's upload is not even read."""
        account = await read_as(self._house, request, self._may_take)
        await hold_back(self._house.limits, "photo", account)
        await hold_back(self._house.limits, "photo_day", account)
        if (request.content_length or 0) > MOST_BYTES + 65_536:
            raise Refused("too_large")
        given, alt = await _received(request)
        taken = await self._taker.take(given)
        photo_id = new_token()

        def act(tx: Tx, asker: Asker, now: datetime) -> Changed[None]:
            store.add_photo(tx, _photo(photo_id, asker, taken, alt, now), taken.pixels)
            return Changed(None)

        await change_as(self._house, request, act)
        return json_answer(rendered(photo_id, taken.width, taken.height, alt), 201)

    def _may_take(self, tx: Tx, asker: Asker, now: datetime) -> str:
        rights = self._house.rights
        if not rights.may(asker.member, Act.PUBLISH, now):
            rights.require(asker.member, Act.RECEIVE_ALERTS, now)
        return asker.member.account

    async def describe(self, request: web.Request) -> web.StreamResponse:
        asked = await read_shape(request, PhotoAbout)
        photo_id = request.match_info["photo"]

        def act(tx: Tx, asker: Asker, now: datetime) -> Changed[None]:
            store.describe(tx, asker.member.account, photo_id, asked.alt)
            return Changed(None)

        await change_as(self._house, request, act)
        return web.Response(status=204)

    async def show(self, request: web.Request) -> web.StreamResponse:
        photo_id = request.match_info["photo"]

        def read(tx: Tx, asker: Asker, now: datetime) -> bytes:
            photo = store.find_photo(tx, photo_id)
            if photo is None or not self._may_see(tx, asker, photo, now):
                raise Refused("not_found")
            return store.get_pixels(tx, photo_id)

        pixels = await read_as(self._house, request, read)
        return web.Response(body=pixels, content_type="image/webp", headers=_HEADERS)

    def _may_see(self, tx: Tx, asker: Asker, photo: Photo, now: datetime) -> bool:
        if photo.account == asker.member.account:
            return True
        if photo.used_by is None:
            return False
        asked = (tx, asker.member, self._house.rights, photo.used_by, now)
        house = house_of(tx, asker.member, self._house.rights, now)
        return may_see_photo(*asked, house=house) or reads_photo(*asked) or _is_shown_pet(*asked)


def _is_shown_pet(tx: Tx, member: Member, rights: Rights, used_by: str, now: datetime) -> bool:
    """A pet's photo, for those who find its owner in the directory."""
    owner = find_owner(tx, used_by)
    return owner is not None and shows_pets_to(tx, member, rights, owner, now)


def _photo(photo_id: str, asker: Asker, taken: Taken, alt: str, now: datetime) -> Photo:
    return Photo(
        id=photo_id,
        account=asker.member.account,
        width=taken.width,
        height=taken.height,
        alt=alt,
        taken_at=now,
    )


async def _received(request: web.Request) -> tuple[bytes, str]:
    """The file and its words, in time."""
    if request.content_type != "multipart/form-data":
        raise Refused("media_type")
    try:
        async with asyncio.timeout(SLOWEST_SECONDS):
            given, alt = await _parts(request)
    except TimeoutError:
        raise Refused("too_slow") from None
    except ValueError:
        raise Refused("invalid", field="photo") from None
    if not given:
        raise Refused("invalid", field="photo")
    return given, alt


async def _parts(request: web.Request) -> tuple[bytes, str]:
    given, alt = b"", ""
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if isinstance(part, BodyPartReader) and part.name == "photo":
            given = await _bounded(part, MOST_BYTES)
        elif isinstance(part, BodyPartReader) and part.name == "alt":
            words = (await _bounded(part, 4 * ALT_CHARACTERS)).decode("utf-8", "replace")
            alt = " ".join(words.split())[:ALT_CHARACTERS]
        else:
            raise Refused("invalid", field="photo")
    return given, alt


async def _bounded(part: BodyPartReader, most: int) -> bytes:
    received = bytearray()
    while chunk := await part.read_chunk(65_536):
        received += chunk
        if len(received) > most:
            raise Refused("too_large")
    return bytes(received)

"""The map's archive over HTTP: in pieces, to who is signed in."""

from __future__ import annotations

import dataclasses

import pytest

from realtime.settings import Settings
from tests.integration.http.conftest import bearer, serve, sign_in
from tests.support.tiles import picture, write_archive


@pytest.fixture
def archive(tmp_path):
    return write_archive(tmp_path / "town.pmtiles", picture("red"))


@pytest.fixture
def with_archive(settings, archive):
    """Settings as an operator who has one makes them."""
    return Settings.model_validate({**settings.model_dump(), "map_tiles": str(archive)})


@pytest.fixture
async def mapped(house, with_archive):
    """The edge of a house with an archive."""
    client = await serve(dataclasses.replace(house, settings=with_archive))
    yield client
    await client.close()
    house.hasher.close()


async def test_a_piece_of_the_archive_is_read_by_range(mapped, camille, archive):
    asker = bearer(await sign_in(mapped, "camille@example.org"))
    tiles = (await (await mapped.get("/api/map", headers=asker)).json())["tiles"]
    answer = await mapped.get(tiles, headers={**asker, "Range": "bytes=7-126"})
    assert answer.status == 206
    assert await answer.read() == archive.read_bytes()[7:127]
    assert answer.headers["Content-Range"] == f"bytes 7-126/{archive.stat().st_size}"
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


async def test_a_stranger_reads_no_piece(mapped, camille):
    asker = bearer(await sign_in(mapped, "camille@example.org"))
    tiles = (await (await mapped.get("/api/map", headers=asker)).json())["tiles"]
    mapped.session.cookie_jar.clear()
    for path in ("/api/map", tiles):
        answer = await mapped.get(path, headers={"Range": "bytes=0-6"})
        assert (answer.status, (await answer.json())["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize("asked", ["0123456789abcdef", "town.pmtiles", "..%2Ftown.pmtiles"])
async def test_another_version_or_name_is_not_found(mapped, camille, asked):
    asker = bearer(await sign_in(mapped, "camille@example.org"))
    assert (await mapped.get(f"/api/map/tiles/{asked}", headers=asker)).status == 404


async def test_without_an_archive_there_are_no_tiles(client, camille):
    asker = bearer(await sign_in(client, "camille@example.org"))
    assert await (await client.get("/api/map", headers=asker)).json() == {"tiles": None}
    assert (await client.get("/api/map/tiles/0123456789abcdef", headers=asker)).status == 404

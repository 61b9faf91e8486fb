"""The map on the operator's own tiles: drawn from our server alone, in both themes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import HERE, Open
from tests.support.app import Resident, ServerProcess
from tests.support.overheard import overheard
from tests.support.processes import scratch, wait_until
from tests.support.tiles import picture, water, write_archive

CREDIT = '<a href="https://example.org">Plan de la Ville</a> &copy; OpenStreetMap'


@pytest.fixture(scope="module")
def mapped() -> Iterator[ServerProcess]:
    """A server with an archive of one blue tile."""
    with scratch() as directory:
        tile = picture("#2040e0")
        archive = write_archive(directory / "town.pmtiles", tile, CREDIT)
        settings = {"PALIER_EXAMPLE": "auto", "PALIER_MAP_TILES": str(archive)}
        with overheard(directory, settings=settings) as running:
            yield running
            assert running.faults() == []


@pytest.fixture
def house(mapped: ServerProcess) -> ServerProcess:
    return mapped


@pytest.fixture
def camille(mapped: ServerProcess) -> Resident:
    return mapped.demo(1, cell=HERE, seed=21)[0]


def corner(page: Page) -> bytes:
    """The colour near the corner of the map, away from areas and pins."""
    seen = Image.open(io.BytesIO(page.locator("canvas").first.screenshot())).convert("RGB")
    return seen.crop((8, 8, 9, 9)).tobytes()


def is_blue(colour: bytes) -> bool:
    """The tile's own colour by day, a darker one at night."""
    red, green, blue = colour
    return blue > 90 and max(red, green) < blue / 2


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_map_reads_its_tile_by_range_and_from_nobody_else(
    house: ServerProcess, camille: Resident, open_as: Open, theme: str
) -> None:
    page = open_as(camille, "/regles", color_scheme=theme)
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(f"{house.origin}/autour/carte")
    expect(page.get_by_text("Plan de la Ville © OpenStreetMap", exact=True)).to_be_visible()
    wait_until(lambda: is_blue(corner(page)), 30, "the tile is drawn")
    pieces = [one for one in asked if re.search(r"/api/map/tiles/\w+$", one.url)]
    assert pieces
    assert {answer.status for one in pieces if (answer := one.response())} == {206}
    strangers = {one.url for one in asked if not one.url.startswith((house.origin, "blob:"))}
    assert strangers == set()
    assert not any("rennes" in one.url for one in asked)


def in_pieces(archive: bytes, until: int | None = None) -> Callable[[Route], None]:
    """Answers a request for a range of `archive`; those that begin at `until` or after get none."""

    def answer(route: Route) -> None:
        first, last = map(int, route.request.headers["range"].removeprefix("bytes=").split("-"))
        if until is not None and first >= until:
            route.abort()
        else:
            route.fulfill(status=206, body=archive[first : last + 1])

    return answer


@pytest.mark.parametrize(("theme", "colour"), [("light", "e2ebf7"), ("dark", "1a2a42")])
def test_vector_tiles_are_drawn_in_the_colours_of_the_theme(
    house: ServerProcess, camille: Resident, open_as: Open, tmp_path: Path, theme: str, colour: str
) -> None:
    archive = write_archive(tmp_path / "water.pmtiles", water()).read_bytes()
    page = open_as(camille, "/regles", color_scheme=theme)
    page.route(re.compile("/api/map/tiles/"), in_pieces(archive))
    page.goto(f"{house.origin}/autour/carte")
    expect(page.get_by_text("© contributeurs OpenStreetMap")).to_be_visible()
    wait_until(lambda: corner(page).hex() == colour, 30, "the water is drawn")


@pytest.mark.parametrize("broken", ["archive", "tile"])
def test_street_lines_are_drawn_where_tiles_cannot_be_read(
    house: ServerProcess, camille: Resident, open_as: Open, tmp_path: Path, broken: str
) -> None:
    archive = write_archive(tmp_path / "water.pmtiles", water()).read_bytes()
    until = 0 if broken == "archive" else archive.index(water())
    page = open_as(camille, "/regles")
    page.route(re.compile("/api/map/tiles/"), in_pieces(archive, until))
    with page.expect_response(re.compile(r"/assets/rennes.*\.txt")):
        page.goto(f"{house.origin}/autour/carte")
    expect(page.locator("canvas").first).to_be_visible()
    expect(page.get_by_text("© contributeurs OpenStreetMap")).to_be_visible()

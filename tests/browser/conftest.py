"""Real browsers before a real server: phones of neighbours, in French, with Debian's Chromium."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    expect,
)

from realtime.geo.cells import cell_at
from tests.support import canary
from tests.support.app import ROOT, Resident, ServerProcess
from tests.support.overheard import overheard
from tests.support.processes import scratch

HERE = cell_at(-1.6846, 48.1336)
# The next cell to the east: another street line, the same street.
NEXT_DOOR = cell_at(-1.6846 + 0.00137, 48.1336)
# A run of fewer tests is a part by name.
WHOLE_FOLDER = 50
TOLD_TO_CHROMIUM = (
    "socket", "poll", "text/html", "application/json", "image/webp", "application/pdf",
    "application/vnd.pmtiles",
)  # fmt: skip
# How Chromium says that nobody answers, or that a link let go; the last one of a service worker.
CUT = (
    "net::ERR",
    "Failed to load resource",
    "Connection closed before receiving a handshake",
    "An unknown error occurred when fetching the script",
)
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
STREET = "Écrire à la rue"

Open = Callable[..., Page]
T = TypeVar("T")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test also waits for a town, its members and a browser to start."""
    for item in items:
        if item.path.parent == Path(__file__).parent and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(180))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium; it refuses its own sandbox to root."""
    names = (os.environ.get("PALIER_CHROMIUM", "chromium"), "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": found, "args": arguments}


@pytest.fixture(scope="session", autouse=True)
def built_client() -> None:
    if not (ROOT / "web_client" / "dist" / "index.html").is_file():
        pytest.fail("the web client is not built: run bin/setup")
    expect.set_options(timeout=15_000)
    canary.look_at_build(ROOT / "web_client" / "dist")


@pytest.fixture(scope="session", autouse=True)
def all_that_servers_say_was_searched(request: pytest.FixtureRequest) -> Iterator[None]:
    """As in the acceptance tests; here also all that Chromium was told, cards and pushes."""
    yield
    if len(request.session.items) > WHOLE_FOLDER:
        canary.assert_looked("http", "log", "metrics", "printed", "exported", "mail", "push")
        canary.assert_looked("built", *TOLD_TO_CHROMIUM)


@pytest.fixture(scope="session")
def town_house() -> Iterator[ServerProcess]:
    """One server with the example town for all tests that do not hurt it."""
    example = {"PALIER_EXAMPLE": "auto"}
    with scratch() as directory, overheard(directory, settings=example) as running:
        yield running
        assert running.faults() == []


@pytest.fixture
def house(town_house: ServerProcess) -> ServerProcess:
    """The server of this test; override it with one of its own to kill it."""
    return town_house


@pytest.fixture(scope="session")
def residents(town_house: ServerProcess) -> tuple[list[Resident], list[Resident]]:
    """Fresh members of two neighbouring cells; each test takes its own pair."""
    return town_house.demo(170, cell=HERE, seed=11), town_house.demo(150, cell=NEXT_DOOR, seed=12)


@pytest.fixture
def camille(residents: tuple[list[Resident], list[Resident]]) -> Resident:
    return residents[0].pop()


@pytest.fixture
def nadia(residents: tuple[list[Resident], list[Resident]]) -> Resident:
    return residents[1].pop()


@pytest.fixture
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        defaults: dict[str, Any] = {
            "viewport": PHONE,
            "has_touch": True,
            "locale": "fr-FR",
            "timezone_id": "Europe/Paris",
        }
        made.append(browser.new_context(**{**defaults, **options}))
        return made[-1]

    yield make
    for context in made:
        context.close()


@pytest.fixture
def open_as(house: ServerProcess, contexts: Callable[..., BrowserContext]) -> Iterator[Open]:
    """A signed-in neighbour's phone at a path; the page must not complain of anything."""
    complaints: list[str] = []

    def open_one(resident: Resident | None, path: str = "/rue", **options: Any) -> Page:
        context = contexts(**options)
        if resident is not None:
            sign_in(context, house, resident)
        # The offer to ring was put off; it has tests of its own.
        context.add_init_script("localStorage['palier-push-later'] ??= String(Date.now())")
        page = context.new_page()
        watch(page, complaints)
        page.goto(house.origin + path)
        return page

    yield open_one
    assert complaints == []


def sign_in(context: BrowserContext, house: ServerProcess, resident: Resident) -> None:
    context.add_cookies([{"name": "sid", "value": resident.token, "url": house.origin}])


def watch(page: Page, complaints: list[str]) -> None:
    """Errors and policy violations; a network that was cut on purpose may be named."""

    def heard(message: ConsoleMessage) -> None:
        cut = any(words in message.text for words in CUT)
        if message.type == "error" and not cut:
            complaints.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))


def come_to_rest(page: Page) -> None:
    """Until nothing moves: a sheet that is still rising is half transparent."""
    page.evaluate(
        """async () => {
            await Promise.allSettled(document.getAnimations().map((one) => one.finished));
        }"""
    )


def write(page: Page, box: str, text: str) -> None:
    """Write in the composer and send with the button, as a thumb does."""
    page.get_by_role("textbox", name=box).fill(text)
    page.get_by_role("button", name="Envoyer").click()


def card(page: Page, text: str) -> Locator:
    """The conversation whose card shows these words."""
    return page.get_by_role("article").filter(has_text=text)


def in_a_thread(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What a coroutine gives: Playwright's own loop runs in this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()

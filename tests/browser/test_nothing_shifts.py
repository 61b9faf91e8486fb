"""A street that is loaded again stands still: what was known is where it was, the alert above too.

In a town of its own, where nobody else writes; each test has a quarter of it to itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from realtime.geo.cells import cell_at
from tests.browser.conftest import STREET, Open, card, in_a_thread, write
from tests.support.app import Resident, ServerProcess
from tests.support.clients import Client, new_key
from tests.support.overheard import overheard
from tests.support.processes import scratch

SHIFTS = """() => new Promise((done) => {
    const shifts = [];
    const name = (source) => source.node?.outerHTML?.slice(0, 80) ?? "";
    new PerformanceObserver((list) => {
        for (const one of list.getEntries())
            if (!one.hadRecentInput) shifts.push([one.value, ...one.sources.map(name)]);
    }).observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => done(shifts)));
})"""
KEPT_ALERTS = """() => new Promise((done) => {
    const open = indexedDB.open("palier");
    open.onsuccess = () => {
        const ask = open.result.transaction("house").objectStore("house").get("house");
        ask.onsuccess = () => {
            open.result.close();
            done(Object.keys(ask.result?.book?.alerts ?? {}).length);
        };
    };
})"""


# Five kilometres apart: no alert of one quarter is heard in another.
QUARTERS = [cell_at(-1.6846 + 0.067 * number, 48.1336) for number in range(3)]


@pytest.fixture(scope="module")
def quiet_town() -> Iterator[ServerProcess]:
    with scratch() as directory, overheard(directory) as running:
        yield running
        assert running.faults() == []


@pytest.fixture
def house(quiet_town: ServerProcess) -> ServerProcess:
    return quiet_town


@pytest.fixture(scope="module")
def quarters(quiet_town: ServerProcess) -> list[list[Resident]]:
    return [quiet_town.demo(2, cell=cell, seed=seed) for seed, cell in enumerate(QUARTERS)]


@pytest.fixture
def neighbours(quarters: list[list[Resident]]) -> list[Resident]:
    return quarters.pop()


def raise_lost_cat(house: ServerProcess, owner: Resident) -> str:
    """The alert's id."""
    raised: dict[str, Any] = {
        "kind": "lost_cat",
        "title": "Moustache, gris et blanc",
        "body": "Très timide.",
        "occurred_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "place": {"lon": owner.lon, "lat": owner.lat},
        "radius_m": 500,
        "details": {"name": "Moustache", "colours": ["gris", "blanc"]},
    }

    async def act() -> str:
        async with Client(house.origin, owner.token) as client:
            ack = await client.ask("alert.raise", key=new_key(), **raised)
            return str(ack["alert"]["id"])

    return in_a_thread(act)


def wait_for_kept_alert(page: Page) -> None:
    """The device keeps what it heard a moment later."""
    page.wait_for_function(f"async () => (await ({KEPT_ALERTS})()) > 0", timeout=10_000)


def assert_nothing_moved(page: Page) -> None:
    shifts = page.evaluate(SHIFTS)
    assert sum(one[0] for one in shifts) < 0.02, shifts


def test_nothing_shifts_while_the_street_loads(neighbours: list[Resident], open_as: Open) -> None:
    page = open_as(neighbours[0])
    write(page, STREET, "Rien ne bouge")
    # What is new since the last visit may come in on top; what is known stays where it is.
    for _ in range(2):
        expect(card(page, "Rien ne bouge").get_by_role("link", name="Répondre")).to_be_visible()
        page.reload()
    expect(card(page, "Rien ne bouge")).to_be_visible()
    assert_nothing_moved(page)


def test_nothing_shifts_under_an_open_alert(
    house: ServerProcess, neighbours: list[Resident], open_as: Open
) -> None:
    raise_lost_cat(house, neighbours[1])
    page = open_as(neighbours[0])
    write(page, STREET, "Sous l’alerte")
    strip = page.get_by_role("link", name="Chat perdu").first
    for _ in range(2):
        expect(strip).to_be_visible()
        expect(card(page, "Sous l’alerte").get_by_role("link", name="Répondre")).to_be_visible()
        wait_for_kept_alert(page)
        page.reload()
    expect(strip).to_be_visible()
    expect(card(page, "Sous l’alerte")).to_be_visible()
    assert_nothing_moved(page)


def test_alerts_are_read_without_a_network(
    house: ServerProcess, neighbours: list[Resident], open_as: Open
) -> None:
    alert = raise_lost_cat(house, neighbours[1])
    page = open_as(neighbours[0])
    expect(page.get_by_role("link", name="Chat perdu").first).to_be_visible()
    wait_for_kept_alert(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("Hors ligne.")).to_be_visible()
    page.get_by_role("link", name="Chat perdu").first.click()
    expect(page).to_have_url(f"{house.origin}/alertes/{alert}")
    expect(page.get_by_role("heading", name="Moustache, gris et blanc")).to_be_visible()
    expect(page.get_by_text("Très timide.")).to_be_visible()

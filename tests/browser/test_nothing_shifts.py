"""A street that is loaded again stands still: what was known is where it was, the alert above too.

In a town of its own, where nobody else writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import HERE, STREET, Open, card, in_a_thread, write
from tests.support.app import Resident, ServerProcess
from tests.support.clients import Client, new_key
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


@pytest.fixture
def house() -> Iterator[ServerProcess]:
    with scratch() as directory, ServerProcess(directory) as running:
        yield running
        assert running.faults() == []


@pytest.fixture
def neighbours(house: ServerProcess) -> list[Resident]:
    return house.demo(2, cell=HERE)


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

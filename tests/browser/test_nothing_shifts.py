"""A street that is loaded stands still, and so does what is being read when something new comes in.

In a town of its own, where nobody else writes; each test has a quarter of it to itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from realtime.geo.cells import cell_at
from tests.browser.conftest import STREET, Open, card, in_a_thread, write
from tests.browser.held_line import HeldLine
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
# Settled once so many conversations and alerts are kept on the device.
UNTIL_KEPT = """async ([threads, alerts]) => {
    const kept = () => new Promise((done) => {
        const open = indexedDB.open("palier");
        open.onsuccess = () => {
            const tx = open.result.transaction(["house", "threads"]);
            const house = tx.objectStore("house").get("house");
            const count = tx.objectStore("threads").count();
            tx.oncomplete = () => {
                open.result.close();
                done([count.result, Object.keys(house.result?.book?.alerts ?? {}).length]);
            };
        };
    });
    for (;;) {
        const [now, raised] = await kept();
        if (now >= threads && raised >= alerts) return;
        await new Promise((later) => setTimeout(later, 50));
    }
}"""


# Five kilometres apart: no alert of one quarter is heard in another.
QUARTERS = [cell_at(-1.6846 + 0.067 * number, 48.1336) for number in range(8)]


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


def wait_until_kept(page: Page, *, threads: int = 0, alerts: int = 0) -> None:
    """The device keeps what it heard a moment later."""
    page.evaluate(UNTIL_KEPT, [threads, alerts])


def assert_nothing_moved(page: Page) -> None:
    shifts = page.evaluate(SHIFTS)
    assert sum(one[0] for one in shifts) < 0.02, shifts


def post(house: ServerProcess, author: Resident, text: str) -> None:
    """A new conversation in the author's street."""

    async def act() -> None:
        async with Client(house.origin, author.token) as client:
            await client.post("street", text, home=client.me["home"])

    in_a_thread(act)


def visited(open_as: Open, reader: Resident) -> Page:
    """A street that was seen and left: two conversations are kept on this device."""
    page = open_as(reader)
    for text in ("Une première", "Une deuxième"):
        write(page, STREET, text)
        expect(card(page, text).get_by_role("link", name="Répondre")).to_be_visible()
    wait_until_kept(page, threads=2)
    page.goto(f"{page.url.removesuffix('/rue')}/icon.svg")
    return page


def top_of(page: Page, text: str) -> float:
    """How far below the upper edge of the list a card begins."""
    box, edge = card(page, text).bounding_box(), page.locator("[data-scroller]").bounding_box()
    assert box is not None
    assert edge is not None
    return box["y"] - edge["y"]


def test_every_conversation_is_built_and_none_moves(
    house: ServerProcess, neighbours: list[Resident], open_as: Open
) -> None:
    for number in range(7):
        post(house, neighbours[1], f"Conversation {number}")
    page = open_as(neighbours[0])
    for _ in range(2):
        expect(page.locator("article.thread")).to_have_count(7)
        expect(page.get_by_text("Tout est calme")).to_be_attached()
        wait_until_kept(page, threads=7)
        page.reload()
    expect(page.locator("article.thread")).to_have_count(7)
    assert_nothing_moved(page)


def test_what_came_meanwhile_stands_on_top_from_the_first_picture_on(
    house: ServerProcess, neighbours: list[Resident], open_as: Open
) -> None:
    page = visited(open_as, neighbours[0])
    post(house, neighbours[1], "Venue entre-temps")
    raise_lost_cat(house, neighbours[1])
    page.goto(f"{house.origin}/rue")
    expect(card(page, "Venue entre-temps")).to_be_in_viewport()
    expect(page.get_by_role("link", name="Chat perdu").first).to_be_visible()
    assert top_of(page, "Venue entre-temps") < top_of(page, "Une deuxième")
    assert_nothing_moved(page)


def test_on_a_slow_line_what_came_meanwhile_waits_above(
    house: ServerProcess, neighbours: list[Resident], open_as: Open
) -> None:
    page = visited(open_as, neighbours[0])
    post(house, neighbours[1], "Venue entre-temps")
    line = HeldLine(page)
    page.goto(f"{house.origin}/rue")
    expect(card(page, "Une deuxième")).to_be_in_viewport()
    before = top_of(page, "Une deuxième")
    line.let_through()
    expect(card(page, "Venue entre-temps")).to_be_attached()
    expect(page.get_by_role("button", name="1 nouvelle conversation")).to_be_in_viewport()
    assert top_of(page, "Une deuxième") == pytest.approx(before, abs=1)
    page.get_by_role("button", name="1 nouvelle conversation").click()
    expect(card(page, "Venue entre-temps")).to_be_in_viewport(ratio=0.9)
    expect(page.get_by_role("button", name="1 nouvelle conversation")).to_have_count(0)


def test_what_is_being_read_stays_where_it_is(
    house: ServerProcess, neighbours: list[Resident], open_as: Open
) -> None:
    page = open_as(neighbours[0])
    write(page, STREET, "En train de lire")
    expect(card(page, "En train de lire").get_by_role("link", name="Répondre")).to_be_visible()
    before = top_of(page, "En train de lire")
    post(house, neighbours[1], "Plus récente")
    expect(page.get_by_role("button", name="1 nouvelle conversation")).to_be_in_viewport()
    assert top_of(page, "En train de lire") == pytest.approx(before, abs=1)
    raise_lost_cat(house, neighbours[1])
    expect(page.get_by_role("link", name="Chat perdu").first).to_be_visible()
    assert top_of(page, "En train de lire") == pytest.approx(before, abs=1)
    assert_nothing_moved(page)
    write(page, STREET, "La mienne")
    expect(card(page, "La mienne").get_by_role("link", name="Répondre")).to_be_in_viewport(ratio=1)


def test_nothing_shifts_while_the_street_loads(neighbours: list[Resident], open_as: Open) -> None:
    page = open_as(neighbours[0])
    write(page, STREET, "Rien ne bouge")
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
        wait_until_kept(page, alerts=1)
        page.reload()
    expect(strip).to_be_visible()
    expect(card(page, "Sous l’alerte")).to_be_visible()
    assert_nothing_moved(page)


def test_a_strip_that_comes_late_has_its_place(
    house: ServerProcess, neighbours: list[Resident], open_as: Open
) -> None:
    raise_lost_cat(house, neighbours[1])
    page = open_as(neighbours[0], service_workers="block")
    write(page, STREET, "Sous la bande")
    expect(card(page, "Sous la bande").get_by_role("link", name="Répondre")).to_be_visible()
    wait_until_kept(page, threads=1, alerts=1)
    page.goto(f"{house.origin}/icon.svg")
    held: list[Route] = []
    page.route("**/assets/alerts-*.js", lambda route: held.append(route))
    page.goto(f"{house.origin}/rue")
    expect(card(page, "Sous la bande")).to_be_visible()
    expect(page.get_by_role("link", name="Moustache, gris et blanc").first).to_be_visible()
    before = top_of(page, "Sous la bande")
    for route in held:
        route.continue_()
    strip = page.get_by_role("link", name="Chat perdu").first
    expect(strip).to_be_visible()
    assert top_of(page, "Sous la bande") == pytest.approx(before, abs=1)
    box, edge = strip.bounding_box(), page.locator("[data-scroller]").bounding_box()
    assert box is not None
    assert edge is not None
    assert box["y"] + box["height"] - edge["y"] <= before
    assert_nothing_moved(page)


def test_alerts_are_read_without_a_network(
    house: ServerProcess, neighbours: list[Resident], open_as: Open
) -> None:
    alert = raise_lost_cat(house, neighbours[1])
    page = open_as(neighbours[0])
    expect(page.get_by_role("link", name="Chat perdu").first).to_be_visible()
    wait_until_kept(page, alerts=1)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("Hors ligne.")).to_be_visible()
    page.get_by_role("link", name="Chat perdu").first.click()
    expect(page).to_have_url(f"{house.origin}/alertes/{alert}")
    expect(page.get_by_role("heading", name="Moustache, gris et blanc")).to_be_visible()
    expect(page.get_by_text("Très timide.")).to_be_visible()

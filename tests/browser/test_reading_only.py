"""Who may read and not write: what a visitor is offered, and what not."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.alerting import asked, raised
from tests.browser.among import sign_up
from tests.browser.conftest import Open, card
from tests.support.app import Resident, ServerProcess
from tests.support.clients import new_key

Visit = tuple[Page, Resident]
# How often the polite region changes from now on.
LISTEN = """() => {
    window.heard = 0;
    const region = document.querySelector("[role=status][aria-live=polite]");
    const watch = new MutationObserver(() => (window.heard += 1));
    watch.observe(region, { childList: true, characterData: true, subtree: true });
}"""


@pytest.fixture
def visit(house: ServerProcess, contexts: Callable[..., BrowserContext]) -> Visit:
    """A visitor's page, and a neighbour whose home is in the visitor's own cell."""
    context = contexts()
    home = sign_up(context, house, "Zoé Martin", new_key())["home"]
    return context.new_page(), house.demo(1, cell=home.partition(":")[2], seed=61)[0]


def edges(part: Locator) -> tuple[float, float]:
    """Where a part of the page begins and ends, from above."""
    box = part.bounding_box()
    assert box is not None
    return box["y"], box["y"] + box["height"]


def test_a_visitor_opens_a_conversation_and_is_not_asked_to_answer(
    house: ServerProcess, visit: Visit
) -> None:
    page, neighbour = visit
    home = asked(house, neighbour, "sync")["me"]["home"]
    said = {"key": new_key(), "to": "neighbourhood", "home": home, "text": "Une fanfare dimanche"}
    asked(house, neighbour, "message.post", **said)
    page.goto(f"{house.origin}/voisinage")
    expect(card(page, "Une fanfare")).to_be_visible()
    expect(page.get_by_role("link", name="Répondre")).to_have_count(0)
    card(page, "Une fanfare").get_by_role("link", name="Lire la conversation").click()
    expect(page.get_by_role("log").get_by_text("Une fanfare")).to_be_visible()
    expect(page.get_by_text("Vous pourrez écrire dès que")).to_be_visible()


def test_a_visitor_reads_what_is_said_of_an_alert(house: ServerProcess, visit: Visit) -> None:
    page, neighbour = visit
    alert = raised(house, neighbour, "road", "Un camion en travers")
    page.goto(f"{house.origin}/alertes/{alert}")
    expect(page.get_by_role("button", name="Je l’ai vu")).to_be_visible()
    page.get_by_role("link", name="Lire la conversation").click()
    expect(page.get_by_role("log").get_by_text("Un camion en travers")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("link", name="Lire la conversation")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Répondre|En parler"))).to_have_count(0)


def test_a_visitors_locked_street_asks_once_to_stay(house: ServerProcess, visit: Visit) -> None:
    page, _ = visit
    page.goto(f"{house.origin}/rue")
    expect(page.get_by_text("Votre rue s’ouvre avec la carte")).to_be_visible()
    expect(page.get_by_role("link", name="Rester")).to_have_count(1)


def test_what_the_network_does_is_said_right_under_the_header(
    house: ServerProcess, visit: Visit
) -> None:
    page, _ = visit
    page.goto(f"{house.origin}/voisinage")
    expect(page.get_by_text("Visite : encore")).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_text("Hors ligne. Vous pouvez lire.")).to_be_visible()
    parts = ("main > header", "main > [role=status]", ".tabs", ".visit")
    header, said, tabs, banner = [edges(page.locator(part)) for part in parts]
    assert said[0] == pytest.approx(header[1], abs=1)
    assert said[0] < tabs[0] < banner[0]


def test_only_what_one_may_raise_is_offered(
    house: ServerProcess, visit: Visit, open_as: Open
) -> None:
    page, neighbour = visit
    tiles = page.get_by_role("main").locator("a[href^='/alerter/']")
    page.goto(f"{house.origin}/alerter")
    expect(tiles).to_have_text(["Animal trouvé"])
    expect(page.get_by_role("main").get_by_role("link", name="Rester")).to_be_visible()
    with sqlite3.connect(house.directory / "data" / "palier.db", timeout=10) as database:
        asks = "UPDATE member SET level = 'location' WHERE account = ?"
        database.execute(asks, (neighbour.account,))
    database.close()
    located = open_as(neighbour, "/alerter")
    tiles = located.get_by_role("main").locator("a[href^='/alerter/']")
    expect(tiles).to_have_text(["Chat perdu", "Chien perdu", "Animal trouvé"])
    located.get_by_role("button", name="Autre").click()
    expect(tiles).to_have_text(["Coupure", "Route", "Coup de main", "Objet perdu ou trouvé"])
    expect(located.get_by_text("La carte par courrier ouvre toutes les alertes.")).to_be_visible()


def test_what_was_said_is_not_said_again_with_each_page(house: ServerProcess, visit: Visit) -> None:
    page, _ = visit
    page.clock.install(time=datetime.now(UTC) + timedelta(hours=41, minutes=30))
    page.goto(f"{house.origin}/autour")
    bar = page.get_by_role("navigation", name="Navigation")
    bar.get_by_role("link", name="Ma rue").click()
    spoken = page.locator("[role=status][aria-live=polite]")
    expect(spoken).to_have_text(re.compile("Visite.: encore 6.h"))
    page.evaluate(LISTEN)
    page.context.set_offline(True)
    page.clock.run_for(3_500)
    line = page.get_by_text("Hors ligne. Vous pouvez lire.")
    expect(line).to_be_visible()
    bar.get_by_role("link", name="Autour").click()
    expect(page.get_by_role("heading", name="Autour", exact=True)).to_be_visible()
    expect(line).to_be_visible(timeout=1_500)
    bar.get_by_role("link", name="Ma rue").click()
    expect(page.get_by_role("heading", name="Voisinage")).to_be_visible()
    assert page.evaluate("window.heard") == 0


def test_a_visitor_sees_what_a_group_is_and_is_not_asked_to_join(
    house: ServerProcess, visit: Visit
) -> None:
    page, neighbour = visit
    group = {"key": new_key(), "name": "Chorale du jeudi", "access": "open", "category": "Musique"}
    topic = asked(house, neighbour, "group.create", **group)["group"]["topic"]
    page.goto(f"{house.origin}/groupes/{topic}")
    expect(page.get_by_text("Musique · 1 membre")).to_be_visible()
    expect(page.get_by_text("Vous pourrez écrire dès que")).to_be_visible()
    expect(page.get_by_role("button", name="Rejoindre")).to_have_count(0)

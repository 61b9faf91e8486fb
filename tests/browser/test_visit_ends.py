"""A visit ends after 48 hours, and the code of the card opens the street without a new sign-in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.alerting import asked, found_house
from tests.browser.conftest import HERE, STREET, Open, card, write
from tests.browser.test_newcomer import sign_up
from tests.support.app import ServerProcess
from tests.support.clients import new_key
from tests.support.overheard import overheard
from tests.support.processes import scratch

TWO_DAYS = 48 * 3_600


@pytest.fixture
def house() -> Iterator[ServerProcess]:
    """A town of its own: its clock is moved by two days."""
    example = {"PALIER_EXAMPLE": "auto"}
    with scratch() as directory, overheard(directory, settings=example) as running:
        yield running
        assert running.faults() == []


def test_a_visitor_loses_the_neighbourhood_and_comes_back_with_the_code(
    house: ServerProcess, open_as: Open, tmp_path: Path
) -> None:
    page = open_as(None, "/")
    sign_up(page, "Yann Le Goff", "yann.legoff@example.org")
    page.get_by_role("link", name="Rester").click()
    page.get_by_role("link", name="Une carte par courrier").click()
    page.get_by_role("button", name="Envoyer la carte").click()
    expect(page.get_by_text("Votre carte est en route.")).to_be_visible()
    house.run("postcards", "export", "--out", str(tmp_path))
    (sheet,) = json.loads((tmp_path / "postcards.json").read_text())

    page.goto(house.origin + "/voisinage")
    expect(page.get_by_text("Visite : encore 47 h")).to_be_visible()
    cell = page.request.get(house.origin + "/api/me").json()["me"]["home"].partition(":")[2]
    neighbour = open_as(house.demo(1, cell=cell, seed=41)[0], "/voisinage")
    write(neighbour, "Écrire au voisinage", "Vide-grenier samedi place du marché.")
    expect(card(page, "Vide-grenier samedi")).to_be_visible()
    house.stop()
    house.env["PALIER_CLOCK_OFFSET_S"] = str(TWO_DAYS)
    house.start()
    expect(page.get_by_text("Votre visite est finie").first).to_be_visible(timeout=40_000)
    expect(page.get_by_text("Visite : encore")).to_have_count(0)
    expect(page.get_by_text("Vide-grenier samedi")).to_have_count(0)
    page.goto(house.origin + "/voisinage")
    expect(page.get_by_text("Votre visite est finie").first).to_be_visible()
    expect(page.get_by_text("Vide-grenier samedi")).to_have_count(0)
    expect(card(neighbour, "Vide-grenier samedi")).to_be_visible()
    page.goto(house.origin + "/alerter")
    expect(page.get_by_role("main").get_by_text("Votre visite est finie")).to_be_visible()
    expect(page.get_by_role("main").locator("a[href^='/alerter/']")).to_have_count(0)
    expect(page.get_by_role("link", name="Rester").first).to_be_visible()

    # What institutions say is still theirs to read.
    (staff,) = house.demo(1, cell=HERE, seed=41)
    found_house(house, staff, tmp_path, "Mairie")
    ends = datetime.now(UTC) + timedelta(days=9)
    asked(
        *(house, staff, "announcement.publish"),
        **{
            "key": new_key(),
            "title": "Eau coupée",
            "body": "Mardi de 9 h à 12 h.",
            "level": "info",
        },
        expires_at=ends.isoformat(timespec="milliseconds"),
    )
    page.goto(house.origin + "/autour")
    page.get_by_role("main").get_by_role("link", name="Eau coupée").click()
    expect(page.get_by_text("Mardi de 9 h à 12 h.")).to_be_visible()

    page.goto(house.origin + "/rester/code")
    page.get_by_label("Le code de votre carte").fill(sheet["code"])
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("main").get_by_text("Bienvenue rue")).to_be_visible()
    page.get_by_role("link", name="Ouvrir ma rue").click()
    write(page, STREET, "Me revoilà, et pour de bon.")
    expect(card(page, "Me revoilà")).to_be_visible()

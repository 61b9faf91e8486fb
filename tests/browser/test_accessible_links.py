"""The pages that a push, a printer or a neighbour's link opens: axe in both themes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.alerting import found_house, published, raised
from tests.browser.among import key, post, sign_up
from tests.browser.conftest import HERE, Open
from tests.browser.test_accessible import violations
from tests.support.app import Resident, ServerProcess


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_a_link_opens_has_no_barrier(
    house: ServerProcess,
    camille: Resident,
    contexts: Callable[..., BrowserContext],
    open_as: Open,
    tmp_path: Path,
    theme: str,
) -> None:
    (staff,) = house.demo(1, cell=HERE, seed=91 if theme == "light" else 92)
    found_house(house, staff, tmp_path, f"Mairie du lavoir {theme}")
    news = published(house, staff, "Lavoir fermé", "Jusqu’à jeudi.", "urgent")
    alert = raised(house, camille, "lost_cat", "Tigrou a disparu", details={"name": "Tigrou"})
    page = open_as(camille, f"/infos/{news}", color_scheme=theme)
    expect(page.get_by_text("Jusqu’à jeudi.")).to_be_visible()
    found = {"news": violations(page)}
    page.goto(f"{house.origin}/alertes/{alert}/affiche")
    expect(page.get_by_text("Tigrou a disparu")).to_be_visible()
    found["poster"] = violations(page)

    newcomer = contexts()
    home = sign_up(newcomer, house, "Solène Prigent", key())["home"]
    request = post(newcomer, house, "/api/verification/vouch-requests", {})["id"]
    seed = 93 if theme == "light" else 94
    (neighbour,) = house.demo(1, cell=home.partition(":")[2], seed=seed)
    page = open_as(neighbour, f"/parrainer/{request}", color_scheme=theme)
    expect(page.get_by_text("Solène P. vous demande de confirmer son adresse")).to_be_visible()
    found["vouching"] = violations(page)
    page.get_by_role("button", name="Oui, je connais cette personne").click()
    expect(page.get_by_text("Merci. Votre voix est comptée.")).to_be_visible()
    found["vouched"] = violations(page)
    assert {screen: one for screen, one in found.items() if one} == {}

"""An alert that is not sent says why, beside the cause, and keeps every word."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.alerting import raised
from tests.browser.conftest import Open
from tests.support.app import Resident, ServerProcess

REFUSED = {
    "Un homme noir a volé un vélo": "Décrivez l’acte, pas la personne.",
    "Une voiture AB-123-CD a filé": "Pas de plaque ici",
    "Vélo volé, appelez le 06 12 34 56 78": "Pas de numéro ni d’e-mail",
    "Vélo volé, récompense à qui le trouve": "Pas de récompense",
    "Voici la photo du voleur": "Pas de visage",
}


@pytest.mark.parametrize("words", REFUSED)
def test_words_that_harm_are_underlined_and_can_be_contested(
    camille: Resident, open_as: Open, words: str
) -> None:
    page = open_as(camille, "/alerter/theft")
    page.get_by_label("En quelques mots").fill(words)
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_text(REFUSED[words])).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Prévenir"))).to_be_disabled()
    noticed = page.locator("mark")
    expect(noticed).to_be_focused()
    assert noticed.inner_text() in words
    page.get_by_role("button", name="Le filtre se trompe").click()
    expect(page.get_by_text("Merci, c’est signalé.")).to_be_visible()
    page.get_by_role("link", name="Modifier").click()
    expect(page.get_by_label("En quelques mots")).to_be_focused()
    expect(page.get_by_label("En quelques mots")).to_have_value(words)


def test_the_third_alert_of_a_day_says_when_the_next_may_be(
    house: ServerProcess, camille: Resident, open_as: Open
) -> None:
    for title in ("Un carton sur la voie", "Un autre carton"):
        raised(house, camille, "road", title)
    page = open_as(camille, "/alerter/road")
    page.get_by_label("En quelques mots").fill("Encore un carton")
    page.get_by_role("button", name="Vérifier").click()
    page.get_by_role("button", name=re.compile("^Prévenir")).click()
    said = "Votre foyer a lancé 2.alertes. La prochaine.: (demain|aujourd’hui) à .* 17, 18, 112."
    expect(page.get_by_text(re.compile(said))).to_be_visible()

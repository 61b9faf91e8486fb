"""By keys alone: signing up, and raising an alert."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.among import PASSWORD, key
from tests.browser.conftest import DESK, Open
from tests.browser.test_accessible import settle
from tests.support.app import Resident

MOST_TABS = 60


def tab_to(page: Page, target: Locator) -> None:
    """As who has no mouse: Tab after Tab until it has the focus, which is then seen."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("(one) => one === document.activeElement"):
            expect(target).to_be_in_viewport()
            return
    raise AssertionError(f"{target} is not reached by Tab")


def test_a_newcomer_signs_up_by_keys_alone(open_as: Open) -> None:
    page = open_as(None, "/", viewport=DESK, has_touch=False)
    tab_to(page, page.get_by_role("combobox", name="Où habitez-vous"))
    page.keyboard.type("rue de la chau")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Comment vous appelle-t-on")).to_be_focused()
    email = f"{key().lower()}@example.org"
    for label, words in {
        "Votre nom": "Maël Tanguy",
        "Appartement": email,
        "Votre e-mail": email,
        "Un mot de passe": PASSWORD,
    }.items():
        tab_to(page, page.get_by_label(label))
        page.keyboard.type(words)
    tab_to(page, page.get_by_label("J’ai 15 ans ou plus"))
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Voisinage")).to_be_focused()


def test_an_alert_is_raised_by_keys_alone(camille: Resident, open_as: Open) -> None:
    page = open_as(camille, viewport=DESK, has_touch=False)
    settle(page)
    # The third skip link.
    tab_to(page, page.get_by_role("navigation").get_by_role("link", name="Alerter").first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Alerter", exact=True)).to_be_focused()
    tab_to(page, page.get_by_role("link", name="Chat perdu"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Chat perdu")).to_be_visible()
    tab_to(page, page.get_by_role("link", name="Passer"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Son nom")).to_be_focused()
    page.keyboard.type("Figaro")
    tab_to(page, page.get_by_role("radio", name="À l’instant"))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Ce matin")).to_be_checked()
    tab_to(page, page.get_by_role("button", name="Vérifier"))
    page.keyboard.press("Enter")
    tell = page.get_by_role("button", name=re.compile("^Prévenir"))
    expect(tell).to_be_enabled()
    tab_to(page, tell)
    page.keyboard.press("Enter")
    expect(page.get_by_text("C’est parti.").first).to_be_visible()
    tab_to(page, page.get_by_role("link", name="Voir l’alerte"))
    page.keyboard.press("Enter")
    expect(page.locator("#titre")).to_have_text("Figaro a disparu")
    page.get_by_role("button", name="Retrouvé").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Fausse alerte")).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Fausse alerte"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Fausse alerte").first).to_be_visible()

"""Every screen, in both themes, without a violation that axe knows; keyboard only; large text."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, STREET, Open, card, come_to_rest, write
from tests.support.app import Resident

SIGNED_OUT = [
    "/",
    "/connexion",
    "/inscription",
    "/inscription?adresse",
    "/mot-de-passe",
    "/regles",
    "/confirmer",
    "/rester/refus",
]
SIGNED_IN = [
    "/rue", "/voisinage", "/messages", "/groupes", "/autour", "/alerter", "/voisins", "/recherche",
    "/moi", "/moi/confidentialite", "/moi/compte", "/moi/appareils", "/rester", "/rester/code",
    "/rester/position", "/rester/voisins", "/rester/carte", "/parrainer/x", "/regles",
    "/accessibilite", "/groupes/nouveau", "/voisins/moi", "/infos/publier",
]  # fmt: skip


# What the colours of a theme can break; all else is the same in the other one.
OF_COLOURS = ["color-contrast", "link-in-text-block"]


def violations(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe finds, by all its rules or by these."""
    come_to_rest(page)  # words that are half transparent have no contrast yet
    page.evaluate(AXE_SCRIPT)
    asked = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    found: dict[str, Any] = page.evaluate("(asked) => axe.run(document, asked)", asked)
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0].get('failureSummary', '')}"
        for one in found["violations"]
    ]


def settle(page: Page) -> None:
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator(".grey-row")).to_have_count(0)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing(
    camille: Resident, open_as: Open, theme: str, size: dict[str, int]
) -> None:
    page = open_as(camille, color_scheme=theme, viewport=size)
    settle(page)
    write(page, STREET, "Bonjour à toutes et tous !")
    card(page, "Bonjour à toutes").first.get_by_role("link", name="Répondre").click()
    write(page, "Répondre", "Encore moi.")
    expect(page.get_by_role("log").get_by_text("Encore moi.")).to_be_visible()
    rules = OF_COLOURS if theme == "dark" else None
    found = {"conversation": violations(page, rules)}
    origin = page.url.split("/rue")[0]
    for path in SIGNED_IN:
        page.goto(origin + path)
        settle(page)
        found[path] = violations(page, rules)
    stranger = open_as(None, color_scheme=theme, viewport=size)
    for path in SIGNED_OUT:
        stranger.goto(origin + path)
        settle(stranger)
        found[f"signed out {path}"] = violations(stranger, rules)
    assert {path: one for path, one in found.items() if one} == {}


def test_a_conversation_without_a_mouse(camille: Resident, open_as: Open) -> None:
    page = open_as(camille, viewport=DESK, has_touch=False)
    settle(page)
    box = page.get_by_role("textbox", name=STREET)
    box.focus()
    page.keyboard.type("Au clavier seulement")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("sur deux lignes")
    page.keyboard.press("Enter")
    expect(card(page, "Au clavier seulement")).to_have_count(1)
    expect(box).to_be_focused()
    card(page, "Au clavier seulement").get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Conversation")).to_be_focused()
    page.get_by_role("textbox", name="Répondre").focus()
    page.keyboard.type("Une réponse")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log").get_by_role("article")).to_have_count(2)
    expect(page.get_by_role("log").get_by_role("article").last).to_contain_text("· Envoyé")
    page.get_by_role("log").get_by_role("article").last.focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("log").get_by_role("article").first).to_be_focused()


def test_every_focus_is_seen_and_none_is_lost(camille: Resident, open_as: Open) -> None:
    page = open_as(camille, viewport=DESK, has_touch=False)
    settle(page)
    for _ in range(14):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
                const one = document.activeElement;
                const ring = getComputedStyle(one), after = getComputedStyle(one, '::after');
                return one === document.body
                    || ring.outlineStyle !== 'none' || after.outlineStyle !== 'none';
            }"""
        )
        assert seen, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


@pytest.mark.parametrize("path", ["/rue", "/rester", "/moi", "/alerter"])
@pytest.mark.parametrize("size", [(320, 640), (180, 370)], ids=["320 px", "200 % on a phone"])
def test_nothing_is_cut_when_the_text_grows(
    camille: Resident, open_as: Open, path: str, size: tuple[int, int]
) -> None:
    page = open_as(camille, path, viewport={"width": size[0], "height": size[1]})
    settle(page)
    too_wide = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter((one) => !one.closest('.hidden-words, .skips') && one.offsetParent !== null)
            .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
            .map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert too_wide == []


def test_targets_are_large_enough_for_a_thumb(camille: Resident, open_as: Open) -> None:
    page = open_as(camille)
    settle(page)
    write(page, STREET, "Une cible")
    expect(card(page, "Une cible")).to_be_visible()
    origin = page.url.split("/rue")[0]
    for path in ["/rue", "/rester", "/moi", "/alerter", "/rester/code", "/rester/voisins"]:
        page.goto(origin + path)
        settle(page)
        small = page.evaluate(
            """() => [...document.querySelectorAll('a[href], button, textarea, input')]
                .filter((one) => one.offsetParent !== null && !one.closest('.skips'))
                .filter((one) => !one.matches('.cover, label input'))
                .map((one) => [one.outerHTML.slice(0, 100), one.getBoundingClientRect()])
                .filter(([, box]) => box.width < 43.5 || box.height < 43.5)
                .map(([html]) => html)"""
        )
        assert small == [], path


def test_a_new_message_is_spoken_and_takes_no_focus(
    camille: Resident, nadia: Resident, open_as: Open
) -> None:
    one, other = open_as(camille), open_as(nadia)
    write(one, STREET, "Qui parle ?")
    for page in (one, other):
        card(page, "Qui parle ?").get_by_role("link", name="Répondre").click()
        expect(page.get_by_role("log")).to_be_visible()
    one.get_by_role("textbox", name="Répondre").focus()
    write(other, "Répondre", "Moi, je parle.")
    spoken = one.locator("[role=status][aria-live=polite]")
    expect(spoken).to_contain_text("Moi, je parle.")
    expect(one.get_by_role("textbox", name="Répondre")).to_be_focused()


def test_what_is_said_while_a_sheet_is_open_is_heard_in_it(
    camille: Resident, nadia: Resident, open_as: Open
) -> None:
    one, other = open_as(camille), open_as(nadia)
    write(one, STREET, "On s’entend ?")
    for page in (one, other):
        card(page, "On s’entend ?").get_by_role("link", name="Répondre").click()
        expect(page.get_by_role("log")).to_be_visible()
    write(other, "Répondre", "Avant la feuille.")
    spoken = one.locator("[role=status][aria-live=polite]")
    expect(spoken).to_contain_text("Avant la feuille.")
    one.get_by_role("log").get_by_role("button", name="Actions").last.dispatch_event("click")
    inside = one.get_by_role("dialog").locator("[role=status][aria-live=polite]")
    expect(inside).to_have_text("")
    write(other, "Répondre", "Pendant la feuille.")
    expect(inside).to_contain_text("Pendant la feuille.")

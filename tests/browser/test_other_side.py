"""What the other side sees of an alert: at once in the street, and on the poster's public page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.alerting import asked, raised
from tests.browser.conftest import Open
from tests.support import canary
from tests.support.app import Resident, ServerProcess

SOON_MS = 1_000

# Notes, by the machine's clock, when these words first stand on the page.
WATCH = """(words) => {
    window.seenAt = null;
    const look = () => {
        if (window.seenAt === null && document.body.innerText.includes(words)) {
            window.seenAt = Date.now();
        }
    };
    new MutationObserver(look).observe(document.body, {
        childList: true, subtree: true, characterData: true,
    });
}"""
PRESSED = """(button) => button.addEventListener(
    'click', () => sessionStorage.setItem('pressed-at', String(Date.now())), { capture: true })"""


def test_a_raised_alert_is_on_the_other_screen_within_a_second(
    camille: Resident, nadia: Resident, open_as: Open
) -> None:
    one, other = open_as(camille, "/alerter/outage"), open_as(nadia, "/rue")
    expect(other.get_by_role("textbox", name="Écrire à la rue")).to_be_visible()
    other.evaluate(WATCH, "Plus de lumière dans la rue")
    one.get_by_label("En quelques mots").fill("Plus de lumière dans la rue")
    one.get_by_role("button", name="Vérifier").click()
    send = one.get_by_role("button", name=re.compile("^Prévenir"))
    expect(send).to_be_enabled()
    send.evaluate(PRESSED)
    send.click()
    other.wait_for_function("() => window.seenAt !== null")
    pressed = one.evaluate("Number(sessionStorage.getItem('pressed-at'))")
    assert other.evaluate("window.seenAt") - pressed <= SOON_MS


def prints(page: Page) -> None:
    with page.expect_download() as printed:
        page.get_by_role("button", name="Faire une affiche").click()
    assert printed.value.suggested_filename == "palier-lost_cat.pdf"
    canary.look_at_print("http", printed.value.path())


@pytest.mark.timeout(240)
def test_the_public_page_of_a_poster_turns_when_the_cat_is_home(
    house: ServerProcess, camille: Resident, open_as: Open
) -> None:
    details = {"name": "Moustache"}
    alert = raised(house, camille, "lost_cat", "Moustache a disparu", details=details)
    stranger = open_as(None, f"/a/{alert}")
    expect(stranger.get_by_text("Moustache a disparu")).to_have_count(0)
    owner = open_as(camille, f"/alertes/{alert}/affiche")
    prints(owner)
    stranger.goto(f"{house.origin}/a/{alert}")
    expect(stranger.get_by_text("Moustache a disparu").first).to_be_visible()
    expect(stranger.get_by_text("Retrouvé")).to_have_count(0)
    asked(house, camille, "alert.resolve", id=alert, outcome="home")
    stranger.reload()
    expect(stranger.get_by_text("Retrouvé").first).to_be_visible()

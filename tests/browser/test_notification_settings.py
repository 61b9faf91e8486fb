"""What is ticked among the settings of notifications is what the server has."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.alerting import asked
from tests.browser.conftest import Open
from tests.browser.held_line import HeldLine
from tests.support.app import Resident, ServerProcess

NEEDED = "Il faut du réseau"


def with_quiet_nights(page: Page) -> None:
    page.get_by_label("Silence la nuit").check()
    expect(page.get_by_text("Enregistré.")).to_be_visible()


def test_what_was_not_saved_is_not_shown_as_saved(camille: Resident, open_as: Open) -> None:
    page = open_as(camille, "/moi/notifications")
    with_quiet_nights(page)
    page.context.set_offline(True)
    expect(page.get_by_text("Hors ligne.")).to_be_visible()
    nights = page.get_by_role("group", name="Les nuits du")
    nights.get_by_label("lundi").click()
    expect(nights.get_by_role("alert")).to_contain_text(NEEDED)
    expect(nights.get_by_label("lundi")).to_be_checked()
    page.locator("summary").filter(has_text="Chien perdu").click()
    dogs = page.get_by_role("group", name="Chien perdu")
    before = dogs.get_by_label("Ma rue").input_value()
    dogs.get_by_label("Ma rue").select_option("off")
    expect(dogs.get_by_role("alert")).to_contain_text(NEEDED)
    expect(dogs.get_by_label("Ma rue")).to_have_value(before)
    expect(page.get_by_text("Enregistré.")).to_have_count(0)


def test_two_quick_changes_are_both_saved(
    house: ServerProcess, camille: Resident, open_as: Open
) -> None:
    page = open_as(camille, "/regles")
    line = HeldLine(page)
    line.let_through()
    page.goto(f"{house.origin}/moi/notifications")
    with_quiet_nights(page)
    nights = page.get_by_role("group", name="Les nuits du")
    line.hold()
    nights.get_by_label("lundi").uncheck()
    nights.get_by_label("mardi").uncheck()
    line.wait_for("quiet")
    line.let_through()
    for day in ("lundi", "mardi"):
        expect(nights.get_by_label(day)).not_to_be_checked()
    expect(page.get_by_text("Enregistré.")).to_be_visible()
    assert asked(house, camille, "prefs.get")["prefs"]["quiet"]["days"] == [3, 4, 5, 6, 7]

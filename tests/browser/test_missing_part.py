"""A part of the client that cannot be fetched says so and can be asked for again."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import STREET, Open
from tests.browser.test_accessible import violations
from tests.support.app import Resident

TROUBLE = "Nous n’arrivons pas à joindre Palier."


def test_a_screen_that_does_not_come_can_be_asked_for_again(
    camille: Resident, open_as: Open
) -> None:
    page = open_as(camille, service_workers="block")
    tiles = re.compile(r"/assets/Tiles-[\w-]+\.js")
    page.route(tiles, lambda route: route.abort())
    page.get_by_role("navigation", name="Navigation").get_by_role("link", name="Alerter").click()
    expect(page.get_by_role("heading", name=TROUBLE)).to_be_focused()
    assert violations(page) == []
    page.unroute(tiles)
    page.get_by_role("button", name="Réessayer").click()
    expect(page.get_by_role("link", name="Chat perdu")).to_be_visible()


def test_a_sheet_that_does_not_come_says_so(camille: Resident, open_as: Open) -> None:
    page = open_as(camille, service_workers="block")
    expect(page.get_by_role("textbox", name=STREET)).to_be_visible()
    page.route(re.compile(r"/assets/RoomSettings-[\w-]+\.js"), lambda route: route.abort())
    page.get_by_role("button", name="Notifications de ce lieu").locator("visible=true").click()
    expect(page.get_by_role("alert").filter(has_text=TROUBLE)).to_be_visible()
    assert violations(page) == []

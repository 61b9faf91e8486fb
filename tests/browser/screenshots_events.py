"""The pictures of what only an event opens: an alert from raising it to its end, and news."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.alerting import asked, found_house, published
from tests.browser.conftest import HERE
from tests.support.app import Resident, ServerProcess

Picture = Callable[[Page, str], None]
OpenAs = Callable[[str], Page]


def take_alert(house: ServerProcess, camille: str, open_as: OpenAs, picture: Picture) -> None:
    """A lost dog of a neighbour of its own: a household raises two alerts a day."""
    (owner,) = house.demo(1, cell=HERE, seed=datetime.now(UTC).microsecond)
    page, other = open_as(owner.token), open_as(camille)
    page.goto(f"{house.origin}/alerter/lost_dog")
    page.get_by_label("Son nom").fill("Pirate")
    page.get_by_label("Ce qui aide").fill("Appelez-moi au 06 12 34 56 78")
    page.get_by_role("button", name="Vérifier").click()
    expect(page.locator("mark")).to_be_focused()
    picture(page, "alert-refused")
    page.get_by_role("link", name="Modifier").click()
    page.get_by_label("Ce qui aide").fill("Il répond à son nom.")
    page.get_by_text("Plus de détails").click()
    picture(page, "alert-details")
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_text("Qui sera prévenu")).to_be_visible()
    picture(page, "alert-review")
    page.get_by_role("button", name=re.compile("^Prévenir")).click()
    expect(page.get_by_text("C’est parti.").first).to_be_visible()
    picture(page, "alert-sent")
    page.get_by_role("link", name="Voir l’alerte").click()
    page.get_by_role("button", name="Modifier").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    picture(page, "alert-edit")
    alert = page.url.rsplit("/", 1)[1]
    other.goto(f"{house.origin}/alertes/{alert}")
    other.get_by_role("button", name="Je l’ai vu").click()
    expect(other.get_by_role("dialog")).to_be_visible()
    picture(other, "alert-saw")
    other.goto(f"{house.origin}/pourquoi/{alert}")
    picture(other, "why")
    other.goto(f"{house.origin}/alertes/{alert}")
    asked(house, owner, "alert.resolve", id=alert, outcome="home")
    expect(other.get_by_text("Pirate est à la maison.").first).to_be_visible()
    picture(other, "alert-found")
    page.context.close()
    other.context.close()


def found_news(house: ServerProcess, folder: Path) -> tuple[Resident, str]:
    """An institution that has spoken: its member of staff, and what it said."""
    (staff,) = house.demo(1, cell=HERE, seed=51)
    found_house(house, staff, folder, "Mairie de quartier")
    body = "De 9 h à 12 h, rue de la Chaussée. Gardez une carafe d’avance."
    return staff, published(house, staff, "Eau coupée mardi", body, "important")


def take_settings(page: Page, origin: str, picture: Picture) -> None:
    page.goto(f"{origin}/rue")
    page.get_by_role("button", name="Notifications").locator("visible=true").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    picture(page, "room-settings")

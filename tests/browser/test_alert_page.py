"""The page of an alert: who may answer where, silence, reports, and why one was told."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from realtime.geo.cells import cell_at
from tests.browser.alerting import asked, raised
from tests.browser.conftest import Open, write
from tests.support.app import Resident, ServerProcess
from tests.support.clients import new_key

# Three kilometres north: the same region, outside the nine cells of a conversation at HERE.
FAR = cell_at(-1.6846, 48.1336 + 0.03)


def actions(page: Page, name: str) -> None:
    page.get_by_text("Autres actions").click()
    page.get_by_role("button", name=name).click()


def test_a_neighbour_answers_in_the_conversation_of_the_alert(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    alert = raised(house, camille, "road", "Nid-de-poule devant le 4")
    page = open_as(nadia, f"/alertes/{alert}")
    page.get_by_role("link", name="Répondre").click()
    expect(page.get_by_role("heading", name="Conversation")).to_be_visible()
    write(page, "Répondre", "Je l’ai contourné ce matin.")
    expect(page.get_by_role("log").get_by_text("Je l’ai contourné ce matin.")).to_be_visible()


def test_who_lives_too_far_for_the_conversation_has_the_relay(
    house: ServerProcess, camille: Resident, open_as: Open
) -> None:
    (far,) = house.demo(1, cell=FAR, seed=31)
    alert = raised(house, camille, "road", "Une branche en travers")
    page = open_as(far, f"/alertes/{alert}")
    expect(page.locator("#titre")).to_have_text("Une branche en travers")
    page.get_by_role("button", name="Répondre").click()
    expect(page.get_by_text("À propos d’une alerte")).to_be_visible()
    write(page, "Écrire à", "J’ai une scie, si besoin.")
    page.go_back()
    expect(page.locator("#titre")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Répondre|En parler"))).to_have_count(0)


def test_an_alert_is_muted_for_a_day_and_nothing_else_changes(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    alert = raised(house, camille, "road", "Un banc renversé")
    page = open_as(nadia, f"/alertes/{alert}")
    actions(page, "Muet 24 h")
    expect(page.get_by_text("Silence jusqu’à demain.")).to_be_visible()
    rooms = asked(house, nadia, "prefs.get")["prefs"]["rooms"]
    assert list(rooms) == [alert]
    assert rooms[alert]["level"] == "mentions"
    assert rooms[alert]["snoozed_until"] is not None
    page.get_by_role("button", name="Muet 24 h").click()
    expect(page.get_by_text("Silence jusqu’à demain.")).to_have_count(0)
    assert asked(house, nadia, "prefs.get")["prefs"]["rooms"] == {}


def test_a_sighting_can_be_reported(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    alert = raised(house, camille, "lost_found_object", "Un parapluie rouge")
    where = {"lon": camille.lon, "lat": camille.lat}
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    asked(house, nadia, "alert.sighting", key=new_key(), id=alert, at=at, place=where, text="Ici")
    page = open_as(camille, f"/alertes/{alert}")
    expect(page.get_by_text("Attend votre réponse")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Signaler .*")).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("C’est faux").check()
    sheet.get_by_role("button", name="Envoyer").click()
    expect(sheet.get_by_text("Numéro de suivi")).to_be_visible()

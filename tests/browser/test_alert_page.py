"""The page of an alert: who may answer where, silence, reports, and why one was told."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from realtime.geo.cells import cell_at
from tests.browser.alerting import asked, raised
from tests.browser.conftest import Open, card, write
from tests.support.app import Resident, ServerProcess
from tests.support.clients import new_key
from tests.support.pictures import jpeg
from tests.support.processes import wait_until

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


def test_among_conversations_that_of_an_alert_shows_its_kind_and_its_end(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    alert = raised(house, camille, "road", "Un tilleul couché")
    page = open_as(nadia, "/voisinage")
    write(page, "Écrire au voisinage", "Quelqu’un a une tronçonneuse ?")
    expect(card(page, "Un tilleul couché").get_by_text("Route", exact=True)).to_be_visible()
    expect(card(page, "tronçonneuse").get_by_text("Route")).to_have_count(0)
    asked(house, camille, "alert.resolve", id=alert, outcome="over")
    expect(card(page, "Un tilleul couché").get_by_text("Route · C’est terminé")).to_be_visible()


def test_the_conversation_of_an_alert_names_its_kind_and_leads_back_to_it(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    alert = raised(house, camille, "road", "Un érable couché")
    page = open_as(nadia, f"/alertes/{alert}")
    page.get_by_role("link", name="Répondre").click()
    expect(page.get_by_role("log")).to_be_visible()
    expect(page.get_by_text("Route", exact=True)).to_be_visible()
    page.get_by_role("link", name="Voir l’alerte").click()
    expect(page).to_have_url(f"{house.origin}/alertes/{alert}")
    expect(page.locator("#titre")).to_have_text("Un érable couché")


def test_phones_are_never_called_after_no_time(
    house: ServerProcess, camille: Resident, open_as: Open
) -> None:
    alert = raised(house, camille, "road", "Un frêne couché")
    page = open_as(camille, "/regles")
    told = {"phones": 38, "accepted": 36, "shown": None, "queued_s": 0.004, "is_done": True}
    seconds = {"first_accepted_s": 0.0, "last_accepted_s": 0.0, "first_shown_s": 1.26}
    page.route("**/api/push/reach/*", lambda route: route.fulfill(json={**told, **seconds}))
    page.goto(f"{house.origin}/alertes/{alert}")
    expect(page.get_by_text("Téléphones appelés après 0,1 s")).to_be_visible()
    expect(page.get_by_text("36 téléphones sur 38 en 0,1 s")).to_be_visible()
    expect(page.get_by_text("un premier téléphone en 1,3 s")).to_be_visible()


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


def test_the_place_of_the_map_is_kept_until_it_is_there(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    alert = raised(house, camille, "road", "Une barrière tombée")
    page = open_as(nadia, "/regles", service_workers="block")
    held: list[Route] = []
    script = re.compile(r"/assets/AreaMap-[\w-]+\.js$")
    page.route(script, lambda route: held.append(route))
    with page.expect_request(script):
        page.goto(f"{house.origin}/alertes/{alert}")
    below = page.get_by_role("heading", name="Signalements")
    expect(page.locator(".grey-row")).to_be_visible()
    before = below.bounding_box()
    held[0].continue_()
    expect(page.locator("figure[data-still=true]")).to_be_visible()
    assert below.bounding_box() == before


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


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "cat.jpg"
    path.write_bytes(jpeg())
    return path


def test_its_author_changes_the_words_the_photos_and_how_grave_it_is(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open, photo: Path
) -> None:
    alert = raised(house, camille, "road", "Une plaque de verglas")
    page, other = open_as(camille, f"/alertes/{alert}"), open_as(nadia, f"/alertes/{alert}")
    expect(other.locator("#titre")).to_have_text("Une plaque de verglas")
    page.get_by_role("button", name="Modifier").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("En quelques mots").fill("")
    sheet.get_by_role("button", name="Enregistrer").click()
    expect(sheet.get_by_label("En quelques mots")).to_be_focused()
    sheet.get_by_label("En quelques mots").fill("Verglas sur tout le pont")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Modifier").click()
    expect(sheet.get_by_label("En quelques mots")).to_have_value("Verglas sur tout le pont")
    sheet.locator("input[type=file]").focus()
    sheet.locator("input[type=file]").set_input_files(str(photo))
    expect(sheet.get_by_label("Que voit-on ?")).to_be_focused()
    held: list[Route] = []
    page.route("**/api/photos/*", lambda route: held.append(route))
    sheet.get_by_label("Que voit-on ?").fill("Le pont, blanc de givre")
    sheet.get_by_label("Gravité").select_option("serious")
    expect(sheet.get_by_text("les téléphones sonneront de nouveau")).to_be_visible()
    sheet.get_by_role("button", name="Enregistrer").click()
    wait_until(lambda: held != [], 15, "the words of the photo are on their way")
    held.pop().continue_()
    page.unroute("**/api/photos/*")
    expect(page.get_by_text("C’est modifié.")).to_be_visible()
    expect(other.locator("#titre")).to_have_text("Verglas sur tout le pont")
    expect(other.get_by_role("img", name="Le pont, blanc de givre")).to_be_visible()
    page.get_by_role("button", name="Modifier").click()
    sheet.get_by_role("button", name="Retirer la photo").click()
    sheet.get_by_role("button", name="Enregistrer").click()
    expect(other.get_by_role("img", name="Le pont, blanc de givre")).to_have_count(0)
    # The house is shared: what is graver than the alerts of other tests ends with this one.
    asked(house, camille, "alert.resolve", id=alert, outcome="over")


def test_its_author_thanks_some_and_keeps_the_photos(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open, photo: Path
) -> None:
    page = open_as(camille, "/alerter/lost_cat")
    page.locator("input[type=file]").set_input_files(str(photo))
    page.get_by_label("Que voit-on ?").fill("Un chat roux sur un mur")
    page.get_by_label("Son nom").fill("Biscotte")
    page.get_by_text("Plus de détails").click()
    page.get_by_label("Son sexe").select_option("Femelle")
    page.get_by_label("Son collier").fill("vert, avec un grelot")
    page.get_by_label("Est-il identifié").select_option("oui")
    page.get_by_role("button", name="Vérifier").click()
    page.get_by_role("button", name=re.compile("^Prévenir")).click()
    page.get_by_role("link", name="Voir l’alerte").click()
    expect(page.locator("dl")).to_contain_text("vert, avec un grelot")
    expect(page.get_by_role("img", name="Un chat roux sur un mur")).to_be_visible()
    alert = page.url.rsplit("/", 1)[1]
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    where = {"lon": camille.lon, "lat": camille.lat}
    asked(house, nadia, "alert.sighting", key=new_key(), id=alert, at=at, place=where)
    page.get_by_role("button", name="Retrouvé").click()
    sheet = page.get_by_role("group", name="Qui remercier")
    sheet.get_by_role("checkbox").uncheck()
    page.get_by_label("Garder les photos").check()
    page.get_by_role("button", name="Ramené").click()
    expect(page.get_by_role("status").get_by_text("Biscotte est à la maison.")).to_be_visible()
    ended = asked(house, camille, "alert.open", id=alert)["alert"]
    assert (ended["outcome"], ended["thanks"]) == ("brought_back", [])


def test_danger_is_said_at_once_and_the_rest_in_its_turn(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    page = open_as(nadia, "/rue")
    expect(page.get_by_role("textbox", name="Écrire à la rue")).to_be_visible()
    raised(house, camille, "road", "Un arbre penche")
    expect(page.locator("[aria-live=polite]")).to_have_text("Route. Un arbre penche")
    expect(page.locator("[aria-live=assertive]")).to_have_text("")
    danger = raised(house, camille, "danger_now", "On force une porte")
    expect(page.locator("[aria-live=assertive]")).to_contain_text("Danger. On force une porte")
    expect(page.locator("[aria-live=polite]")).to_have_text("Route. Un arbre penche")
    asked(house, camille, "alert.withdraw", id=danger)

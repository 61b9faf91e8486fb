"""A lost cat from a phone: photo, review, the other side, a sighting, the end; official news."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESK, Open, write
from tests.browser.test_accessible import settle, violations
from tests.support.app import Resident
from tests.support.pictures import jpeg

# Where to leave pictures of each screen, for a person to look at.
SHOTS = os.environ.get("PALIER_SHOTS", "")


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


def bar(page: Page, path: str) -> Locator:
    """The place in the bottom bar, or in the side pane of a desk."""
    return (
        page.locator(f".bar a[href='{path}'], .pane a[href='{path}']").locator("visible=true").first
    )


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "cat.jpg"
    path.write_bytes(jpeg())
    return path


def raise_cat(page: Page, photo: Path) -> None:
    bar(page, "/alerter").click()
    shot(page, "alerter")
    page.get_by_role("link", name="Chat perdu").click()
    page.locator("input[type=file]").set_input_files(str(photo))
    page.get_by_label("Son nom").fill("Moustache")
    page.get_by_label("Ses couleurs").fill("roux, blanc")
    expect(page.get_by_role("button", name="Retirer la photo")).to_be_visible()
    shot(page, "formulaire")
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_text("Qui sera prévenu")).to_be_visible()
    expect(page.locator("canvas").first).to_be_visible()
    shot(page, "verifier")
    page.get_by_role("button", name=re.compile("^Prévenir")).click()
    expect(page.get_by_text("C’est parti.").first).to_be_visible()
    shot(page, "parti")


def test_a_lost_cat_from_photo_to_found(
    camille: Resident, nadia: Resident, open_as: Open, photo: Path
) -> None:
    here = {"longitude": nadia.lon, "latitude": nadia.lat}
    one = open_as(camille)
    other = open_as(nadia, viewport=DESK, geolocation=here, permissions=["geolocation"])
    begun = time.monotonic()
    raise_cat(one, photo)
    # A script's thumb is quicker than a person's, this machine slower than a phone.
    assert time.monotonic() - begun < 30
    strip = other.get_by_role("link", name=re.compile("Moustache a disparu|Chat perdu.*Moustache"))
    expect(strip.first).to_be_visible()
    shot(other, "bandeau")
    strip.first.click()
    expect(other.locator("#titre", has_text="Moustache a disparu")).to_be_visible()
    picture = other.locator("article img").first
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 0
    expect(other.locator("canvas").first).to_be_visible()
    shot(other, "alerte")

    other.get_by_role("button", name="Je l’ai vu").click()
    other.get_by_label("Un détail (facultatif)").fill("Sous une voiture verte")
    shot(other, "vu")
    other.get_by_role("button", name="Prévenir").click()
    expect(other.get_by_role("heading", name=re.compile("^Merci."))).to_be_visible()
    other.get_by_role("dialog").get_by_role("button", name="Retour").click()

    one.get_by_role("link", name="Voir l’alerte").click()
    expect(one.get_by_text("Attend votre réponse")).to_be_visible()
    expect(one.get_by_text("Sous une voiture verte")).to_be_visible()
    shot(one, "signalement")
    one.get_by_role("button", name="Montrer à tous").click()
    expect(other.get_by_text("Sous une voiture verte")).to_be_visible()

    one.get_by_role("button", name="Retrouvé !").click()
    one.get_by_role("button", name="Rentré").click()
    home = re.compile("Moustache est à la maison. Merci à")
    expect(one.get_by_text(home).first).to_be_visible()
    expect(other.get_by_text(home).first).to_be_visible()
    shot(other, "retrouve")
    other.goto(other.url.split("/alertes")[0] + "/autour")
    expect(other.get_by_text("Moustache a disparu")).to_have_count(0)


def test_the_map_shows_what_the_list_says(
    camille: Resident, nadia: Resident, open_as: Open
) -> None:
    one, other = open_as(camille), open_as(nadia)
    bar(one, "/alerter").click()
    one.get_by_role("button", name="Autre").click()
    one.get_by_role("link", name="Route").click()
    one.get_by_label("En quelques mots").fill("Arbre tombé sur la chaussée")
    one.get_by_role("button", name="Vérifier").click()
    one.get_by_role("button", name=re.compile("^Prévenir")).click()
    expect(one.get_by_text("C’est parti.").first).to_be_visible()
    bar(other, "/autour").click()
    expect(other.get_by_role("article").filter(has_text="Arbre tombé").first).to_be_visible()
    shot(other, "autour")
    other.get_by_role("link", name="Carte").click()
    expect(other.get_by_role("article").filter(has_text="Arbre tombé").first).to_be_visible()
    expect(other.get_by_role("button", name="Arbre tombé sur la chaussée")).to_be_attached()
    expect(other.get_by_text("© contributeurs OpenStreetMap")).to_be_visible()
    shot(other, "carte")


def test_danger_asks_to_call_first(camille: Resident, open_as: Open) -> None:
    page = open_as(camille, "/alerter/danger_now")
    page.get_by_label("En quelques mots").fill("On force la porte de la boulangerie")
    shot(page, "danger")
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_text("Appelez d’abord, puis cochez.")).to_be_visible()
    page.get_by_label("J’ai appelé").check()
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_text("Qui sera prévenu")).to_be_visible()


def test_a_prepared_pet_makes_an_alert_in_two_taps(camille: Resident, open_as: Open) -> None:
    page = open_as(camille, "/moi/animaux")
    page.get_by_role("button", name="Ajouter un animal").click()
    page.get_by_label("Son nom").fill("Grisette")
    page.get_by_label("Ses couleurs").fill("gris")
    page.get_by_role("button", name="Garder la fiche").click()
    expect(page.get_by_role("listitem").filter(has_text="Grisette")).to_be_visible()
    shot(page, "animaux")
    page.goto(page.url.replace("/moi/animaux", "/alerter"))
    page.get_by_role("link", name="Grisette a disparu").click()
    page.get_by_role("button", name=re.compile("^Prévenir")).click()
    expect(page.get_by_text("C’est parti.").first).to_be_visible()


def test_an_alert_opens_by_its_address(camille: Resident, nadia: Resident, open_as: Open) -> None:
    one, other = open_as(camille, "/alerter/outage"), open_as(nadia)
    one.get_by_label("En quelques mots").fill("Plus d’eau dans la rue")
    one.get_by_role("button", name="Vérifier").click()
    one.get_by_role("button", name=re.compile("^Prévenir")).click()
    one.get_by_role("link", name="Voir l’alerte").click()
    expect(one.locator("#titre")).to_have_text("Plus d’eau dans la rue")
    other.goto(one.url)
    expect(other.locator("#titre")).to_have_text("Plus d’eau dans la rue")
    other.get_by_text("Autres actions").click()
    other.get_by_role("button", name="Je confirme").click()
    expect(other.get_by_text("1 foyer confirme")).to_be_visible()
    other.get_by_role("button", name="Signaler").click()
    other.get_by_role("dialog").get_by_label("C’est faux").check()
    other.get_by_role("dialog").get_by_role("button", name="Envoyer").click()
    expect(other.get_by_text("Numéro de suivi")).to_be_visible()


def test_who_knows_something_writes_to_the_owner_without_a_number(
    camille: Resident, nadia: Resident, open_as: Open
) -> None:
    one, other = open_as(camille, "/alerter/lost_found_object"), open_as(nadia)
    one.get_by_label("En quelques mots").fill("Un trousseau de clés perdu")
    one.get_by_role("button", name="Vérifier").click()
    one.get_by_role("button", name=re.compile("^Prévenir")).click()
    one.get_by_role("link", name="Voir l’alerte").click()
    other.goto(one.url)
    other.get_by_role("button", name="Contacter").click()
    expect(other.get_by_text("À propos d’une alerte")).to_be_visible()
    write(other, "Écrire à", "Je crois les avoir vues.")
    one.goto(re.sub(r"/alertes/.*", "/messages", one.url))
    one.get_by_role("link", name=re.compile("[A-Z]")).filter(has_text="souhaite").first.click()
    expect(one.get_by_text("Je crois les avoir vues.")).to_be_visible()
    one.get_by_role("button", name="Accepter").click()
    write(one, "Écrire à", "Merci, où donc ?")
    expect(other.get_by_role("log").get_by_text("Merci, où donc")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_screens_of_alerts_have_no_barrier(
    camille: Resident, open_as: Open, theme: str
) -> None:
    page = open_as(camille, "/alerter/road", color_scheme=theme)
    page.get_by_label("En quelques mots").fill("Arbre couché")
    settle(page)
    found = {"form": violations(page)}
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_text("Qui sera prévenu")).to_be_visible()
    expect(page.locator("canvas").first).to_be_visible()
    found["review"] = violations(page)
    page.get_by_role("button", name=re.compile("^Prévenir")).click()
    page.get_by_role("link", name="Voir l’alerte").click()
    expect(page.locator("#titre")).to_be_visible()
    expect(page.locator("canvas").first).to_be_visible()
    found["alert"] = violations(page)
    for path in ("/autour", "/autour/carte", "/moi/animaux", "/alerter/danger_now"):
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + path)
        settle(page)
        found[path] = violations(page)
    assert {screen: one for screen, one in found.items() if one} == {}

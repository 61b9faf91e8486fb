"""What an institution publishes, and the alerts it raises within its territory."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.alerting import asked, found_house, raised
from tests.browser.conftest import Open
from tests.browser.test_accessible import violations
from tests.browser.test_alert_forms import NEEDED, swallow_answer
from tests.support.app import Resident, ServerProcess

# How round the head of a pin is.
CORNER = "(pin) => getComputedStyle(pin, '::before').borderTopLeftRadius"


def test_official_news_are_square_and_first_when_urgent(
    camille: Resident, nadia: Resident, open_as: Open, house: ServerProcess, tmp_path: Path
) -> None:
    page = open_as(nadia, "/autour")
    found_house(house, camille, tmp_path, "Maison de quartier")
    staff = open_as(camille, "/autour")
    staff.get_by_role("link", name="Publier une information").click()
    staff.get_by_role("button", name="Publier").click()
    expect(staff.get_by_label("Titre")).to_be_focused()
    staff.get_by_label("Titre").fill("Eau coupée mardi")
    staff.get_by_label("Ce qu’il faut savoir").fill("De 9 h à 12 h, rue de la Chaussée.")
    staff.get_by_label("Important", exact=True).check()
    assert violations(staff) == []
    staff.get_by_role("button", name="Publier").click()
    expect(staff.get_by_text("C’est publié dans votre territoire.")).to_be_visible()
    expect(staff.get_by_role("listitem").filter(has_text="Eau coupée mardi")).to_be_visible()
    news = page.get_by_role("article").filter(has_text="Eau coupée mardi")
    expect(news.first).to_be_visible()
    news.first.get_by_role("link").click()
    expect(page.get_by_text("De 9 h à 12 h, rue de la Chaussée.")).to_be_visible()
    page.get_by_role("link", name="Pourquoi ai-je reçu ceci").click()
    expect(page.get_by_text("Votre téléphone n’a pas été appelé pour cela.")).to_be_visible()
    page.get_by_role("link", name="Retour").click()
    page.get_by_role("button", name="Signaler").click()
    page.get_by_role("dialog").get_by_label("Autre chose").check()
    page.get_by_role("dialog").get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Numéro de suivi")).to_be_visible()


def test_an_announcement_waits_in_its_form_until_it_is_published(
    camille: Resident, open_as: Open, house: ServerProcess, tmp_path: Path
) -> None:
    found_house(house, camille, tmp_path, "Mairie du centre")
    staff = open_as(camille, "/autour")
    sent = swallow_answer(staff, "announcement.publish")
    staff.goto(f"{house.origin}/infos/publier")
    staff.get_by_label("Titre").fill("Marché déplacé")
    staff.get_by_label("Ce qu’il faut savoir").fill("Place du Colombier, samedi.")
    staff.get_by_label("Important", exact=True).check()
    staff.get_by_role("button", name="Publier").click()
    expect(staff.get_by_role("alert").filter(has_text=NEEDED)).to_be_visible()
    staff.reload()
    expect(staff.get_by_label("Titre")).to_have_value("Marché déplacé")
    expect(staff.get_by_label("Important", exact=True)).to_be_checked()
    staff.get_by_role("button", name="Publier").click()
    expect(staff.get_by_text("C’est publié dans votre territoire.")).to_be_visible()
    keys = [re.search(r'"key":"(\w+)"', packet)[1] for packet in sent]  # type: ignore[index]
    assert keys[0] == keys[1]
    expect(staff.get_by_role("listitem").filter(has_text="Marché déplacé")).to_have_count(1)
    staff.reload()
    expect(staff.get_by_label("Titre")).to_have_value("")


def test_an_announcement_put_right_after_a_lost_answer_is_another_one(
    camille: Resident, open_as: Open, house: ServerProcess, tmp_path: Path
) -> None:
    found_house(house, camille, tmp_path, "Mairie du port")
    staff = open_as(camille, "/autour")
    swallow_answer(staff, "announcement.publish")
    staff.goto(f"{house.origin}/infos/publier")
    staff.get_by_label("Titre").fill("Pont fermé")
    staff.get_by_role("button", name="Publier").click()
    expect(staff.get_by_role("alert").filter(has_text=NEEDED)).to_be_visible()
    staff.get_by_label("Titre").fill("Pont fermé lundi")
    staff.get_by_role("button", name="Publier").click()
    expect(staff.get_by_text("C’est publié dans votre territoire.")).to_be_visible()


def test_staff_have_a_form_of_their_own_and_a_part_needs_three_corners(
    camille: Resident, open_as: Open, house: ServerProcess, tmp_path: Path
) -> None:
    found_house(house, camille, tmp_path, "Mairie de quartier")
    staff = open_as(camille, "/rue")
    expect(staff.get_by_text("Ce que les habitants se disent reste entre eux.")).to_be_visible()
    expect(staff.get_by_role("link", name="Rester")).to_have_count(0)
    staff.goto(f"{house.origin}/moi")
    expect(staff.get_by_text("Adresse confirmée, institution")).to_be_visible()
    expect(staff.get_by_role("link", name="Confirmer mon adresse")).to_have_count(0)
    staff.goto(f"{house.origin}/alerter")
    expect(staff.get_by_role("link", name="Chat perdu")).to_have_count(0)
    staff.get_by_role("link", name="Info officielle").click()
    staff.get_by_label("En quelques mots").fill("Rue barrée pour la course")
    expect(staff.get_by_label("Autour d’un lieu")).to_be_checked()
    expect(staff.get_by_role("group", name="Où ?")).to_be_visible()
    staff.get_by_label("Une partie, dessinée sur la carte").check()
    expect(staff.get_by_role("group", name="Où ?")).to_have_count(0)
    expect(staff.get_by_label("Prévenir jusqu’à")).to_have_count(0)
    expect(staff.locator("figure")).to_have_attribute("data-middle", re.compile(" "))
    staff.get_by_role("button", name="Ajouter ce coin").click()
    expect(staff.get_by_text("1 coin", exact=True)).to_be_visible()
    assert violations(staff) == []
    staff.get_by_role("button", name="Vérifier").click()
    expect(staff.get_by_text("Il faut trois coins au moins.")).to_be_visible()
    expect(staff.get_by_label("Une partie, dessinée sur la carte")).to_be_focused()


def test_on_the_map_institutions_are_square_and_neighbours_round(
    camille: Resident, nadia: Resident, open_as: Open, house: ServerProcess, tmp_path: Path
) -> None:
    found_house(house, camille, tmp_path, "Mairie annexe")
    said = {"severity": "info", "radius_m": 1000}
    official = raised(house, camille, "official", "Rue barrée pour la course", **said)
    raised(house, nadia, "road", "Une grue qui tourne")
    page = open_as(nadia, "/autour/carte")
    square = page.get_by_role("button", name="Rue barrée pour la course")
    expect(square).to_be_attached()
    assert square.evaluate(CORNER) == "6px"
    assert page.get_by_role("button", name="Une grue qui tourne").evaluate(CORNER) == "50%"
    page.goto(f"{house.origin}/alertes/{official}")
    expect(page.locator(".map-pin")).to_be_attached()
    assert page.locator(".map-pin").evaluate(CORNER) == "6px"
    asked(house, camille, "alert.withdraw", id=official)

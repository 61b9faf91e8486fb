"""A focus is never lost: when what had it goes, something near it takes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.alerting import asked, raised
from tests.browser.among import PASSWORD, befriend, post, sign_up, write_first
from tests.browser.conftest import STREET, Open, card, write
from tests.browser.test_chat import act, bubble, open_thread
from tests.browser.test_people import go
from tests.support.app import Resident, ServerProcess
from tests.support.clients import new_key
from tests.support.pictures import jpeg
from tests.support.processes import wait_until


def focused(page: Page) -> str:
    """The words of what has the focus, once anything has it."""
    has_focus = "document.activeElement !== document.body"
    wait_until(lambda: bool(page.evaluate(has_focus)), 5, "something has the focus")
    return str(page.evaluate("document.activeElement.innerText"))


def test_who_changes_the_address_is_asked_again(open_as: Open) -> None:
    page = open_as(None, "/inscription")
    page.get_by_role("combobox").press_sequentially("rue de la chau")
    page.get_by_role("option").first.click()
    expect(page.get_by_role("heading", name="Comment vous appelle-t-on")).to_be_focused()
    page.get_by_role("button", name="Changer").click()
    expect(page.get_by_role("heading", name="Inscription")).to_be_focused()
    page.get_by_role("combobox").press_sequentially("rue de la chau")
    page.get_by_role("option").last.click()
    expect(page.get_by_role("heading", name="Écrivez votre adresse")).to_be_visible()
    assert "Numéro" in focused(page)


def test_the_step_of_a_sheet_has_the_focus(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    page = open_as(camille, f"/messages/{befriend(house, camille, nadia)}")
    for step in ("Signaler cette personne", "Bloquer"):
        page.get_by_role("button", name="Options de la conversation").click()
        page.get_by_role("button", name=step).click()
        expect(page.get_by_role("dialog").get_by_role("heading")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Options de la conversation")).to_be_focused()


def test_a_row_that_goes_leaves_its_focus_to_the_next_one(
    house: ServerProcess,
    camille: Resident,
    nadia: Resident,
    residents: tuple[list[Resident], list[Resident]],
    open_as: Open,
) -> None:
    for one in (nadia, residents[1].pop()):
        asked(house, camille, "block", account=one.account)
    for name in ("Réglisse", "Caramel"):
        pet = {"name": name, "species": "Chat"}
        asked(house, camille, "pet.save", key=new_key(), details=pet)
    page = open_as(camille, "/moi/animaux")
    rows = page.get_by_role("listitem")
    expect(rows).to_have_count(2)
    left = rows.last.get_by_role("strong").inner_text()
    rows.first.get_by_role("button", name="Supprimer").click()
    expect(rows).to_have_count(1)
    assert left in focused(page)
    page.get_by_role("button", name="Ajouter un animal").click()
    assert "Son nom" in focused(page)

    go(page, "/moi/confidentialite")
    unblock = page.get_by_role("main").get_by_role("button", name="Débloquer")
    expect(unblock).to_have_count(2)
    left = page.get_by_role("listitem").last.locator(".name").inner_text()
    unblock.first.click()
    expect(unblock).to_have_count(1)
    assert left in focused(page)
    unblock.click()
    expect(page.get_by_text("Vous ne bloquez personne.")).to_be_visible()
    assert "Vous ne bloquez personne" in focused(page)


def test_a_device_that_is_signed_out_leaves_its_focus(
    house: ServerProcess, contexts: Callable[..., BrowserContext]
) -> None:
    here, there = contexts(), contexts()
    sign_up(here, house, "Ysé Garnier", "Garnier")
    email = here.request.get(f"{house.origin}/api/me").json()["email"]
    post(there, house, "/api/session", {"email": email, "password": PASSWORD})
    page = here.new_page()
    page.goto(f"{house.origin}/moi/appareils")
    page.get_by_role("button", name="Déconnecter cet appareil").click()
    expect(page.get_by_role("button", name="Déconnecter cet appareil")).to_have_count(0)
    assert "Cet appareil" in focused(page)


def test_a_request_that_is_accepted_leaves_its_focus(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    topic = write_first(house, nadia, camille, "Bonjour Camille !")
    page = open_as(camille, f"/messages/{topic}")
    page.get_by_role("button", name="Accepter").click()
    expect(page.get_by_role("textbox", name="Écrire à")).to_be_visible()
    assert "Bonjour Camille" in focused(page)


def test_a_photo_and_a_quote_that_go_leave_their_focus_to_the_words(
    camille: Resident, nadia: Resident, open_as: Open, tmp_path: Path
) -> None:
    picture = tmp_path / "velo.jpg"
    picture.write_bytes(jpeg())
    one, other = open_as(camille), open_as(nadia)
    write(one, STREET, "À qui est ce vélo ?")
    expect(card(other, "À qui est ce vélo")).to_be_visible()
    for page in (one, other):
        open_thread(page, "À qui est ce vélo")
    write(other, "Répondre", "À moi.")
    expect(bubble(one, "À moi.")).to_be_visible()
    box = one.get_by_role("textbox", name="Répondre")
    one.get_by_role("button", name="Photo, nom, silence").click()
    one.locator("input[type=file]").set_input_files(str(picture))
    one.get_by_role("button", name="Retirer la photo").click()
    expect(box).to_be_focused()
    act(one, "À moi.", "Citer")
    one.get_by_role("button", name="Ne plus citer").click()
    expect(box).to_be_focused()


def test_who_was_busy_has_the_focus_again(open_as: Open) -> None:
    page = open_as(None, "/connexion")
    page.get_by_label("E-mail").fill("personne@example.org")
    page.get_by_label("Mot de passe").fill("pas le bon du tout")
    enter = page.get_by_role("button", name="Se connecter")
    enter.click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(enter).to_be_focused()


def test_a_sighting_that_is_told_thanks(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    alert = raised(house, camille, "lost_cat", "Noisette a disparu")
    here = {"longitude": nadia.lon, "latitude": nadia.lat}
    page = open_as(nadia, f"/alertes/{alert}", geolocation=here, permissions=["geolocation"])
    page.get_by_role("button", name="Je l’ai vu").click()
    page.get_by_role("dialog").get_by_role("button", name="Prévenir").click()
    expect(page.get_by_role("heading", name=re.compile("^Merci."))).to_be_focused()

"""Beyond the street: direct messages, groups, the directory, search, the silence of a room."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, STREET, Open, card, write
from tests.browser.held_line import HeldLine
from tests.browser.test_accessible import settle, violations
from tests.support.app import Resident


def go(page: Page, path: str) -> None:
    page.goto(re.sub(r"(https?://[^/]+).*", rf"\1{path}", page.url))
    expect(page.locator("h1")).to_have_count(1)


def show(page: Page, *, skills: str) -> None:
    """Appear in the directory."""
    go(page, "/voisins/moi")
    page.get_by_label("Apparaître dans l’annuaire").check()
    page.get_by_label("Ce que je sais faire").fill(skills)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("C’est enregistré.")).to_be_visible()


def test_a_neighbour_is_found_written_to_and_answers(
    camille: Resident, nadia: Resident, open_as: Open
) -> None:
    one, other = open_as(camille), open_as(nadia)
    show(other, skills="vélo, soudure fine")
    go(one, "/voisins")
    one.get_by_role("searchbox").fill("soudure fine")
    found = one.get_by_role("article").filter(has_text="soudure fine").first
    expect(found).to_be_visible()
    expect(one.get_by_role("status").filter(has_text="1 voisin trouvé")).to_be_attached()
    found.get_by_role("button", name="Écrire").click()
    expect(one).to_have_url(re.compile("/messages/"))
    write(one, "Écrire à", "Bonjour, auriez-vous un poste à souder ?")
    expect(one.get_by_text("Vous pourrez continuer dès la réponse")).to_be_visible()

    go(other, "/messages")
    expect(other.get_by_role("heading", name="Demandes")).to_be_visible()
    assert violations(other) == []
    other.get_by_role("button", name="Accepter").click()
    expect(other.get_by_text("auriez-vous un poste à souder")).to_be_visible()
    write(other, "Écrire à", "Oui, passez samedi.")
    expect(one.get_by_role("log").get_by_text("Oui, passez samedi.")).to_be_visible()
    write(one, "Écrire à", "Merci !")
    expect(other.get_by_role("log").get_by_text("Merci !")).to_be_visible()
    one.get_by_role("textbox", name="Écrire à").press_sequentially("Et ")
    expect(other.get_by_text(re.compile("écrit…"))).to_be_visible()


def test_a_late_answer_does_not_undo_a_newer_search(
    camille: Resident, nadia: Resident, open_as: Open
) -> None:
    other = open_as(nadia)
    show(other, skills="clavecin")
    page = open_as(camille)
    line = HeldLine(page)
    line.let_through()
    go(page, "/voisins")
    expect(page.get_by_role("article").first).to_be_visible()
    line.hold()
    for sought, answer in (("clavecin", '["clavecin"]'), ("ornithorynque", '"members":[]')):
        page.get_by_role("searchbox").fill(sought)
        line.wait_for(answer)
    line.let_through(newest_first=True)
    expect(page.get_by_text("Personne ne correspond.")).to_be_visible()
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(drawn))")
    expect(page.get_by_role("article")).to_have_count(0)


def test_who_is_blocked_is_folded_in_the_street_and_gone_elsewhere(
    camille: Resident, nadia: Resident, open_as: Open
) -> None:
    one, other = open_as(camille), open_as(nadia)
    show(other, skills="hautbois baroque")
    go(one, "/voisins")
    one.get_by_role("searchbox").fill("hautbois")
    # The list of before is there until the narrower one comes: others are in it.
    found = one.get_by_role("article").filter(has_text="hautbois baroque")
    found.get_by_role("button", name="Écrire").click()
    expect(one).to_have_url(re.compile("/messages/"))
    go(other, "/rue")
    write(other, STREET, "Des mots de trop")
    one.get_by_role("button", name="Options de la conversation").click()
    one.get_by_role("button", name="Bloquer").click()
    one.get_by_role("button", name="Bloquer : vous").click()
    expect(one).to_have_url(re.compile("/messages$"))
    go(one, "/rue")
    expect(one.get_by_text("Message replié : vous bloquez").first).to_be_visible()
    expect(one.get_by_text("Des mots de trop")).to_have_count(0)
    go(one, "/recherche")
    one.get_by_role("searchbox").fill("mots de trop")
    one.get_by_role("searchbox").press("Enter")
    expect(one.get_by_role("listitem").get_by_text("Message replié")).to_be_visible()
    expect(one.get_by_text("Des mots de trop")).to_have_count(0)
    go(one, "/voisins")
    one.get_by_role("searchbox").fill("hautbois")
    expect(one.get_by_text("Personne ne correspond.")).to_be_visible()


def test_a_group_is_founded_joined_on_request_and_talks(
    camille: Resident, nadia: Resident, open_as: Open
) -> None:
    one, other = open_as(camille), open_as(nadia)
    go(one, "/groupes/nouveau")
    one.get_by_label("Nom du groupe").fill("Guitares du palier")
    one.get_by_label("Catégorie").fill("Musique")
    one.get_by_label("Sur demande").check()
    one.get_by_role("button", name="Créer un groupe").click()
    expect(one.get_by_role("heading", name="Guitares du palier")).to_be_visible()
    write(one, "Écrire au groupe", "Première répétition jeudi.")

    go(other, "/groupes")
    other.get_by_role("link", name="Guitares du palier").click()
    door = other.get_by_role("button", name="Demander à entrer")
    expect(door).to_be_visible()
    go(other, f"{re.sub('https?://[^/]+', '', other.url)}/membres")
    door.click()
    expect(other.get_by_text("Demande envoyée")).to_be_visible()

    one.get_by_role("link", name="Membres").click()
    one.get_by_role("button", name="Laisser entrer", exact=True).click()
    expect(one.get_by_text("2 membres").first).to_be_visible()
    expect(other.get_by_role("log").get_by_text("Première répétition jeudi.")).to_be_visible()
    write(other, "Écrire au groupe", "J’apporte la basse.")
    go(one, "/messages")
    one.get_by_role("link", name="Guitares du palier").click()
    expect(one.get_by_role("log").get_by_text("J’apporte la basse.")).to_be_visible()

    other.get_by_role("link", name="Membres").click()
    other.get_by_role("button", name="Quitter sans bruit").click()
    other.get_by_role("button", name="Oui, quitter").click()
    expect(other.get_by_role("heading", name="Groupes", exact=True)).to_be_visible()
    expect(other.get_by_role("heading", name="Mes groupes")).to_have_count(0)


def test_words_are_found_without_their_accents(camille: Resident, open_as: Open) -> None:
    page = open_as(camille)
    write(page, STREET, "La réunion des fermetières est reportée")
    expect(card(page, "fermetières")).to_be_visible()
    go(page, "/recherche")
    box = page.get_by_role("searchbox")
    expect(box).to_be_focused()
    box.fill("fermetiere")
    box.press("Enter")
    expect(page.get_by_text("1 message trouvé")).to_be_visible()
    page.get_by_role("link", name="La réunion des fermetières").click()
    expect(page.get_by_role("log").get_by_text("fermetières")).to_be_visible()


def test_muted_rooms_show_no_badge(camille: Resident, nadia: Resident, open_as: Open) -> None:
    page, other = open_as(camille), open_as(nadia)
    for path in ("/rue", "/voisinage"):
        go(page, path)
        page.get_by_role("button", name="Notifications de ce lieu").locator("visible=true").click()
        page.get_by_label("Rien : ni son, ni pastille").check()
        expect(page.get_by_role("dialog").get_by_text("C’est noté.")).to_be_visible()
        page.keyboard.press("Escape")
    go(page, "/autour")
    write(other, STREET, "Sans pastille")
    write(other, STREET, "Toujours sans")
    bar = page.locator(".bar").get_by_role("link", name="Ma rue")
    expect(bar).to_be_visible()
    expect(bar.locator(".badge")).to_have_count(0)
    page.reload()
    expect(bar.locator(".badge")).to_have_count(0)


@pytest.mark.parametrize("language", ["fr-FR", "en-GB"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_among_people(
    camille: Resident, open_as: Open, size: dict[str, int], language: str
) -> None:
    page = open_as(camille, viewport=size, locale=language)
    found = {}
    for path in [
        "/messages",
        "/groupes",
        "/groupes/nouveau",
        "/voisins",
        "/voisins/moi",
        "/recherche",
    ]:
        go(page, path)
        settle(page)
        found[path] = violations(page)
    assert {path: one for path, one in found.items() if one} == {}

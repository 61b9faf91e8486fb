"""What one does with messages: edit, delete, react, quote, name, a photo; by touch and by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.alerting import asked
from tests.browser.conftest import DESK, STREET, Open, card, write
from tests.browser.test_accessible import settle, violations
from tests.browser.test_first_load import fill
from tests.support.app import Resident, ServerProcess
from tests.support.clients import new_key
from tests.support.pictures import jpeg
from tests.support.processes import wait_until


def bubble(page: Page, text: str) -> Locator:
    return page.get_by_role("log").get_by_role("article").filter(has_text=text).first


def act(page: Page, text: str, action: str) -> None:
    """Through the button beside the words."""
    bubble(page, text).get_by_role("button", name="Actions").click()
    page.get_by_role("dialog").get_by_role("button", name=action, exact=True).click()


def open_thread(page: Page, text: str) -> None:
    card(page, text).get_by_role("link", name="Répondre").click()
    expect(page.get_by_role("log")).to_be_visible()


def test_words_are_put_right_taken_back_and_answered_with_a_heart(
    camille: Resident, nadia: Resident, open_as: Open
) -> None:
    one, other = open_as(camille), open_as(nadia)
    write(one, STREET, "Rendez-vous à 18 h")
    expect(card(other, "Rendez-vous à 18 h")).to_be_visible()
    for page in (one, other):
        open_thread(page, "Rendez-vous à 18 h")
    write(one, "Répondre", "Devant le numero")
    expect(bubble(other, "Devant le numero")).to_be_visible()

    act(other, "Devant le numero", "J’aime")
    said = bubble(other, "Devant le numero")
    expect(said.get_by_role("button", name="Actions")).to_be_focused()
    expect(bubble(one, "Devant le numero").get_by_role("listitem")).to_contain_text("1")

    act(one, "Devant le numero", "Modifier")
    box = one.get_by_role("textbox", name="Modifier votre message")
    expect(box).to_be_focused()
    box.fill("Devant le portail !")
    one.get_by_role("button", name="Enregistrer").click()
    own = bubble(one, "Devant le portail").get_by_role("button", name="Actions")
    expect(own).to_be_focused()
    expect(bubble(other, "Devant le portail")).to_contain_text("modifié")
    expect(bubble(other, "Devant le portail").get_by_role("listitem")).to_contain_text("1")

    act(other, "Devant le portail", "Citer")
    write(other, "Répondre", "Entendu.")
    expect(bubble(one, "Entendu.")).to_contain_text("Devant le portail")
    assert "portail\u202f!" in bubble(one, "Entendu.").locator(".quote").inner_text()

    act(one, "Devant le portail", "Supprimer")
    one.get_by_role("button", name="Supprimer pour tout le monde").click()
    expect(bubble(other, "Entendu.")).to_contain_text("Message supprimé")
    expect(other.get_by_role("log").get_by_text("Devant le portail")).to_have_count(0)


def test_actions_by_keys_alone_and_focus_comes_back(
    camille: Resident, nadia: Resident, open_as: Open
) -> None:
    one, other = open_as(camille, viewport=DESK, has_touch=False), open_as(nadia)
    write(one, STREET, "Par les touches")
    expect(card(other, "Par les touches")).to_be_visible()
    open_thread(other, "Par les touches")
    write(other, "Répondre", "Sans souris")
    open_thread(one, "Par les touches")
    bubble(one, "Sans souris").focus()
    one.keyboard.press("Enter")
    dialog = one.get_by_role("dialog", name="Que faire de ce message")
    expect(dialog).to_be_visible()
    assert violations(one) == []
    one.keyboard.press("Escape")
    expect(one.locator("dialog")).to_have_count(0)  # taken away, not only closed
    expect(bubble(one, "Sans souris")).to_be_focused()
    one.keyboard.press("Enter")
    dialog.get_by_role("button", name="Merci").focus()
    one.keyboard.press("Enter")
    expect(bubble(other, "Sans souris").get_by_role("listitem")).to_contain_text("1")
    bubble(one, "Sans souris").click(button="right")
    expect(dialog).to_be_visible()


def test_a_name_is_picked_and_a_report_has_a_number(
    camille: Resident, nadia: Resident, open_as: Open
) -> None:
    one, other = open_as(camille), open_as(nadia)
    write(one, STREET, "Qui a vu le facteur ?")
    expect(card(other, "Qui a vu le facteur")).to_be_visible()
    for page in (one, other):
        open_thread(page, "Qui a vu le facteur")
    write(other, "Répondre", "Pas moi.")
    expect(bubble(one, "Pas moi.")).to_be_visible()
    name = bubble(one, "Pas moi.").locator(".name").inner_text()
    box = one.get_by_role("textbox", name="Répondre")
    box.fill(f"Merci @{name[:2]}")
    one.get_by_role("button", name=f"@{name}").click()
    expect(box).to_have_value(f"Merci @{name} ")
    one.get_by_role("button", name="Envoyer").click()
    named = bubble(other, f"Merci @{name}")
    expect(named.locator(".for-me")).to_be_visible()

    act(one, "Pas moi.", "Signaler")
    sheet = one.get_by_role("dialog")
    expect(sheet.get_by_role("heading")).to_be_focused()
    sheet.get_by_label("De la publicité").check()
    sheet.get_by_role("button", name="Envoyer").click()
    expect(sheet.get_by_text("Numéro de suivi")).to_be_focused()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_photo_is_sent_shown_and_enlarged(
    camille: Resident, nadia: Resident, open_as: Open, tmp_path: Path, theme: str
) -> None:
    picture = tmp_path / "velo.jpg"
    picture.write_bytes(jpeg())
    one, other = open_as(camille, color_scheme=theme), open_as(nadia)
    write(one, STREET, f"Une photo, {theme}")
    expect(card(other, f"Une photo, {theme}")).to_be_visible()
    for page in (one, other):
        open_thread(page, f"Une photo, {theme}")
    one.get_by_role("button", name="Photo, nom, silence").click()
    one.get_by_role("textbox", name="Que voit-on").fill("Un vélo bleu")
    one.locator("input[type=file]").set_input_files(str(picture))
    one.get_by_role("textbox", name="Répondre").fill("Le voici")
    one.get_by_role("button", name="Envoyer").click()  # waits until the photo is there
    expect(bubble(other, "Le voici").locator("img")).to_have_count(1)
    one.get_by_role("button", name="Photo, nom, silence").click()
    one.get_by_role("textbox", name="Que voit-on").fill("Le cadenas")
    one.locator("input[type=file]").set_input_files(str(picture))
    one.get_by_role("button", name="Retirer la photo").wait_for()
    one.get_by_role("button", name="Envoyer").click()
    alone = (
        other.get_by_role("log")
        .get_by_role("article")
        .filter(has=other.get_by_role("button", name="Agrandir : Le cadenas"))
    )
    alone.get_by_role("button", name="Actions").click()
    other.get_by_role("dialog").get_by_role("button", name="Citer").click()
    expect(other.locator("form .quote")).to_contain_text("Le cadenas")
    write(other, "Répondre", "Il est coupé.")
    expect(bubble(other, "Il est coupé.").locator(".quote")).to_contain_text("Photo")
    shown = other.get_by_role("button", name="Agrandir : Un vélo bleu")
    expect(shown).to_be_visible()
    shown.click()
    viewer = other.get_by_role("dialog", name="Photo en grand")
    expect(viewer.get_by_role("img", name="Un vélo bleu")).to_be_visible()
    settle(other)
    assert violations(other) == []
    other.keyboard.press("Escape")
    expect(viewer).to_have_count(0)


def test_a_conversation_opens_where_one_left_off(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    # The pointer stays before what others said in the same street and this page does not show.
    earlier = asked(house, camille, "sync")["topics"]
    heads = {one["topic"]: [one["epoch"], one["head"]] for one in earlier}
    asked(house, camille, "read", positions=heads)
    opening = fill(house, nadia, 2)
    page = open_as(camille, f"/rue/{opening}")
    log = page.get_by_role("log")
    expect(log.get_by_text("réponse 2", exact=True)).to_be_visible()

    def has_read_all() -> bool:
        topics = asked(house, camille, "sync")["topics"]
        return all(one["unread"] == 0 for one in topics if one["topic"] == topic)

    topic = asked(house, nadia, "history", conversation=opening)["messages"][0]["topic"]
    wait_until(has_read_all, 15, "what was shown is read")
    page.goto(f"{house.origin}/autour")
    for text in ("réponse 3", "réponse 4"):
        asked(house, nadia, "message.post", key=new_key(), reply_to=opening, text=text)
    page.goto(f"{house.origin}/rue/{opening}")
    expect(log.get_by_text("Nouveau", exact=True)).to_be_visible()
    expect(log.get_by_text("réponse 4", exact=True)).to_be_visible()
    said = log.inner_text()
    assert said.index("réponse 2") < said.index("Nouveau") < said.index("réponse 3")

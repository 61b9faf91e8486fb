"""Whom one meets can be written to, named and held to account, listed in the directory or not."""

from __future__ import annotations

import re
from http import HTTPStatus

from playwright.sync_api import Page, expect

from tests.browser.alerting import asked
from tests.browser.among import befriend, key, post, sign_up
from tests.browser.conftest import STREET, Open, card, write
from tests.browser.test_accessible import settle, violations
from tests.browser.test_among_neighbours import Contexts
from tests.browser.test_chat import act, bubble, open_thread
from tests.support.app import Resident, ServerProcess


def found_group(house: ServerProcess, founder: Resident, *members: Resident) -> str:
    """An open group of the founder with these members; its topic."""
    about = {"name": "Compost", "category": "Jardin", "about": "", "reach": "neighbourhood"}
    group = asked(house, founder, "group.create", key=key(), access="open", **about)["group"]
    for one in members:
        asked(house, one, "group.join", topic=group["topic"])
    return str(group["topic"])


def name_of(house: ServerProcess, resident: Resident) -> str:
    """As neighbours read it."""
    return str(asked(house, resident, "sync")["me"]["name"])


def expect_written_to(page: Page, name: str) -> None:
    expect(page).to_have_url(re.compile("/messages/direct"))
    # In the street one reads whole names, here the first one.
    expect(page.get_by_role("heading", name=name.split()[0])).to_be_focused()
    expect(page.get_by_role("textbox", name="Écrire à")).to_be_visible()
    expect(page.locator("dialog")).to_have_count(0)


def test_who_wrote_is_written_to_from_their_words(
    camille: Resident, nadia: Resident, open_as: Open
) -> None:
    one, other = open_as(camille), open_as(nadia)
    write(other, STREET, "Un siège enfant à donner")
    expect(card(one, "Un siège enfant")).to_be_visible()
    for page in (one, other):
        open_thread(page, "Un siège enfant")
    bubble(other, "Un siège enfant").get_by_role("button", name="Actions").click()
    expect(other.get_by_role("dialog").get_by_role("button", name="Supprimer")).to_be_visible()
    expect(other.get_by_role("button", name="Écrire à")).to_have_count(0)
    name = bubble(one, "Un siège enfant").locator(".name").inner_text()
    act(one, "Un siège enfant", f"Écrire à {name}")
    expect_written_to(one, name)
    write(one, "Écrire à", "Il m’intéresse.")
    bubble(one, "Il m’intéresse.").get_by_role("button", name="Actions").click()
    expect(one.get_by_role("dialog").get_by_role("button", name="Modifier")).to_be_visible()


def test_a_member_of_a_group_is_written_to_from_the_list(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    topic = found_group(house, nadia, camille)
    page = open_as(camille, f"/groupes/{topic}/membres")
    buttons = page.get_by_role("button", name="Écrire à")
    expect(buttons).to_have_count(1)  # not to oneself
    settle(page)
    assert violations(page) == []
    name = re.sub("^Écrire à ", "", buttons.get_attribute("aria-label") or "")
    buttons.click()
    expect_written_to(page, name)


def test_who_takes_no_messages_reads_like_who_is_not_there(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    topic = found_group(house, nadia, camille)
    asked(house, nadia, "block", account=camille.account)
    page = open_as(camille, f"/groupes/{topic}/membres")
    page.get_by_role("button", name="Écrire à").click()
    expect(page.get_by_role("alert").filter(has_text="Vous ne pouvez pas écrire")).to_be_visible()


def test_who_runs_a_group_takes_words_of_others_back(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    topic = found_group(house, camille, nadia)
    one, other = open_as(camille, f"/groupes/{topic}"), open_as(nadia, f"/groupes/{topic}")
    write(one, "Écrire au groupe", "Bienvenue au compost.")
    write(other, "Écrire au groupe", "Gagnez mille euros par jour")
    bubble(other, "Bienvenue au compost").get_by_role("button", name="Actions").click()
    expect(other.get_by_role("dialog").get_by_role("button", name="Signaler")).to_be_visible()
    expect(other.get_by_role("dialog").get_by_role("button", name="Supprimer")).to_have_count(0)
    other.keyboard.press("Escape")
    name = bubble(one, "Gagnez mille euros").locator(".name").inner_text()
    act(one, "Gagnez mille euros", "Supprimer")
    expect(one.get_by_text(f"Ces mots sont de {name}")).to_be_visible()
    one.get_by_role("button", name="Supprimer pour tout le monde").click()
    expect(other.get_by_role("log").get_by_text("Message supprimé")).to_be_visible()
    expect(other.get_by_role("log").get_by_text("Gagnez mille euros")).to_have_count(0)


def test_a_member_who_never_wrote_is_named_in_the_midst_of_a_sentence(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    topic = found_group(house, nadia, camille)
    one, other = open_as(camille, f"/groupes/{topic}"), open_as(nadia, f"/groupes/{topic}")
    box = one.get_by_role("textbox", name="Écrire au groupe")
    box.fill("Merci @ et à jeudi")
    box.press("Home")
    expect(one.get_by_role("list", name="Nommer quelqu’un")).to_have_count(0)
    for _ in "Merci @":
        box.press("ArrowRight")
    one.get_by_role("list", name="Nommer quelqu’un").get_by_role("button").click()
    expect(box).to_be_focused()
    said = box.input_value()
    assert re.fullmatch(r"Merci @\S.* et à jeudi", said)
    box.press_sequentially("!")
    assert box.input_value() == said.replace(" et à", " !et à")  # the caret stays behind the name

    one.reload()  # the draft comes back as mere words: the name is still called
    one.get_by_role("button", name="Envoyer").click()
    expect(bubble(other, "et à jeudi").locator(".for-me")).to_be_visible()


def test_the_other_of_a_thread_of_two_is_named_before_they_wrote(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    topic = befriend(house, camille, nadia)
    page = open_as(camille, f"/messages/{topic}")
    page.get_by_role("textbox", name="Écrire à").fill("Bonjour @")
    expect(page.get_by_role("list", name="Nommer quelqu’un").get_by_role("button")).to_have_count(1)


def test_who_is_outside_reports_a_group(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    topic = found_group(house, nadia)
    page = open_as(camille, f"/groupes/{topic}")
    expect(page.get_by_role("button", name="Rejoindre")).to_be_visible()
    page.get_by_role("button", name="Signaler ce groupe").click()
    page.get_by_label("Une arnaque").check()
    page.get_by_role("dialog").get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Numéro de suivi")).to_be_visible()


def test_who_may_not_vouch_reads_why_and_has_no_button(
    house: ServerProcess, contexts: Contexts, camille: Resident, open_as: Open
) -> None:
    newcomer, visitor = contexts(), contexts()
    sign_up(newcomer, house, "Ombline Prigent", "Prigent")
    sign_up(visitor, house, "Corentin Gall", "Gall")
    request = post(newcomer, house, "/api/verification/vouch-requests", {})["id"]
    asked_of = f"/api/verification/vouch-requests/{request}"
    assert visitor.request.get(house.origin + asked_of).status == HTTPStatus.FORBIDDEN

    for context, why in [
        (newcomer, "C’est votre propre demande"),
        (visitor, "Pour parrainer, il faut une adresse confirmée par courrier ou en personne"),
    ]:
        page = context.new_page()
        page.goto(f"{house.origin}/parrainer/{request}")
        expect(page.get_by_text(why)).to_be_visible()
        expect(page.get_by_role("button", name="Oui")).to_have_count(0)

    page = open_as(camille, f"/parrainer/{key()}")
    expect(page.get_by_text("Cette demande n’est plus ouverte.")).to_be_visible()
    expect(page.get_by_role("button", name="Oui")).to_have_count(0)

"""What a neighbour chooses: blocks and the way back, being seen, welcomes, the account."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from playwright.sync_api import BrowserContext, expect

from tests.browser.among import PASSWORD, befriend, many_here, post, sign_up
from tests.browser.conftest import DESK, STREET, Open, card, watch, write
from tests.browser.test_accessible import settle, violations
from tests.browser.test_people import go, show
from tests.support.app import Resident, ServerProcess

Contexts = Callable[..., BrowserContext]


def test_a_block_from_a_message_or_a_card_is_undone_in_privacy(
    camille: Resident, nadia: Resident, open_as: Open
) -> None:
    one, other = open_as(camille), open_as(nadia)
    write(other, STREET, "Une trompette à minuit")
    card(one, "trompette").get_by_role("link", name="Répondre").click()
    one.get_by_role("log").get_by_role("button", name="Actions").last.dispatch_event("click")
    one.get_by_role("dialog").get_by_role("button", name="Bloquer").click()
    one.get_by_role("button", name="Bloquer : vous").click()
    expect(one.get_by_role("log").get_by_text("Message replié")).to_be_visible()

    go(one, "/moi")
    one.get_by_role("link", name="Confidentialité").click()
    one.get_by_role("button", name="Débloquer").click()
    expect(one.get_by_text("Vous ne bloquez personne.")).to_be_visible()
    go(one, "/rue")
    expect(card(one, "trompette")).to_be_visible()

    show(other, skills="trompette bouchée")
    go(one, "/voisins")
    one.get_by_role("searchbox").fill("trompette bouchée")
    found = one.get_by_role("article").filter(has_text="trompette bouchée")
    found.get_by_role("heading").get_by_role("link").click()
    expect(one).to_have_url(re.compile(f"/voisins/{nadia.account}$"))
    one.get_by_role("button", name="Options, ").click()
    one.get_by_role("dialog").get_by_role("button", name="Bloquer").click()
    one.get_by_role("button", name="Bloquer : vous").click()
    expect(one).to_have_url(re.compile("/voisins$"))
    go(one, f"/voisins/{nadia.account}")
    expect(one.get_by_text("n’apparaît pas dans l’annuaire")).to_be_visible()


def test_a_contact_is_seen_only_by_choice(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    befriend(house, camille, nadia)
    one, other = open_as(camille, "/moi/confidentialite"), open_as(nadia, "/messages")
    row = other.get_by_role("main").get_by_role("listitem")
    expect(row).to_be_visible()
    expect(row.get_by_text("est là")).to_have_count(0)
    # A choice that did not leave is not shown as made.
    one.context.set_offline(True)
    one.get_by_label("Mes contacts").click()
    expect(one.get_by_role("main").get_by_role("alert")).to_contain_text("Il faut du réseau")
    expect(one.get_by_label("Personne", exact=True)).to_be_checked()
    # Said after three seconds: before that its absence tells nothing of the line.
    expect(one.get_by_text("Hors ligne")).to_be_visible()
    one.context.set_offline(False)
    expect(one.get_by_text("Hors ligne")).to_be_hidden()
    one.get_by_label("Mes contacts").check()
    expect(one.get_by_role("button", name="1 h")).to_be_visible()
    assert violations(one) == []
    expect(row.get_by_text("est là")).to_be_visible()
    row.get_by_role("link").click()
    expect(other.locator("header").get_by_text("est là")).to_be_visible()
    one.get_by_role("button", name="1 h").click()
    expect(one.get_by_text("Personne ne vous voit. Retour")).to_be_visible()
    expect(other.get_by_text("est là")).to_have_count(0)
    one.reload()
    expect(one.get_by_text("Personne ne vous voit. Retour")).to_be_visible()


def test_a_room_says_how_many_are_here_in_wide_numbers(
    house: ServerProcess,
    residents: tuple[list[Resident], list[Resident]],
    camille: Resident,
    open_as: Open,
) -> None:
    page = open_as(camille, viewport=DESK)
    with many_here(house, residents[0][:10]):
        expect(page.get_by_text(re.compile(r"^Au moins (10|25|50) personnes ici$"))).to_be_visible()


def test_a_newcomer_is_welcomed_in_one_tap(
    house: ServerProcess, contexts: Contexts, open_as: Open
) -> None:
    context = contexts()
    me = sign_up(context, house, "Aline Guillou", "Guillou")
    newcomer = context.new_page()
    complaints: list[str] = []
    watch(newcomer, complaints)
    newcomer.goto(f"{house.origin}/voisinage")
    settle(newcomer)
    request = post(context, house, "/api/verification/vouch-requests", {})["id"]
    giver, second = house.demo(2, cell=me["home"].partition(":")[2], seed=41)
    neighbour = open_as(giver)
    settle(neighbour)
    for one in (giver, second):
        post(context, house, "/api/vouches", {"request": request}, token=one.token)
    line = neighbour.get_by_text("Aline G. vient d’arriver")
    expect(line).to_be_visible()
    visiting = contexts()
    sign_up(visiting, house, "Paulin Ker", "Ker")
    visitor = visiting.new_page()
    visitor.goto(f"{house.origin}/voisins")
    expect(visitor.get_by_text("Aline G. vient d’arriver")).to_be_visible()
    expect(visitor.get_by_role("button", name="Bienvenue")).to_have_count(0)
    neighbour.get_by_role("button", name="Bienvenue ! Aline G.").click()
    expect(line).to_have_count(0)
    welcomed = newcomer.get_by_text("vous souhaite la bienvenue")
    expect(welcomed).to_be_visible()
    newcomer.reload()
    expect(welcomed).to_be_visible()
    go(neighbour, "/voisins")
    expect(neighbour.get_by_text("Bienvenue dite").first).to_be_visible()
    neighbour.get_by_role("button", name="Écrire à Aline G.").click()
    expect(neighbour.get_by_role("heading", name="Aline G.")).to_be_visible()
    assert complaints == []


def test_the_account_has_its_name_password_household_and_move(
    house: ServerProcess, contexts: Contexts, tmp_path: Path
) -> None:
    owner, mate = contexts(), contexts()
    sign_up(owner, house, "Basile Roux", "Roux")
    sign_up(mate, house, "Prune Roux", "Roux")
    post(owner, house, "/api/verification/postcard", {})
    house.run("postcards", "export", "--out", str(tmp_path))
    cards = json.loads((tmp_path / "postcards.json").read_text())
    account = owner.request.get(f"{house.origin}/api/me").json()["account"]
    code = next(one["code"] for one in cards if one["account"] == account)
    post(owner, house, "/api/verification/postcard/redeem", {"code": code})
    post(mate, house, "/api/verification/vouch-requests", {})

    page = owner.new_page()
    page.goto(f"{house.origin}/moi/compte")
    page.get_by_role("button", name="Oui, nous habitons ensemble").click()
    expect(page.get_by_text("fait partie de votre foyer")).to_be_visible()
    assert mate.request.get(f"{house.origin}/api/me").json()["level"] == "vouched"

    page.get_by_label("Votre nom").fill("Basile Leroux")
    page.get_by_role("button", name="Enregistrer").first.click()
    expect(page.get_by_text("C’est enregistré.")).to_be_visible()
    page.get_by_role("button", name="Renvoyer le lien").click()
    expect(page.get_by_text("Le lien est en route.")).to_be_visible()

    page.get_by_text("Changer de mot de passe").click()
    page.get_by_label("Mot de passe actuel").fill("pas celui-là du tout")
    page.get_by_label("Nouveau mot de passe").fill("une autre phrase longue")
    page.get_by_role("button", name="Enregistrer").last.click()
    expect(page.get_by_label("Mot de passe actuel")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Mot de passe actuel")).to_be_focused()
    page.get_by_label("Mot de passe actuel").fill(PASSWORD)
    page.get_by_role("button", name="Enregistrer").last.click()
    expect(page.get_by_text("Vos autres appareils sont déconnectés.")).to_be_visible()
    assert violations(page) == []

    page.get_by_text("Déménager").click()
    page.get_by_role("combobox").press_sequentially("rue de la chau")
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Oui, j’habite là maintenant").click()
    expect(page.get_by_role("heading", name="Voisinage")).to_be_visible()
    expect(page.get_by_text("Visite : encore")).to_be_visible()


def test_a_device_that_could_not_be_signed_out_says_so(
    house: ServerProcess, contexts: Contexts
) -> None:
    here, there = contexts(), contexts()
    sign_up(here, house, "Agathe Simon", "Simon")
    email = here.request.get(f"{house.origin}/api/me").json()["email"]
    post(there, house, "/api/session", {"email": email, "password": PASSWORD})
    page = here.new_page()
    page.goto(f"{house.origin}/moi/appareils")
    button = page.get_by_role("button", name="Déconnecter cet appareil")
    expect(button).to_be_visible()
    here.set_offline(True)
    button.click()
    expect(page.get_by_role("alert").filter(has_text="Il faut du réseau")).to_be_visible()
    expect(button).to_be_visible()
    here.set_offline(False)
    button.click()
    expect(page.get_by_text("Cet appareil est déconnecté.")).to_be_visible()
    expect(button).to_have_count(0)
    assert there.request.get(f"{house.origin}/api/me").status == HTTPStatus.UNAUTHORIZED

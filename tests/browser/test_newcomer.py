"""The whole way of a newcomer on a phone, in French: sign-up, visit, code, street."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Page, Route, expect
from pypdf import PdfReader

from tests.browser.conftest import STREET, Open, card, write
from tests.support import canary
from tests.support.app import ServerProcess

PASSWORD = "une phrase assez longue"
NEEDED = "Il faut du réseau pour cela."


def sign_up(page: Page, name: str, email: str, *, door: str = "") -> None:
    page.get_by_role("combobox", name="Où habitez-vous").press_sequentially("rue de la chau")
    page.get_by_role("option").first.click()
    expect(page.get_by_role("heading", name="Comment vous appelle-t-on")).to_be_focused()
    page.get_by_label("Votre nom").fill(name)
    # A door of their own: two visitors share one.
    page.get_by_label("Appartement").fill(door or name)
    page.get_by_label("Votre e-mail").fill(email)
    page.get_by_label("Un mot de passe").fill(PASSWORD)
    page.get_by_label("J’ai 15 ans ou plus").check()
    page.get_by_role("button", name="Entrer").click()


def test_a_newcomer_visits_without_waiting_for_a_mail(open_as: Open) -> None:
    page = open_as(None, "/")
    sign_up(page, "Zoé Martin", "zoe.martin@example.org", door=canary.DOOR)
    expect(page.get_by_role("heading", name="Voisinage")).to_be_visible()
    expect(page.get_by_text("Visite : encore 47 h")).to_be_visible()
    expect(page.get_by_text("Vous pourrez écrire dès que")).to_be_visible()
    page.get_by_role("link", name="Ma rue").first.click()
    expect(page.get_by_text("Votre rue s’ouvre avec la carte")).to_be_visible()


def lose(page: Page, path: str, *, beforehand: bool = True) -> list[str]:
    """The first answer to this path is lost, or what asked for it. What is posted from now on."""
    posted: list[str] = []
    page.on("request", lambda one: posted.append(one.url) if one.method == "POST" else None)

    def fall(route: Route) -> None:
        if not beforehand:
            route.fetch()
        route.abort()

    page.route(f"**{path}", fall, times=1)
    return posted


def test_one_who_comes_in_over_a_bad_line_is_one_account(
    open_as: Open,
) -> None:
    for lost, name in (("/api/me", "Léa Morin"), ("/api/accounts", "Luc Morel")):
        page = open_as(None, "/", service_workers="block")
        posted = lose(page, lost, beforehand=lost == "/api/me")
        sign_up(page, name, f"{name.replace(' ', '.')}@example.org")
        expect(page.get_by_role("alert").filter(has_text=NEEDED)).to_be_visible()
        page.get_by_role("button", name="Entrer").click()
        expect(page.get_by_text("Visite : encore 47 h")).to_be_visible()
        assert [url for url in posted if url.endswith("/api/accounts")] == posted[:1]


def test_one_who_signs_in_over_a_bad_line_is_one_device(
    house: ServerProcess, open_as: Open
) -> None:
    page = open_as(None, "/", service_workers="block")
    sign_up(page, "Noé Lebris", "noe.lebris@example.org")
    expect(page.get_by_text("Visite : encore 47 h")).to_be_visible()
    page.context.clear_cookies()
    page.goto(f"{house.origin}/connexion")
    posted = lose(page, "/api/me")
    page.get_by_label("E-mail").fill("noe.lebris@example.org")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("alert").filter(has_text=NEEDED)).to_be_visible()
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_text("Visite : encore 47 h")).to_be_visible()
    assert [url for url in posted if url.endswith("/api/session")] == posted[:1]


def test_the_form_says_what_is_missing_and_keeps_the_rest(open_as: Open) -> None:
    page = open_as(None, "/inscription")
    page.get_by_role("combobox", name="Où habitez-vous").press_sequentially("rue de la chau")
    page.get_by_role("option").first.click()
    page.get_by_label("Votre e-mail").fill("pas un e-mail")
    page.get_by_role("button", name="Entrer").click()
    expect(page.get_by_label("Votre nom")).to_be_focused()
    expect(page.get_by_text("Dites comment on vous appelle.")).to_be_visible()
    expect(page.get_by_text("Cet e-mail n’a pas la bonne forme.")).to_be_visible()
    expect(page.get_by_label("Votre e-mail")).to_have_value("pas un e-mail")


def test_a_code_opens_the_street(house: ServerProcess, open_as: Open, tmp_path: Path) -> None:
    page = open_as(None, "/")
    sign_up(page, "Yann Le Goff", "yann.legoff@example.org")
    page.get_by_role("link", name="Rester").click()
    page.get_by_role("link", name="Une carte par courrier").click()
    page.get_by_role("button", name="Envoyer la carte").click()
    expect(page.get_by_text("Votre carte est en route.")).to_be_visible()
    house.run("postcards", "export", "--out", str(tmp_path))
    code = json.loads((tmp_path / "postcards.json").read_text())[0]["code"]
    page.get_by_role("link", name="J’ai reçu mon code").click()
    box = page.get_by_label("Le code de votre carte")
    wrong = "0000-0000-0" if not code.startswith("0000") else "1111-1111-1"
    box.fill(wrong.replace("-", "").lower())
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_text("Ce code ne correspond pas.")).to_be_visible()
    box.fill(code)
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("main").get_by_text("Bienvenue rue")).to_be_visible()
    page.get_by_role("link", name="Ouvrir ma rue").click()
    write(page, STREET, "Bonjour, j’arrive au fond de la cour.")
    expect(card(page, "au fond de la cour")).to_be_visible()


def test_two_neighbours_open_the_street(house: ServerProcess, open_as: Open) -> None:
    page = open_as(None, "/")
    sign_up(page, "Aline Guillou", "aline.guillou@example.org")
    expect(page.get_by_text("Visite : encore 47 h")).to_be_visible()
    # Who may vouch lives around: in the newcomer's own cell.
    cell = page.request.get(house.origin + "/api/me").json()["me"]["home"].partition(":")[2]
    neighbours = house.demo(2, cell=cell, seed=31)
    page.get_by_role("link", name="Rester").click()
    page.get_by_role("link", name="Deux voisins me connaissent").click()
    page.get_by_role("button", name="Créer mon lien").click()
    link = page.get_by_text(f"{house.origin}/parrainer/").inner_text()
    expect(page.get_by_text("Personne n’a encore répondu.")).to_be_visible()
    for neighbour in neighbours:
        asked = open_as(neighbour, link.removeprefix(house.origin))
        expect(asked.get_by_text("Aline G. vous demande de confirmer son adresse")).to_be_visible()
        asked.get_by_role("button", name="Oui, je connais cette personne").click()
        expect(asked.get_by_text("Merci. Votre voix est comptée.")).to_be_visible()
    page.goto(house.origin + "/rue")
    write(page, STREET, "Merci à vous deux.")
    expect(card(page, "Merci à vous deux.")).to_be_visible()


def test_who_does_not_live_here_cancels_a_card(
    house: ServerProcess, open_as: Open, tmp_path: Path
) -> None:
    page = open_as(None, "/")
    sign_up(page, "Paul Denis", "paul.denis@example.org")
    page.get_by_role("link", name="Rester").click()
    page.get_by_role("link", name="Une carte par courrier").click()
    page.get_by_role("button", name="Envoyer la carte").click()
    expect(page.get_by_text("Votre carte est en route.")).to_be_visible()
    house.run("postcards", "export", "--out", str(tmp_path))
    paper = "".join(sheet.extract_text() for sheet in PdfReader(tmp_path / "postcards.pdf").pages)
    refusal = re.search(r"Ce n’est pas vous ?\? Saisissez (\S+) sur", " ".join(paper.split()))
    assert refusal is not None, paper
    # The page that the card names, on the phone of whoever found it: no account.
    stranger = open_as(None, "/rester/refus")
    stranger.get_by_label("Le code « Ce n’est pas moi »").fill("0000-0000-0")
    stranger.get_by_role("button", name="Annuler cette carte").click()
    expect(stranger.get_by_role("alert")).to_contain_text("ne correspond à aucune carte")
    stranger.get_by_label("Le code « Ce n’est pas moi »").fill(refusal[1].lower())
    stranger.get_by_role("button", name="Annuler cette carte").click()
    expect(stranger.get_by_text("Cette carte ne vaut plus rien.")).to_be_visible()

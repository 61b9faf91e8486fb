"""Two neighbours of two cells talk, with and without a network."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import STREET, Open, card, sign_in, write
from tests.support.app import Resident, ServerProcess


def end_session(page: Page) -> None:
    """As the server does: nobody signed out."""
    page.context.clear_cookies()
    page.reload()
    expect(page.get_by_role("heading", name="Connexion")).to_be_visible()


def sign_out(page: Page) -> None:
    page.goto(page.url.replace("/rue", "/moi"))
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_role("button", name="Se déconnecter et effacer").click()
    expect(page.get_by_role("combobox", name="Où habitez-vous")).to_be_visible()


def test_neighbours_of_two_cells_talk(camille: Resident, nadia: Resident, open_as: Open) -> None:
    one, other = open_as(camille), open_as(nadia)
    write(one, STREET, "Qui a une échelle ?")
    expect(card(other, "Qui a une échelle")).to_be_visible()
    card(other, "Qui a une échelle").get_by_role("link", name="Répondre").click()
    write(other, "Répondre", "Moi, dans la cour.")
    expect(card(one, "Moi, dans la cour.")).to_be_visible()
    expect(card(one, "Qui a une échelle").get_by_text("1 réponse")).to_be_visible()
    card(one, "Qui a une échelle").get_by_role("link").first.click()
    write(one, "Répondre", "Merci !")
    expect(other.get_by_role("log").get_by_text("Merci !")).to_be_visible()


# An office whose proxy lets no WebSocket through.
NO_WEBSOCKETS = """window.WebSocket = class {
    constructor() { setTimeout(() => this.onerror?.(new Event("error"))); }
    close() {}
};"""


def test_where_no_websocket_passes_a_neighbour_polls(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    one, other = open_as(None, "/connexion"), open_as(nadia)
    one.context.add_init_script(NO_WEBSOCKETS)
    sign_in(one.context, house, camille)
    with one.expect_request(lambda request: "transport=polling" in request.url):
        one.goto(house.origin + "/rue")
    write(one, STREET, "Qui a un tournevis ?")
    expect(card(other, "Qui a un tournevis")).to_be_visible()
    write(other, STREET, "Moi, un vieux")
    expect(card(one, "Moi, un vieux")).to_be_visible()


def test_words_written_offline_arrive_once_and_in_order(
    camille: Resident, nadia: Resident, open_as: Open
) -> None:
    one, other = open_as(camille), open_as(nadia)
    write(one, STREET, "Le fil du jour")
    card(other, "Le fil du jour").get_by_role("link", name="Répondre").click()
    card(one, "Le fil du jour").get_by_role("link", name="Répondre").click()
    expect(one.get_by_role("log")).to_be_visible()
    one.evaluate("navigator.serviceWorker.ready.then(() => true)")
    one.context.set_offline(True)
    expect(one.get_by_text("Hors ligne. Vous pouvez lire et écrire.")).to_be_visible()
    for word in ("un", "deux", "trois"):
        write(one, "Répondre", f"hors ligne {word}")
    expect(one.get_by_text("Partira au retour du réseau")).to_have_count(3)
    path, context = one.url, one.context
    one.close()
    again = context.new_page()
    again.goto(path)
    expect(again.get_by_text("hors ligne trois")).to_be_visible()
    context.set_offline(False)
    words = other.get_by_role("log").get_by_text(re.compile("^hors ligne"))
    expect(words).to_have_text(["hors ligne un", "hors ligne deux", "hors ligne trois"])
    expect(again.get_by_text(re.compile("^hors ligne"))).to_have_count(3)
    expect(again.get_by_text("Partira au retour")).to_have_count(0)


def test_a_draft_outlives_the_page(camille: Resident, open_as: Open) -> None:
    page = open_as(camille)
    page.get_by_role("textbox", name=STREET).fill("Chers voisins, je")
    page.reload()
    expect(page.get_by_role("textbox", name=STREET)).to_have_value("Chers voisins, je")


def test_a_draft_is_not_for_the_next_one_on_this_device(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    page = open_as(camille)
    page.get_by_role("textbox", name=STREET).fill("Chers voisins, je")
    end_session(page)
    sign_in(page.context, house, nadia)
    page.reload()
    expect(page.get_by_role("textbox", name=STREET)).to_have_value("")


def test_unsent_words_wait_for_their_author_alone(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    page = open_as(camille)
    write(page, STREET, "Parti tout de suite")
    expect(card(page, "Parti tout de suite").get_by_role("link", name="Répondre")).to_be_visible()
    page.context.set_offline(True)
    page.context.clear_cookies()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Connexion")).to_be_visible()
    expect(page.get_by_text("Vos messages non partis")).to_have_count(0)
    sign_in(page.context, house, camille)
    page.reload()
    expect(card(page, "Parti tout de suite")).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_text("Hors ligne. Vous")).to_be_visible()
    write(page, STREET, "Pour plus tard")
    expect(page.get_by_text("Partira au retour du réseau")).to_be_visible()
    page.context.clear_cookies()
    page.context.set_offline(False)
    expect(page.get_by_text("Vos messages non partis sont gardés ici.")).to_be_visible()
    sign_in(page.context, house, nadia)
    page.reload()
    expect(card(page, "Parti tout de suite")).to_be_visible()
    expect(page.get_by_text("Pour plus tard")).to_have_count(0)
    sign_out(page)
    sign_in(page.context, house, camille)
    page.reload()
    expect(card(page, "Pour plus tard")).to_be_visible()
    expect(page.get_by_text("Partira au retour")).to_have_count(0)


def test_two_tabs_agree(camille: Resident, open_as: Open) -> None:
    one = open_as(camille)
    other = one.context.new_page()
    other.goto(one.url)
    for page in (one, other):
        page.wait_for_load_state("networkidle")
    one.context.set_offline(True)
    expect(one.get_by_text("Hors ligne. Vous")).to_be_visible()
    write(one, STREET, "Écrit dans un onglet")
    expect(card(other, "Écrit dans un onglet")).to_have_count(1)
    one.context.set_offline(False)
    for page in (one, other):
        expect(page.get_by_text("Partira au retour")).to_have_count(0)
        expect(card(page, "Écrit dans un onglet")).to_have_count(1)


def test_signing_out_leaves_nothing_on_the_device(camille: Resident, open_as: Open) -> None:
    page = open_as(camille)
    write(page, STREET, "Bientôt effacé")
    expect(card(page, "Bientôt effacé")).to_be_visible()
    sign_out(page)
    kept = page.evaluate(
        """async () => {
            const db = await new Promise((done) => {
                const open = indexedDB.open("palier");
                open.onsuccess = () => done(open.result);
            });
            const stores = [...db.objectStoreNames];
            const count = (name) => new Promise((done) => {
                const ask = db.transaction(name).objectStore(name).count();
                ask.onsuccess = () => done(ask.result);
            });
            return (await Promise.all(stores.map(count))).reduce((sum, one) => sum + one, 0);
        }"""
    )
    assert kept == 0

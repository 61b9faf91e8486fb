"""What may go wrong on the way of a message, in words, and how it is put right."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NEXT_DOOR, STREET, Open, card, in_a_thread, write
from tests.support.app import Resident, ServerProcess
from tests.support.clients import Client

OFFLINE = "Hors ligne. Vous pouvez lire et écrire."
KEYS = """() => new Promise((done) => {
    const open = indexedDB.open("palier");
    open.onsuccess = () => {
        const ask = open.result.transaction("queue").objectStore("queue").getAllKeys();
        ask.onsuccess = () => { open.result.close(); done(ask.result); };
    };
})"""


NO_STORE = "Object.defineProperty(window, 'indexedDB', { value: undefined });"
NO_ROOM = """IDBObjectStore.prototype.put = () => {
    throw new DOMException("no room", "QuotaExceededError");
};"""


def cut(page: Page) -> None:
    page.context.set_offline(True)
    expect(page.get_by_text(OFFLINE)).to_be_visible()


def move_house(house: ServerProcess, account: str) -> None:
    """Behind the page's back: the member lives next door now."""
    with sqlite3.connect(house.directory / "data" / "palier.db", timeout=10) as database:
        database.execute("UPDATE member SET home_cell = ? WHERE account = ?", (NEXT_DOOR, account))
    database.close()


def test_words_for_a_street_one_has_left_wait_for_a_word(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    page, other = open_as(camille), open_as(nadia)
    expect(page.get_by_role("textbox", name=STREET)).to_be_visible()
    cut(page)
    write(page, STREET, "Pour mon ancienne rue")
    move_house(house, camille.account)
    page.context.set_offline(False)
    refused = page.get_by_role("alert").filter(has_text="Vous avez changé d’adresse")
    expect(refused).to_be_visible()
    expect(card(other, "Pour mon ancienne rue")).to_have_count(0)
    page.get_by_role("button", name="Réessayer").click()
    expect(card(other, "Pour mon ancienne rue")).to_be_visible()
    expect(refused).to_have_count(0)


def test_a_key_that_stands_for_other_words_is_replaced(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    page, other = open_as(camille), open_as(nadia)
    expect(page.get_by_role("textbox", name=STREET)).to_be_visible()
    cut(page)
    write(page, STREET, "Mes vrais mots")
    expect(card(page, "Mes vrais mots").first).to_be_visible()
    (key,) = page.evaluate(KEYS)

    async def take_the_key() -> Any:
        async with Client(house.origin, camille.token) as twin:
            given = {"to": "street", "home": twin.me["home"], "text": "Autre chose"}
            return await twin.ask("message.post", key=key, **given)

    in_a_thread(take_the_key)
    page.context.set_offline(False)
    expect(page.get_by_role("button", name="Réessayer")).to_be_visible()
    page.get_by_role("button", name="Réessayer").click()
    expect(card(other, "Mes vrais mots")).to_be_visible()
    expect(card(other, "Autre chose")).to_be_visible()


@pytest.mark.parametrize(
    ("device", "words"),
    [(NO_STORE, "Depuis un appareil sans mémoire"), (NO_ROOM, "Depuis un appareil plein")],
)
def test_words_leave_a_device_that_keeps_nothing(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open, device: str, words: str
) -> None:
    page, other = open_as(camille, "/regles"), open_as(nadia)
    page.add_init_script(device)
    page.goto(f"{house.origin}/rue")
    write(page, STREET, words)
    expect(card(other, words)).to_be_visible()
    expect(card(page, words)).to_have_count(1)
    expect(page.get_by_text("Envoi…")).to_have_count(0)


def test_focus_stays_on_my_words_when_they_arrive(camille: Resident, open_as: Open) -> None:
    page = open_as(camille)
    write(page, STREET, "Sous la main")
    card(page, "Sous la main").get_by_role("link", name="Répondre").click()
    expect(page.get_by_role("log")).to_be_visible()
    cut(page)
    write(page, "Répondre", "Sous mes yeux")
    mine = page.get_by_role("log").get_by_role("article").filter(has_text="Sous mes yeux")
    mine.focus()
    expect(mine).to_be_focused()
    page.context.set_offline(False)
    expect(mine).to_contain_text("· Envoyé")
    expect(mine).to_be_focused()

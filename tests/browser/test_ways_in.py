"""Ways into the house: the first field, a poster, a push; and to Alerter from anywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from realtime.geo.cells import cell_at
from tests.browser.alerting import asked, found_house, published, raised
from tests.browser.among import PASSWORD, befriend
from tests.browser.conftest import HERE, Open, card, sign_in, write
from tests.browser.held_line import HeldLine
from tests.browser.test_accessible import violations
from tests.browser.test_newcomer import sign_up
from tests.browser.test_other_side import prints
from tests.support.app import Resident, ServerProcess
from tests.support.clients import new_key

SLOWLY = "Doucement : envoi possible dans 20 s."
NEWS_GONE = "Cette info n’est plus là."
ALERT_GONE = "Cette alerte n’est plus là."
# Beyond the nine regions of a home at HERE.
FAR = cell_at(-1.6846 + 2, 48.1336)


def search_field(page: Page) -> tuple[list[str], list[int]]:
    """What the address field asks from now on, and the statuses that it is answered instead."""
    texts: list[str] = []
    statuses: list[int] = []

    def heard(request: Request) -> None:
        if "/api/addresses" in request.url:
            texts.append(request.url.partition("q=")[2])

    def answer(route: Route) -> None:
        if statuses:
            route.fulfill(status=statuses.pop(), json={"code": "rate", "message": SLOWLY})
        else:
            route.continue_()

    page.on("request", heard)
    page.route("**/api/addresses*", answer)
    return texts, statuses


def test_who_searches_too_often_reads_that_and_not_that_the_network_is_away(open_as: Open) -> None:
    page = open_as(None, "/", service_workers="block")
    _, statuses = search_field(page)
    statuses.append(429)
    box = page.get_by_role("combobox", name="Où habitez-vous")
    box.press_sequentially("rue de la ch")
    expect(page.get_by_role("alert").filter(has_text="Doucement")).to_be_visible()
    box.press_sequentially("au")
    expect(page.get_by_role("option").first).to_contain_text("Rue de la Chau")
    expect(page.get_by_role("alert").filter(has_text="Doucement")).to_have_count(0)


def test_the_same_words_are_asked_once(open_as: Open) -> None:
    page = open_as(None, "/", service_workers="block")
    texts, _ = search_field(page)
    box = page.get_by_role("combobox", name="Où habitez-vous")
    for words in ("rue de la chau", "rue de brest", "rue de la chau "):
        box.fill(words)
        expect(page.get_by_role("option").first).to_contain_text(re.compile(words.strip(), re.I))
    assert texts == ["rue%20de%20la%20chau", "rue%20de%20brest"]


def test_the_finder_of_a_poster_comes_to_the_alert_by_sign_up_and_by_sign_in(
    house: ServerProcess, camille: Resident, open_as: Open
) -> None:
    details = {"name": "Filou"}
    alert = raised(house, camille, "lost_cat", "Filou a disparu", details=details)
    prints(open_as(camille, f"/alertes/{alert}/affiche"))
    page = open_as(None, f"/a/{alert}")
    page.get_by_role("link", name="Je l’ai vu").click()
    page.get_by_role("link", name="Je n’ai pas encore de compte").click()
    sign_up(page, "Ida Corre", "ida.corre@example.org")
    expect(page).to_have_url(f"{house.origin}/alertes/{alert}")
    expect(page.locator("#titre")).to_have_text("Filou a disparu")

    page.context.clear_cookies()
    page.goto(f"{house.origin}/alertes/{alert}")
    page.get_by_role("link", name="Je n’ai pas encore de compte").click()
    page.get_by_role("link", name="J’ai déjà un compte").click()
    page.get_by_label("E-mail").fill("ida.corre@example.org")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page).to_have_url(f"{house.origin}/alertes/{alert}")
    page.get_by_role("link", name="Retour").click()
    assert page.evaluate("sessionStorage.getItem('palier-asked')") is None


@pytest.mark.parametrize(
    ("locale", "told", "write_to"),
    [
        ("fr-FR", "Cette alerte n’est pas visible d’ici", "Écrire à qui l’a lancée"),
        ("en-GB", "This alert cannot be seen from here", "Write to who raised it"),
    ],
)
def test_who_lives_in_another_town_writes_to_who_raised_the_alert(
    house: ServerProcess, camille: Resident, open_as: Open, locale: str, told: str, write_to: str
) -> None:
    details = {"name": "Nougat"}
    alert = raised(house, camille, "lost_cat", "Nougat a disparu", details=details)
    (far,) = house.demo(1, cell=FAR, seed=71 if locale == "fr-FR" else 72)
    page = open_as(far, f"/alertes/{alert}", locale=locale)
    expect(page.get_by_text(told)).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name=write_to).click()
    expect(page).to_have_url(re.compile("/messages/"))
    page.get_by_role("textbox").fill("Il est chez moi, à la gare.")
    page.get_by_role("button", name=re.compile("^(Envoyer|Send)")).click()
    expect(page.get_by_role("log").get_by_text("Il est chez moi")).to_be_visible()
    found = asked(house, camille, "directs")["directs"]
    assert [one["alert"] for one in found] == [alert]


def test_news_and_a_poster_are_not_gone_before_the_server_said_so(
    camille: Resident, nadia: Resident, open_as: Open, house: ServerProcess, tmp_path: Path
) -> None:
    mine = raised(house, nadia, "lost_cat", "Minou a disparu", details={"name": "Minou"})
    found_house(house, camille, tmp_path, "Mairie des pics")
    news = published(house, camille, "Restez chez vous", "Un nuage passe.", "urgent")
    for path, words in (
        (f"/infos/{news}", "Un nuage passe."),
        (f"/alertes/{mine}/affiche", "Minou a disparu"),
    ):
        # A device that kept nothing yet.
        page = open_as(None, "/regles", service_workers="block")
        line = HeldLine(page)
        sign_in(page.context, house, nadia)
        page.goto(house.origin + path)
        expect(page.get_by_text("Chargement", exact=True)).to_be_visible()
        expect(page.get_by_text("n’est plus là")).to_have_count(0)
        line.let_through()
        expect(page.get_by_text(words)).to_be_visible()
    page.goto(f"{house.origin}/infos/{new_key()}")
    expect(page.get_by_text(NEWS_GONE)).to_be_visible()
    expect(page.get_by_text(ALERT_GONE)).to_have_count(0)
    asked(house, nadia, "alert.withdraw", id=mine)


def test_a_phone_offers_alerter_on_all_that_is_no_form(
    camille: Resident, nadia: Resident, open_as: Open, house: ServerProcess, tmp_path: Path
) -> None:
    direct = befriend(house, camille, nadia)
    group = asked(
        *(house, nadia, "group.create"),
        **{"key": new_key(), "name": "Potager", "access": "open", "category": "Jardin"},
    )["group"]["topic"]
    (staff,) = house.demo(1, cell=HERE, seed=81)
    found_house(house, staff, tmp_path, "Mairie du puits")
    news = published(house, staff, "Marché déplacé", "Place du puits.", "info")
    page = open_as(nadia)
    write(page, "Écrire à la rue", "À qui est la clé du lavoir ?")
    card(page, "clé du lavoir").get_by_role("link", name="Répondre").click()
    expect(page.get_by_role("textbox", name="Répondre")).to_be_visible()
    paths = [
        *(page.url.removeprefix(house.origin), f"/messages/{direct}", f"/groupes/{group}"),
        *(f"/groupes/{group}/membres", f"/voisins/{camille.account}"),
        f"/infos/{news}",
    ]
    for path in paths:
        page.goto(house.origin + path)
        alerter = page.locator(".bar:visible").get_by_role("link", name="Alerter")
        expect(alerter).to_be_in_viewport(ratio=1)
        for box in page.get_by_role("textbox", name=re.compile("^(Écrire|Répondre)")).all():
            expect(box).to_be_in_viewport(ratio=1)
            assert box.bounding_box()["y"] + 44 <= alerter.bounding_box()["y"]  # type: ignore[index]
            # A keyboard opens: the bar leaves its place to who writes.
            box.focus()
            page.set_viewport_size({"width": 360, "height": 400})
            expect(alerter).to_have_count(0)
            page.set_viewport_size({"width": 360, "height": 740})


def test_two_taps_raise_an_alert_for_a_cat_or_a_dog_alone(
    camille: Resident, open_as: Open, house: ServerProcess
) -> None:
    for name, species in (("Gris", "Chat"), ("Rex", "Chien"), ("Coco", "Autre animal")):
        details = {"name": name, "species": species}
        asked(house, camille, "pet.save", key=new_key(), details=details)
    page = open_as(camille, "/alerter")
    gris, rex = (page.get_by_role("link", name=f"{name} a disparu") for name in ("Gris", "Rex"))
    expect(gris).to_have_attribute("href", re.compile("/lost_cat/"))
    expect(rex).to_have_attribute("href", re.compile("/lost_dog/"))
    expect(page.get_by_role("link", name="Coco a disparu")).to_have_count(0)

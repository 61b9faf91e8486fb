"""The screens that only an event opens: axe in both themes, still pictures, forced colours."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.alerting import asked, raised
from tests.browser.conftest import Open, card, write
from tests.browser.test_accessible import settle, violations
from tests.support.app import Resident, ServerProcess
from tests.support.clients import new_key

THEMES = pytest.mark.parametrize("theme", ["light", "dark"])


def sheet_of(page: Page) -> list[str]:
    """What axe says of an open sheet; it closes after."""
    expect(page.get_by_role("dialog")).to_be_visible()
    found = violations(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    return found


@THEMES
def test_an_alert_from_raising_it_to_its_end_has_no_barrier(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open, theme: str
) -> None:
    one = open_as(camille, "/alerter/lost_cat", color_scheme=theme)
    one.get_by_label("Son nom").fill("Moustache")
    one.get_by_label("Ce qui aide").fill("Appelez le 06 12 34 56 78")
    one.get_by_role("button", name="Vérifier").click()
    expect(one.locator("mark")).to_be_focused()
    found = {"refused": violations(one)}
    one.get_by_role("link", name="Modifier").click()
    one.get_by_label("Ce qui aide").fill("Il est craintif")
    one.get_by_text("Plus de détails").click()
    found["more details"] = violations(one)
    one.get_by_role("button", name="Vérifier").click()
    one.get_by_role("button", name=re.compile("^Prévenir")).click()
    expect(one.get_by_text("C’est parti.").first).to_be_visible()
    found["sent"] = violations(one)
    one.get_by_role("link", name="Voir l’alerte").click()
    one.get_by_role("button", name="Modifier").click()
    found["changing"] = sheet_of(one)

    other = open_as(nadia, one.url.partition(house.origin)[2], color_scheme=theme)
    other.get_by_role("button", name="Je l’ai vu").click()
    found["saw"] = violations(other)
    other.get_by_role("radio", name="Carte").check()
    expect(other.get_by_role("dialog").locator("canvas")).to_be_visible()
    found["saw on the map"] = violations(other)
    other.get_by_role("button", name="Prévenir").click()
    expect(other.get_by_role("heading", name=re.compile("^Merci."))).to_be_visible()
    found["thanked"] = sheet_of(other)
    other.get_by_role("link", name="Pourquoi ai-je reçu ceci").click()
    expect(other.get_by_role("heading", name="Pourquoi")).to_be_visible()
    found["why"] = violations(other)
    other.go_back()

    one.get_by_role("button", name="Retrouvé").click()
    found["how it ended"] = violations(one)
    one.get_by_role("button", name="Rentré").click()
    expect(other.get_by_text("Moustache est à la maison.").first).to_be_visible()
    found["found"] = violations(other)
    assert {screen: one for screen, one in found.items() if one} == {}


@THEMES
def test_chats_groups_and_searches_have_no_barrier(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open, theme: str
) -> None:
    direct = asked(house, nadia, "direct.open", key=new_key(), account=camille.account)["topic"]
    asked(house, nadia, "message.post", key=new_key(), to=direct, text="Bonjour, c’est Nadia.")
    group = asked(
        *(house, camille, "group.create"),
        **{"key": new_key(), "name": f"Boules {theme}", "access": "open", "category": "Sport"},
    )["group"]["topic"]
    asked(house, camille, "message.post", key=new_key(), to=group, text="Dimanche à 15 h ?")
    page = open_as(camille, f"/messages/{direct}", color_scheme=theme)
    expect(page.get_by_text("Bonjour, c’est Nadia.")).to_be_visible()
    found = {"a first message": violations(page)}
    page.get_by_role("button", name="Accepter").click()
    write(page, "Écrire à", "Bonjour Nadia !")
    expect(page.get_by_role("log").get_by_text("Bonjour Nadia !")).to_be_visible()
    found["direct"] = violations(page)
    page.goto(f"{house.origin}/groupes/{group}")
    expect(page.get_by_role("log").get_by_text("Dimanche à 15 h ?")).to_be_visible()
    found["group"] = violations(page)
    page.get_by_role("link", name="Membres").click()
    expect(page.get_by_text("1 membre").first).to_be_visible()
    found["members"] = violations(page)
    page.goto(f"{house.origin}/recherche")
    page.get_by_role("searchbox").fill("Dimanche")
    page.get_by_role("button", name="Rechercher").click()
    expect(page.get_by_text("1 message trouvé").first).to_be_visible()
    found["search"] = violations(page)
    page.goto(f"{house.origin}/rue")
    settle(page)
    page.get_by_role("button", name="Notifications").locator("visible=true").first.click()
    found["settings of a room"] = sheet_of(page)
    assert {screen: one for screen, one in found.items() if one} == {}


# Whatever moves, by its computed style.
MOVING = """() => [...document.querySelectorAll('*')].filter((one) => {
    const { animationName, transitionDuration } = getComputedStyle(one);
    return animationName !== 'none' || transitionDuration.split(',').some((t) => parseFloat(t) > 0);
}).map((one) => one.outerHTML.slice(0, 120))"""


def test_nothing_moves_for_those_who_asked_for_that(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    alert = raised(
        house, camille, "lost_cat", "Gribouille a disparu", details={"name": "Gribouille"}
    )
    still = open_as(nadia, f"/alertes/{alert}", reduced_motion="reduce")
    lively = open_as(nadia, f"/alertes/{alert}")
    for page in (still, lively):
        page.get_by_text("Autres actions").click()
        page.get_by_role("button", name="Signaler").click()
        expect(page.get_by_role("dialog")).to_be_visible()
    assert still.evaluate(MOVING) == []
    assert lively.evaluate(MOVING) != []
    asked(house, camille, "alert.resolve", id=alert, outcome="home")
    still.goto(f"{house.origin}/autour")
    settle(still)
    assert still.evaluate(MOVING) == []
    assert still.evaluate("document.getAnimations().length") == 0


# What a colour alone would tell, once colours are the reader's: it needs a border of its own.
BORDERLESS = """() => {
    const parts = '.button, .card, .badge, .sign, .plate, .choice';
    return [...document.querySelectorAll(parts)].filter((one) => {
        const { borderTopWidth, borderTopStyle } = getComputedStyle(one);
        const bare = parseFloat(borderTopWidth) < 1 || borderTopStyle === 'none';
        return bare && one.getClientRects().length > 0;
    }).map((one) => one.outerHTML.slice(0, 120));
}"""


def test_forced_colours_keep_every_edge(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    alert = raised(house, camille, "road", "Un regard ouvert")
    page = open_as(nadia, forced_colors="active")
    write(page, "Écrire à la rue", "Qui connaît un plombier ?")
    expect(card(page, "plombier")).to_be_visible()
    found = {}
    for path in ["/rue", "/autour", f"/alertes/{alert}", "/alerter", "/alerter/lost_cat", "/moi"]:
        page.goto(house.origin + path)
        settle(page)
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
        found[path] = page.evaluate(BORDERLESS)
    assert {path: one for path, one in found.items() if one} == {}


BORDER = "(one) => getComputedStyle(one).borderTopWidth + getComputedStyle(one).borderTopStyle"


def test_forced_colours_show_what_is_pressed_and_where_one_is(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    alert = raised(house, camille, "road", "Une grille ouverte")
    page = open_as(nadia, f"/alertes/{alert}", forced_colors="active")
    page.get_by_text("Autres actions").click()
    follow = page.get_by_role("button", name=re.compile("^Suiv(re|ie)$"))
    before = follow.evaluate(BORDER)
    follow.click()
    expect(follow).to_have_attribute("aria-pressed", "true")
    assert follow.evaluate(BORDER) != before
    page.goto(f"{house.origin}/voisins")
    near, farther = (page.get_by_role("button", name=name) for name in ("Ma rue", "Plus loin"))
    expect(near).to_have_attribute("aria-pressed", "true")
    assert near.evaluate(BORDER) != farther.evaluate(BORDER)
    marks = page.locator(".bar .cell[aria-current] .mark, .bar .cell:not([aria-current]) .mark")
    assert len(set(marks.evaluate_all(f"(all) => all.map({BORDER})"))) > 1


@pytest.mark.parametrize("clipboard", ["undefined", "{ writeText: () => Promise.reject() }"])
def test_words_that_cannot_be_copied_say_so(
    camille: Resident, open_as: Open, clipboard: str
) -> None:
    page = open_as(camille)
    page.add_init_script(
        f"Object.defineProperty(navigator, 'clipboard', {{ value: {clipboard} }});"
    )
    page.reload()
    write(page, "Écrire à la rue", f"À recopier, {len(clipboard)}")
    card(page, f"À recopier, {len(clipboard)}").get_by_role("link", name="Répondre").click()
    page.get_by_role("log").get_by_role("button", name="Actions").last.dispatch_event("click")
    page.get_by_role("dialog").get_by_role("button", name="Copier le texte").click()
    expect(page.get_by_role("alert").filter(has_text="n’a pas copié")).to_be_visible()

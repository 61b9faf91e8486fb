"""The forms of alerts where the way is not straight: a lost answer, a late position, a second voice
of one household, a part drawn on the map."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.alerting import asked, found_house, raised
from tests.browser.conftest import Open
from tests.support.app import Resident, ServerProcess

NEEDED = "Il faut du réseau pour cela."
TELL_THEM = re.compile("^Prévenir")
# The browser's position, told when the test says so.
LATE = """() => {
    navigator.geolocation.getCurrentPosition = (found) => (window.tellPosition = found);
}"""
TELL = "([longitude, latitude]) => window.tellPosition({coords: {longitude, latitude}})"


def swallow_answer(page: Page, command: str) -> list[str]:
    """The next answer to this command is lost on its way, and the line stays. Its packets."""
    sent: list[str] = []

    def between(line: WebSocketRoute) -> None:
        server = line.connect_to_server()

        def up(packet: str | bytes) -> None:
            if isinstance(packet, str) and f'["{command}"' in packet:
                sent.append(packet)
            server.send(packet)

        def down(packet: str | bytes) -> None:
            lost = len(sent) == 1 and re.match(r"42(\d+)", sent[0])
            if not (lost and isinstance(packet, str) and packet.startswith(f"43{lost[1]}[")):
                line.send(packet)

        line.on_message(up)
        server.on_message(down)

    page.route_web_socket(re.compile("/socket.io/"), between)
    return sent


def test_a_sighting_whose_answer_was_lost_is_told_once(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    alert = raised(house, camille, "lost_cat", "Pistache a disparu")
    here = {"longitude": nadia.lon, "latitude": nadia.lat}
    page = open_as(nadia, geolocation=here, permissions=["geolocation"])
    sent = swallow_answer(page, "alert.sighting")
    page.goto(f"{house.origin}/alertes/{alert}")
    page.get_by_role("button", name="Je l’ai vu").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Un détail (facultatif)").fill("Sur le mur du lavoir")
    page.context.set_offline(True)
    sheet.get_by_role("button", name="Prévenir").click()
    expect(sheet.get_by_role("alert").filter(has_text=NEEDED)).to_be_visible()
    assert sent == []
    expect(page.get_by_text("Hors ligne")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Hors ligne")).to_be_hidden()
    sheet.get_by_role("button", name="Prévenir").click()
    thanked = page.get_by_role("heading", name=re.compile("^Merci."))
    expect(sheet.get_by_role("alert").filter(has_text=NEEDED)).to_be_visible()
    expect(sheet.get_by_label("Un détail (facultatif)")).to_have_value("Sur le mur du lavoir")
    sheet.get_by_role("button", name="Prévenir").click()
    expect(thanked).to_be_visible()
    keys = {re.search(r'"key":"(\w+)"', packet)[1] for packet in sent}  # type: ignore[index]
    assert (len(sent), len(keys)) == (2, 1)
    waiting = asked(house, camille, "alert.open", id=alert)["mine"]["waiting"]
    assert [one["text"] for one in waiting] == ["Sur le mur du lavoir"]
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Je l’ai vu")).to_be_focused()


def test_a_sighting_waits_until_it_is_told(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    alert = raised(house, camille, "lost_cat", "Réglisse a disparu")
    here = {"longitude": nadia.lon, "latitude": nadia.lat}
    options = {"geolocation": here, "permissions": ["geolocation"]}
    page = open_as(nadia, f"/alertes/{alert}", **options)
    words = page.get_by_role("dialog").get_by_label("Un détail (facultatif)")
    page.get_by_role("button", name="Je l’ai vu").click()
    words.fill("Sous le porche du 12")
    page.keyboard.press("Escape")
    expect(words).to_have_count(0)
    page.reload()
    page.get_by_role("button", name="Je l’ai vu").click()
    expect(words).to_have_value("Sous le porche du 12")
    page.get_by_role("dialog").get_by_role("button", name="Prévenir").click()
    expect(page.get_by_role("heading", name=re.compile("^Merci."))).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Je l’ai vu").click()
    expect(words).to_have_value("")


def test_an_alert_that_left_does_not_leave_again(
    house: ServerProcess, camille: Resident, open_as: Open
) -> None:
    page = open_as(camille, "/alerter/road")
    page.get_by_label("En quelques mots").fill("Un arbre couché")
    page.get_by_role("button", name="Vérifier").click()
    page.get_by_role("button", name=TELL_THEM).click()
    expect(page.get_by_text("C’est parti.").first).to_be_visible()
    page.get_by_role("link", name="Voir l’alerte").click()
    expect(page.get_by_role("heading", name="Un arbre couché")).to_be_visible()
    page.get_by_role("link", name="Retour").click()
    expect(page.get_by_text("C’est parti.").first).to_be_visible()
    page.reload()
    expect(page.get_by_text("C’est parti.").first).to_be_visible()
    page.goto(f"{house.origin}/alerter/road/verifier")
    expect(page.get_by_label("En quelques mots")).to_have_value("")
    expect(page.get_by_role("button", name=TELL_THEM)).to_have_count(0)


def test_an_alert_whose_answer_was_lost_leaves_once(
    house: ServerProcess, camille: Resident, open_as: Open
) -> None:
    page = open_as(camille)
    sent = swallow_answer(page, "alert.raise")
    page.goto(f"{house.origin}/alerter/road")
    page.get_by_label("En quelques mots").fill("Une plaque manque")
    page.get_by_role("button", name="Vérifier").click()
    page.get_by_role("button", name=TELL_THEM).click()
    expect(page.get_by_role("alert").filter(has_text=NEEDED)).to_be_visible()
    page.reload()
    page.get_by_role("button", name=TELL_THEM).click()
    expect(page.get_by_text("C’est parti.").first).to_be_visible()
    assert len(sent) == 2
    open_now = asked(house, camille, "sync", positions={})["alerts"]
    assert [one["title"] for one in open_now].count("Une plaque manque") == 1


def test_a_position_that_comes_late_does_not_undo_a_choice(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    page = open_as(camille, "/alerter/road")
    page.get_by_label("En quelques mots").fill("Un poteau penche")
    page.evaluate(LATE)
    where = page.get_by_role("group", name="Où ?")
    where.get_by_label("Ma position").check()
    page.get_by_role("button", name="Vérifier").click()
    expect(where.get_by_role("alert")).to_contain_text(
        "Votre navigateur n’a pas donné de position."
    )
    where.get_by_label("Autour de chez moi").check()
    page.evaluate(TELL, [nadia.lon, nadia.lat + 0.01])
    expect(where.get_by_label("Autour de chez moi")).to_be_checked()
    page.get_by_role("button", name="Vérifier").click()
    page.get_by_role("button", name=re.compile("^Prévenir")).click()
    page.get_by_role("link", name="Voir l’alerte").click()
    told = asked(house, camille, "alert.open", id=page.url.rsplit("/", 1)[1])["alert"]
    assert told["area"]["cell"] == camille.cell


def test_a_position_that_nobody_grants_is_given_up_in_words(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    alert = raised(house, camille, "lost_cat", "Vanille a disparu")
    page = open_as(nadia, "/regles")
    page.clock.install()
    page.goto(f"{house.origin}/alerter/road")
    page.evaluate(LATE)
    where = page.get_by_role("group", name="Où ?")
    where.get_by_label("Ma position").check()
    expect(where.get_by_role("status")).to_have_text("Nous cherchons…")
    page.clock.run_for(20_000)
    expect(where.get_by_role("status")).to_have_text("")
    expect(where.get_by_role("alert")).to_contain_text("n’a pas donné de position")
    where.get_by_role("button", name="Réessayer").click()
    expect(where.get_by_role("status")).to_have_text("Nous cherchons…")
    page.evaluate(TELL, [nadia.lon, nadia.lat])
    expect(where.get_by_role("status")).to_have_text("")
    expect(where.get_by_role("alert")).to_have_count(0)

    page.goto(f"{house.origin}/alertes/{alert}")
    page.evaluate(LATE)
    page.get_by_role("button", name="Je l’ai vu").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="Prévenir").click()
    expect(sheet.get_by_text("Nous cherchons…")).to_be_visible()
    page.clock.run_for(20_000)
    expect(sheet.get_by_text("n’a pas donné de position")).to_be_visible()
    expect(sheet.get_by_role("button", name="Prévenir")).to_be_enabled()


def test_a_household_contests_once_whoever_of_it_says_so(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    (second,) = house.demo(1, cell=nadia.cell, seed=41)
    share_a_household(house, nadia, second)
    alert = raised(house, camille, "scam_doorstep", "Un faux plombier")
    one, other = (open_as(who, f"/alertes/{alert}") for who in (nadia, second))
    for page in (one, other):
        page.get_by_text("Autres actions").click()
    one.get_by_role("button", name="Infondée").click()
    for page in (one, other):
        expect(page.get_by_text("0 foyer confirme, 1 foyer conteste")).to_be_visible()
    other.get_by_role("button", name="Infondée").click()
    expect(other.get_by_role("button", name="Infondée")).to_have_attribute("aria-pressed", "true")
    expect(other.get_by_text("0 foyer confirme, 1 foyer conteste")).to_be_visible()
    other.get_by_role("button", name="Je confirme").click()
    for page in (one, other):
        expect(page.get_by_text("1 foyer confirme, 0 foyer conteste")).to_be_visible()
    one.reload()
    one.get_by_text("Autres actions").click()
    expect(one.get_by_role("button", name="Je confirme")).to_have_attribute("aria-pressed", "true")


def share_a_household(house: ServerProcess, one: Resident, other: Resident) -> None:
    with sqlite3.connect(house.directory / "data" / "palier.db", timeout=10) as database:
        database.execute(
            """UPDATE member SET household = (SELECT household FROM member WHERE account = ?)
               WHERE account = ?""",
            (one.account, other.account),
        )
    database.close()


def test_an_official_alert_goes_to_the_part_that_was_drawn(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open, tmp_path: Path
) -> None:
    found_house(house, camille, tmp_path, "Mairie des coins")
    other, staff = open_as(nadia, "/autour"), open_as(camille, "/alerter/official")
    staff.get_by_label("En quelques mots").fill("Eau trouble dans ce quartier")
    staff.get_by_label("Une partie, dessinée sur la carte").check()
    # A triangle round the home, each corner put by one touch or two from the one before.
    for touches in ([(0.1, 0.1)], [(0.98, 0.3), (0.9, 0.5)], [(0.3, 0.98), (0.3, 0.98)]):
        for across, down in touches:
            aim(staff, across, down)
        staff.get_by_role("button", name="Ajouter ce coin").click()
    expect(staff.get_by_text("3 coins", exact=True)).to_be_visible()
    staff.get_by_role("button", name="Vérifier").click()
    expect(staff.get_by_text("Qui sera prévenu")).to_be_visible()
    expect(staff.locator("canvas").first).to_be_visible()
    expect(staff.get_by_text("Eau trouble dans ce quartier")).to_be_visible()
    staff.get_by_role("button", name=re.compile("^Prévenir")).click()
    staff.get_by_role("link", name="Voir l’alerte").click()
    alert = asked(house, camille, "alert.open", id=staff.url.rsplit("/", 1)[1])["alert"]
    assert alert["area"]["radius_m"] is None
    assert any(camille.cell.startswith(cell) for cell in alert["area"]["cells"])
    news = other.get_by_role("article").filter(has_text="Eau trouble dans ce quartier")
    expect(news.first).to_be_visible()
    expect(news.first).to_contain_text("zone dessinée")


def aim(page: Page, across: float, down: float) -> None:
    """Bring a point of the map to its middle, by a touch."""
    figure = page.locator("figure")
    expect(figure).to_have_attribute("data-middle", re.compile(" "))
    before = str(figure.get_attribute("data-middle"))
    box = page.locator("figure canvas").bounding_box()
    assert box is not None
    page.locator("figure canvas").click(
        position={"x": box["width"] * across, "y": box["height"] * down}
    )
    expect(figure).not_to_have_attribute("data-middle", before)

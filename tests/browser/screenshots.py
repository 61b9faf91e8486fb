"""Takes the pictures of every screen, small and wide, light and dark, of an invented street.

.venv/bin/python -m tests.browser.screenshots FOLDER      all of them
.venv/bin/python -m tests.browser.screenshots --readme    the three of the README
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from realtime.geo.cells import centre
from realtime.ids import new_ulid
from tests.browser.conftest import DESK, HERE, NEXT_DOOR, PHONE, STREET, card, come_to_rest
from tests.browser.screenshots_events import found_news, take_alert, take_settings
from tests.support.app import ROOT, Resident, ServerProcess
from tests.support.clients import Client
from tests.support.processes import scratch

SCREENS = {
    "street": "/rue", "privacy": "/moi/confidentialite", "account": "/moi/compte",
    "neighbourhood": "/voisinage", "messages": "/messages", "around": "/autour",
    "map": "/autour/carte", "alert": "/alerter", "alert-cat": "/alerter/lost_cat",
    "alert-danger": "/alerter/danger_now", "neighbours": "/voisins", "listing": "/voisins/moi",
    "groups": "/groupes", "new-group": "/groupes/nouveau", "search": "/recherche", "me": "/moi",
    "devices": "/moi/appareils", "pets": "/moi/animaux", "notifications": "/moi/notifications",
    "install": "/installer", "rules": "/regles", "accessibility": "/accessibilite",
}  # fmt: skip
VISITOR = {
    "visit-neighbourhood": "/voisinage", "visit-street": "/rue", "stay": "/rester",
    "code": "/rester/code", "position": "/rester/position", "two-neighbours": "/rester/voisins",
    "card": "/rester/carte",
}  # fmt: skip
SIGNED_OUT = {
    "welcome": "/", "sign-in": "/connexion", "sign-up": "/inscription", "password": "/mot-de-passe",
    "confirm": "/confirmer", "not-me": "/rester/refus",
}  # fmt: skip
# What a list leads to: its name, where the list is, the link.
OPENED = {
    "alert-page": ("/autour", "a[href^='/alertes/']"),
    "direct": ("/messages", "a[href^='/messages/']"),
    "group": ("/groupes", "a[href^='/groupes/group']"),
}
README = {("wide", "light"), ("phone", "light"), ("phone", "dark")}


@dataclass(frozen=True)
class Town:
    """A server with neighbours who have talked."""

    house: ServerProcess
    camille: Resident
    visitor_cookies: list[dict[str, str]]
    staff: Resident
    news: str


def main(argument: str) -> None:
    readme = argument == "--readme"
    folder = ROOT / "docs" / "images" if readme else Path(argument)
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which(os.environ.get("PALIER_CHROMIUM", "chromium"))
    example = {"PALIER_EXAMPLE": "auto"}
    with (
        scratch() as directory,
        ServerProcess(directory, settings=example) as house,
    ):
        camille = talk(house)
        _all(house, camille, chromium, folder, readme=readme)


def _all(
    house: ServerProcess, camille: Resident, chromium: str | None, folder: Path, *, readme: bool
) -> None:
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        town = Town(house, camille, visit(browser, house), *found_news(house, house.directory))
        for theme in ("light", "dark"):
            for size_name, size in (("phone", PHONE), ("wide", DESK)):
                if not readme or (size_name, theme) in README:
                    take(browser, town, folder, size_name, size, theme, only_street=readme)
        if not readme:
            take_the_end_of_a_visit(browser, town, folder)
        browser.close()


def talk(house: ServerProcess) -> Resident:
    """A street as it might be on a Monday."""
    camille, paul = house.demo(2, cell=HERE, seed=21)
    nadia, yann = house.demo(2, cell=NEXT_DOOR, seed=22)
    asyncio.run(_write(house, camille, nadia, paul, yann))
    return camille


def visit(browser: Browser, house: ServerProcess) -> list[dict[str, str]]:
    """A newcomer signs up; the cookies that make it so."""
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.goto(f"{house.origin}/")
    page.get_by_role("combobox").press_sequentially("rue de la chau")
    page.get_by_role("option").first.click()
    page.get_by_label("Votre nom").fill("Zoé Martin")
    page.get_by_label("Votre e-mail").fill("zoe@example.org")
    page.get_by_label("Un mot de passe").fill("une phrase assez longue")
    page.get_by_label("J’ai 15 ans ou plus").check()
    page.get_by_role("button", name="Entrer").click()
    expect(page.get_by_role("heading", name="Voisinage")).to_be_visible()
    cookies = [{"name": "sid", "value": one["value"]} for one in context.cookies()]
    context.close()
    return cookies


async def _write(house: ServerProcess, *residents: Resident) -> None:
    camille, nadia, paul, yann = [
        await Client(house.origin, one.token).connect() for one in residents
    ]

    async def opens(who: Client, text: str, to: str = "street") -> str:
        home = who.me["home"]
        ack = await who.command(
            "message.post", {"key": key(), "to": to, "home": home, "text": text}
        )
        return str(ack["message"]["id"])

    async def answers(who: Client, conversation: str, text: str) -> None:
        await who.command("message.post", {"key": key(), "reply_to": conversation, "text": text})

    await opens(camille, "Qui garde les clés du local à vélos en ce moment ?")
    ladder = await opens(
        nadia,
        "Bonjour à toutes et tous ! Quelqu’un aurait une échelle de 3 m à prêter samedi matin ? "
        "Promis, je la rends avant midi.",
    )
    await answers(camille, ladder, "Oui, la mienne est dans la cour. Passez après 10 h.")
    await answers(nadia, ladder, "Merci, vous me sauvez !")
    bins = await opens(yann, "Merci pour l’accueil ! Quel jour passent les poubelles jaunes ?")
    await answers(paul, bins, "Le mercredi soir, à sortir avant 19 h.")
    await answers(nadia, bins, "Et bienvenue dans la rue !")
    party = await opens(paul, "La fête du quartier est le 5 décembre.", "neighbourhood")
    await answers(yann, party, "J’apporte deux tables.")
    await _more(camille, nadia, yann)
    for client in (camille, nadia, paul, yann):
        await client.close()


async def _more(camille: Client, nadia: Client, yann: Client) -> None:
    """A lost cat, a group of two, a thread of two, neighbours who chose to be found."""
    lon, lat = centre(HERE)
    cat = {"name": "Moustache", "colours": ["gris", "blanc"], "collar": "vert"}
    await nadia.ask(
        "alert.raise",
        key=key(),
        kind="lost_cat",
        title="Moustache",
        body="Très timide, répond à son nom.",
        occurred_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        place={"lon": lon, "lat": lat},
        radius_m=500,
        details=cat,
    )
    founded = await camille.ask(
        "group.create",
        key=key(),
        name="Guitares du palier",
        access="open",
        category="Musique",
        about="On joue le jeudi, tous niveaux.",
    )
    topic = founded["group"]["topic"]
    await nadia.ask("group.join", topic=topic)
    for who, text in ((camille, "Première répétition jeudi à 20 h ?"), (nadia, "J’y serai !")):
        await who.ask("message.post", key=key(), to=topic, text=text)
    opened = await nadia.ask("direct.open", key=key(), account=camille.me["account"])
    await nadia.ask("message.post", key=key(), to=opened["topic"], text="Merci pour l’échelle !")
    await camille.ask("direct.accept", topic=opened["topic"])
    await camille.ask("message.post", key=key(), to=opened["topic"], text="Avec plaisir.")
    await nadia.ask("listing.set", listed=True, skills=["soudure", "anglais"], loans=["échelle"])
    await yann.ask("listing.set", listed=True, skills=["vélo"], loans=["diable"])


def key() -> str:
    return new_ulid(datetime.now(UTC))


def take(
    browser: Browser,
    town: Town,
    folder: Path,
    size_name: str,
    size: dict[str, int],
    theme: str,
    *,
    only_street: bool,
) -> None:
    def picture(page: Page, name: str) -> None:
        settle(page)
        page.screenshot(path=folder / f"{name}-{size_name}-{theme}.png")

    def new_page(cookies: list[dict[str, str]]) -> Page:
        return open_page(browser, town.house, [one["value"] for one in cookies], size, theme)

    def open_as(token: str) -> Page:
        return open_page(browser, town.house, [token], size, theme)

    page = open_as(town.camille.token)
    for name, path in SCREENS.items():
        page.goto(town.house.origin + path)
        picture(page, name)
        if only_street:
            return
    page.goto(f"{town.house.origin}/rue")
    card(page, "échelle").get_by_role("link", name="Répondre").click()
    picture(page, "conversation")
    take_opened(page, town.house.origin, picture)
    take_settings(page, town.house.origin, picture)
    take_alert(town.house, town.camille.token, open_as, picture)
    page.goto(f"{town.house.origin}/infos/{town.news}")
    picture(page, "news")
    staff = open_as(town.staff.token)
    staff.goto(f"{town.house.origin}/infos/publier")
    picture(staff, "publish")
    page.goto(f"{town.house.origin}/rue")
    expect(card(page, "échelle")).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_text("Hors ligne")).to_be_visible()
    page.get_by_role("textbox", name=STREET).fill("Le chat gris est sur le toit du garage.")
    page.get_by_role("button", name="Envoyer").click()
    picture(page, "offline")
    for cookies, screens in ((town.visitor_cookies, VISITOR), ([], SIGNED_OUT)):
        page = new_page(cookies)
        for name, path in screens.items():
            page.goto(town.house.origin + path)
            picture(page, name)


def settle(page: Page) -> None:
    """Until all that the picture will show is there, drawn and at rest."""
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".grey-row, .waits, figure[data-still=false]")).to_have_count(0)
    come_to_rest(page)


def open_page(
    browser: Browser, house: ServerProcess, tokens: list[str], size: dict[str, int], theme: str
) -> Page:
    options: dict[str, Any] = {"viewport": size, "color_scheme": theme, "locale": "fr-FR"}
    context = browser.new_context(timezone_id="Europe/Paris", service_workers="block", **options)
    context.add_init_script("localStorage['palier-push-later'] = String(Date.now())")
    for token in tokens:
        context.add_cookies([{"name": "sid", "value": token, "url": house.origin}])
    return context.new_page()


def take_the_end_of_a_visit(browser: Browser, town: Town, folder: Path) -> None:
    """Who asks two neighbours; then two days later."""
    tokens = [one["value"] for one in town.visitor_cookies]
    page = open_page(browser, town.house, tokens, PHONE, "light")
    page.goto(f"{town.house.origin}/rester/voisins")
    page.get_by_role("button", name="Créer mon lien").click()
    link = page.get_by_text(f"{town.house.origin}/parrainer/").inner_text()
    _in_every_light(browser, town, folder, town.camille.token, link, "vouch")
    town.house.stop()
    town.house.env["PALIER_CLOCK_OFFSET_S"] = str(2 * 86_400)
    town.house.start()
    _in_every_light(browser, town, folder, tokens[0], f"{town.house.origin}/autour", "visit-over")


def _in_every_light(
    browser: Browser, town: Town, folder: Path, token: str, address: str, name: str
) -> None:
    for theme in ("light", "dark"):
        for size_name, size in (("phone", PHONE), ("wide", DESK)):
            page = open_page(browser, town.house, [token], size, theme)
            page.goto(address)
            settle(page)
            page.screenshot(path=folder / f"{name}-{size_name}-{theme}.png")
            page.context.close()


def take_opened(page: Page, origin: str, picture: Callable[[Page, str], None]) -> None:
    """The actions of a message, and what lists lead to."""
    page.get_by_role("log").get_by_role("button", name="Actions").last.dispatch_event("click")
    expect(page.get_by_role("dialog")).to_be_visible()
    picture(page, "actions")
    page.keyboard.press("Escape")
    for name, (start, link) in OPENED.items():
        page.goto(origin + start)
        page.get_by_role("main").locator(link).first.click()
        expect(page).not_to_have_url(origin + start)
        picture(page, name)
    page.get_by_role("link", name="Membres").click()
    expect(page.get_by_text("2 membres").first).to_be_visible()
    picture(page, "group-members")


if __name__ == "__main__":
    main(sys.argv[1])

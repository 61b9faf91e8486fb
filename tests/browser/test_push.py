"""A phone rings: asked in context, subscribed, tried, rung by an alert, clicked, and all receipted.

The browser's own connection to a push service is the one thing replaced: what our server sent is
opened by the service of tests/support, and handed to Chromium as the network would.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Worker, expect

from tests.browser.conftest import HERE, NEXT_DOOR, Open, card, sign_in, write
from tests.browser.test_accessible import settle, violations
from tests.support.app import Resident, ServerProcess
from tests.support.overheard import overheard
from tests.support.processes import scratch, wait_until
from tests.support.push_service import Got, Phone
from tests.support.push_thread import Beside, push_service_beside

STUB = """
(() => {
  const told = %s;

  let made = null;
  const make = (options) => ({
    endpoint: told.endpoint, options: { applicationServerKey: options.applicationServerKey },
    toJSON: () => told, unsubscribe: async () => ((made = null), true),
  });
  PushManager.prototype.getSubscription = async function () { return made; };
  PushManager.prototype.subscribe = async function (options) { return (made = make(options)); };
})();
"""


@pytest.fixture(scope="module")
def beside() -> Iterator[Beside]:
    with push_service_beside() as running:
        yield running


@pytest.fixture(scope="module")
def ringing_house(beside: Beside) -> Iterator[ServerProcess]:
    settings = {"PALIER_EXAMPLE": "auto", "PALIER_PUSH_EXTRA_HOSTS": beside.service.host}
    with scratch() as directory, overheard(directory, settings=settings) as running:
        yield running
        assert running.faults() == []


@pytest.fixture
def house(ringing_house: ServerProcess) -> ServerProcess:
    return ringing_house


@pytest.fixture(scope="module")
def neighbours(ringing_house: ServerProcess) -> tuple[list[Resident], list[Resident]]:
    return ringing_house.demo(8, cell=HERE, seed=21), ringing_house.demo(8, cell=NEXT_DOOR, seed=22)


@pytest.fixture
def camille(neighbours: tuple[list[Resident], list[Resident]]) -> Resident:
    return neighbours[0].pop()


@pytest.fixture
def nadia(neighbours: tuple[list[Resident], list[Resident]]) -> Resident:
    return neighbours[1].pop()


class Mine:
    """A phone's browser whose push service is ours."""

    def __init__(self, context: BrowserContext, page: Page, phone: Phone, beside: Beside) -> None:
        self.context, self.page, self.phone, self.beside = context, page, phone, beside
        self._registration = ""
        self._line = context.new_cdp_session(page)
        self._line.on("ServiceWorker.workerRegistrationUpdated", self._noted)
        self._line.send("ServiceWorker.enable")

    def _noted(self, event: dict[str, Any]) -> None:
        for one in event["registrations"]:
            if not one["isDeleted"]:
                self._registration = one["registrationId"]

    def _is_ready(self) -> bool:
        """A browser has no subscription before its service worker is active; our phone has one."""
        active = self.page.evaluate(
            """async () => {
                const registration = await navigator.serviceWorker.getRegistration();
                return registration?.active?.state === "activated";
            }"""
        )
        return active and self._registration != ""

    @property
    def worker(self) -> Worker:
        return self.context.service_workers[0]

    def next_message(self, after: int) -> Got:
        """What our server sent to this phone next."""
        wait_until(lambda: len(self.got) > after, 20, "the server rings this phone")
        return self.got[after]

    @property
    def got(self) -> list[Got]:
        return self.beside.service.of(self.phone)

    def deliver(self, message: Got | bytes) -> None:
        """As the push service would: to the service worker, decrypted."""
        plain = message if isinstance(message, bytes) else message.plain
        wait_until(self._is_ready, 20, "the service worker is active")
        self._line.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": self.page.url.split("/", 3)[0] + "//" + self.page.url.split("/", 3)[2],
                "registrationId": self._registration,
                "data": plain.decode(),
            },
        )

    def shown(self) -> list[dict[str, Any]]:
        """The notifications on the screen."""
        found: list[dict[str, Any]] = self.worker.evaluate(
            """async () => (await self.registration.getNotifications()).map((one) => ({
                title: one.title, body: one.body, tag: one.tag, lang: one.lang, silent: one.silent,
                data: one.data, at: one.timestamp }))"""
        )
        return found

    def shown_as(self, tag: str) -> list[dict[str, Any]]:
        return [one for one in self.shown() if one["tag"] == tag]

    def wait_for_shown(self, tag: str) -> dict[str, Any]:
        wait_until(lambda: bool(self.shown_as(tag)), 10, f"{tag} is shown")
        return self.shown_as(tag)[0]

    def click(self, tag: str) -> None:
        self.worker.evaluate(
            """async (tag) => {
                const [notification] = await self.registration.getNotifications({ tag });
                self.dispatchEvent(new NotificationEvent('notificationclick', { notification }));
            }""",
            tag,
        )


@pytest.fixture
def phone_of(
    house: ServerProcess, beside: Beside, contexts: Callable[..., BrowserContext]
) -> Callable[..., Mine]:
    def open_one(resident: Resident, path: str = "/moi/notifications") -> Mine:
        context = contexts()
        context.grant_permissions(["notifications"], origin=house.origin)
        phone = beside.service.phone()
        context.add_init_script(STUB % json.dumps(phone.subscription))
        sign_in(context, house, resident)
        page = context.new_page()
        browser = Mine(context, page, phone, beside)
        page.goto(house.origin + path)
        return browser

    return open_one


def turn_on(browser: Mine) -> None:
    browser.page.get_by_role("button", name="Activer").click()
    expect(browser.page.get_by_text("Cet appareil sonne.")).to_be_visible()


def test_a_trial_is_shown_and_receipted(camille: Resident, phone_of: Callable[..., Mine]) -> None:
    mine = phone_of(camille)
    turn_on(mine)
    mine.page.get_by_role("button", name=re.compile("^Essayer")).click()
    expect(mine.page.get_by_text("Essai : remis au service du navigateur")).to_be_visible()
    mine.deliver(mine.next_message(0))
    assert mine.wait_for_shown("test")["title"] == "Palier sonne ici"
    expect(mine.page.get_by_text("Essai : affiché")).to_be_visible()
    mine.page.get_by_role("button", name="Désactiver").click()
    expect(mine.page.get_by_text("Cet appareil ne sonne pas.")).to_be_visible()
    expect(mine.page.get_by_text("Aucun appareil ne sonne encore.")).to_be_visible()


def test_an_alert_rings_in_french_and_a_click_opens_it(
    camille: Resident, nadia: Resident, phone_of: Callable[..., Mine], open_as: Open
) -> None:
    mine = phone_of(camille)
    turn_on(mine)
    # Not on an alert already: the click must bring us there.
    other = open_as(nadia, "/alerter/help_needed")
    other.goto(other.url.replace("help_needed", "lost_cat"))
    other.get_by_label("Son nom").fill("Moustache")
    other.get_by_role("button", name="Vérifier").click()
    other.get_by_role("button", name=re.compile("^Prévenir")).click()
    expect(other.get_by_text("C’est parti.").first).to_be_visible()

    message = mine.next_message(0)
    mine.deliver(message)
    shown = mine.wait_for_shown(message.notification["tag"])
    assert shown["title"] == "Chat perdu\u00a0: Moustache a disparu"
    assert shown["lang"] == "fr"
    # Twice from the network is once on the screen.
    mine.deliver(message)
    wait_until(lambda: mine.shown_as(shown["tag"]) != [shown], 10, "the second one came")
    (again,) = mine.shown_as(shown["tag"])
    assert again == shown | {"silent": True, "at": again["at"]}

    mine.click(shown["tag"])
    mine.page.wait_for_url("**/alertes/*")
    expect(mine.page.locator("#titre")).to_have_text("Moustache a disparu")
    mine.page.get_by_role("link", name="Pourquoi ai-je reçu ceci").click()
    expect(mine.page.get_by_text("Chat perdu, zone de 500 m qui couvre votre rue")).to_be_visible()
    expect(mine.page.get_by_text("hors de vos heures calmes.")).to_be_visible()

    other.get_by_role("link", name="Voir l’alerte").click()
    expect(other.get_by_text(re.compile("^Les téléphones ont sonné en"))).to_be_visible()


def test_a_message_that_cannot_be_read_still_shows_something(
    camille: Resident, phone_of: Callable[..., Mine]
) -> None:
    mine = phone_of(camille)
    turn_on(mine)
    mine.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    mine.deliver(b"not what we send")
    assert mine.wait_for_shown("palier")["title"] == "Palier"
    evil = {"notification": {"title": "x", "tag": "evil", "data": {"path": "//evil.example/a"}}}
    mine.deliver(json.dumps(evil).encode())
    mine.wait_for_shown("evil")
    mine.click("evil")
    mine.page.wait_for_url(re.compile(r"127\.0\.0\.1:\d+/(rue)?$"))


def test_we_ask_only_after_something_was_said(
    camille: Resident, house: ServerProcess, beside: Beside, contexts: Any
) -> None:
    context = contexts()
    context.add_init_script(STUB % json.dumps(beside.service.phone().subscription))
    # The browser would ask; here it was not asked yet.
    context.add_init_script(
        "Object.defineProperty(Notification, 'permission', { get: () => 'default' });"
    )
    sign_in(context, house, camille)
    page = context.new_page()
    page.goto(house.origin + "/rue")
    sheet = page.get_by_role("dialog")
    expect(page.get_by_role("textbox", name="Écrire à la rue")).to_be_visible()
    expect(sheet).to_have_count(0)
    write(page, "Écrire à la rue", "Bonjour à tous")
    expect(sheet).to_contain_text("Vous prévenir si un animal se perd ou s’il y a un danger")
    settle(page)
    assert violations(page) == []
    sheet.get_by_role("button", name="Plus tard").click()
    expect(sheet).to_have_count(0)
    page.reload()
    write(page, "Écrire à la rue", "Encore moi")
    expect(card(page, "Encore moi").get_by_role("link", name="Répondre")).to_be_visible()
    expect(sheet).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/moi/notifications", "/installer"])
def test_the_screens_of_notifications_have_no_barrier(
    nadia: Resident, open_as: Open, path: str, theme: str
) -> None:
    page = open_as(nadia, path, color_scheme=theme)
    if path == "/moi/notifications":
        expect(page.get_by_role("heading", name="Heures calmes")).to_be_visible()
        for summary in page.locator("summary").all()[:2]:
            summary.click()
    else:
        expect(page.get_by_text("Touchez Partager")).to_be_visible()
    settle(page)
    assert violations(page) == []


def test_quiet_hours_are_kept(nadia: Resident, open_as: Open) -> None:
    page = open_as(nadia, "/moi/notifications")
    night = page.get_by_label("Silence la nuit")
    expect(night).to_be_visible()
    night.check()
    page.get_by_label("De", exact=True).fill("21:30")
    expect(page.get_by_text("Enregistré.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("De", exact=True)).to_have_value("21:30")
    page.get_by_role("button", name="1 heure").click()
    expect(page.get_by_text("Silence jusqu’à")).to_be_visible()
    page.locator("summary", has_text="Chat perdu").click()
    page.get_by_label("Plus loin").first.select_option("off")
    expect(page.get_by_text("Enregistré.")).to_be_visible()

"""A page whose question was lost, or refused for now, asks again and says nothing false."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Page, WebSocket, WebSocketRoute, expect

from tests.browser.alerting import raised
from tests.browser.among import befriend
from tests.browser.conftest import Open
from tests.support.app import Resident, ServerProcess
from tests.support.clients import new_key
from tests.support.processes import wait_until

SLOWLY = {"ok": False, "code": "rate", "message": "Doucement", "retry_after": 1}


def instead(page: Page, command: str, answer: dict[str, Any] | None, *, times: int = 1) -> None:
    """The first `times` the page asks this it hears `answer`; None: the line breaks."""
    heard: list[str] = []

    def between(line: WebSocketRoute) -> None:
        server = line.connect_to_server()

        def up(packet: str | bytes) -> None:
            asked = re.match(rf'42(\d+)\["{re.escape(command)}"', str(packet))
            if asked is None or len(heard) == times:
                server.send(packet)
                return
            heard.append(command)
            if answer is None:
                server.close()
                line.close()
            else:
                line.send(f"43{asked[1]}[{json.dumps(answer)}]")

        line.on_message(up)

    page.route_web_socket(re.compile("/socket.io/"), between)


def test_an_alert_can_be_answered_after_a_cut(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    alert = raised(house, camille, "road", "Un trou devant le lavoir")
    page = open_as(nadia)
    for answer in (None, SLOWLY):
        instead(page, "alert.open", answer)
        page.goto(f"{house.origin}/alertes/{alert}")
        expect(page.get_by_role("link", name="Répondre")).to_be_visible()
        expect(page.get_by_text("n’est plus là")).to_have_count(0)


def test_a_preview_that_had_to_wait_lets_the_alert_go(
    house: ServerProcess, camille: Resident, open_as: Open
) -> None:
    page = open_as(camille)
    instead(page, "alert.preview", SLOWLY)
    page.goto(f"{house.origin}/alerter/road")
    page.get_by_label("En quelques mots").fill("Un autre trou")
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_role("alert").filter(has_text="Doucement")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Prévenir"))).to_be_enabled()
    expect(page.get_by_role("alert").filter(has_text="Doucement")).to_have_count(0)


def test_settings_of_notifications_that_had_to_wait_come(
    house: ServerProcess, camille: Resident, open_as: Open
) -> None:
    page = open_as(camille)
    instead(page, "prefs.get", SLOWLY, times=2)  # every visit asks it once, this page besides
    page.goto(f"{house.origin}/moi/notifications")
    expect(page.get_by_role("heading", name="Heures calmes")).to_be_visible()


def test_a_conversation_that_had_to_wait_is_not_called_gone(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    topic = befriend(house, camille, nadia)
    page = open_as(camille, "/regles")
    instead(page, "history", SLOWLY, times=2)
    page.goto(f"{house.origin}/messages/{topic}")
    expect(page.get_by_role("log").get_by_text("Bonjour !")).to_be_visible()
    expect(page.get_by_text("n’est plus là")).to_have_count(0)


def test_an_unknown_conversation_is_asked_for_once(
    house: ServerProcess, nadia: Resident, open_as: Open
) -> None:
    page = open_as(nadia, "/regles")
    packets: list[str] = []

    def listen(line: WebSocket) -> None:
        line.on("framesent", lambda packet: packets.append(str(packet)))

    page.on("websocket", listen)
    page.goto(f"{house.origin}/rue/{new_key()}")
    expect(page.get_by_text("Cette conversation n’est plus là.")).to_be_visible()
    after = '["prefs.get"'  # asked once the sync is done
    wait_until(lambda: any(after in packet for packet in packets), 15, "all is asked")
    assert len([packet for packet in packets if '["history"' in packet]) == 1

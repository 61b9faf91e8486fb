"""Words stay words, and the page asks nobody but its own server."""

from __future__ import annotations

from playwright.sync_api import Dialog, Request, expect

from tests.browser.alerting import raised
from tests.browser.conftest import STREET, Open, card, write
from tests.support.app import ROOT, Resident, ServerProcess

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<a href='javascript:alert(1)'>ici</a>",
    "{@html '<img src=x onerror=alert(1)>'}",
    "${alert(1)} {{constructor.constructor('alert(1)')()}}",
    "<style>*{display:none}</style>",
    "</textarea><script>alert(1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202e texte à l’envers \u2066 caché",
    "<form action=//mechant.example><input name=q>",
    "<meta http-equiv=refresh content='0;url=//mechant.example'>",
    "<base href=//mechant.example>",
    "<link rel=stylesheet href=//mechant.example>",
    "data:text/html,<script>alert(1)</script>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "'-alert(1)-' \"onfocus=alert(1) autofocus=\"",
    "https://mechant.example/piege et www.mechant.example",
]  # fmt: skip


def test_hostile_words_are_shown_as_words(
    camille: Resident, nadia: Resident, open_as: Open
) -> None:
    one, other = open_as(camille), open_as(nadia)
    dialogs: list[str] = []

    def refuse(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    other.on("dialog", refuse)
    other.evaluate(
        "addEventListener('securitypolicyviolation', (one) => console.error(one.violatedDirective))"
    )
    write(one, STREET, "Le corpus")
    for page in (one, other):
        card(page, "Le corpus").get_by_role("link", name="Répondre").click()
    for words in HOSTILE:
        write(one, "Répondre", words)
        expect(other.get_by_role("log").get_by_text(words, exact=True)).to_have_count(1)
    # Each bubble holds one element, its words, and that holds text alone.
    assert other.locator(".bubble * *").count() == 0
    assert dialogs == []


def test_no_request_leaves_the_house(
    house: ServerProcess, camille: Resident, open_as: Open
) -> None:
    page = open_as(camille)
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.on("websocket", lambda socket: asked.append(socket.url.replace("ws://", "http://")))
    alert = raised(house, camille, "road", "Un pavé manque")
    for path in [
        "/rue",
        "/voisinage",
        "/rester",
        "/autour",
        "/alerter",
        "/moi",
        "/voisins",
        "/messages",
    ]:
        page.goto(house.origin + path)
        expect(page.locator("h1")).to_be_visible()
    for path in ["/autour/carte", f"/alertes/{alert}"]:
        page.goto(house.origin + path)
        expect(page.locator("canvas").first).to_be_visible()
    assert asked
    assert [url for url in asked if not url.startswith((house.origin + "/", "blob:"))] == []


def test_no_address_of_another_host_is_built_in() -> None:
    built = ROOT / "web_client" / "dist"
    for file in [*built.rglob("*.js"), *built.rglob("*.css"), *built.rglob("*.html")]:
        text = file.read_text(encoding="utf-8")
        for piece in text.split("src=")[1:] + text.split("url(")[1:]:
            assert not piece.lstrip("\"'(").startswith(("http", "//")), file.name
        assert "googleapis" not in text

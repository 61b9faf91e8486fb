"""The first load is small and quick, nothing shifts, and a long conversation scrolls smoothly."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, expect

from realtime.ids import new_ulid
from tests.browser.conftest import Open, in_a_thread, sign_in
from tests.support.app import ROOT, Resident, ServerProcess
from tests.support.clients import Client

FIRST_LOAD_BYTES = 80 * 1024
LONG = 1_000


def test_the_scripts_of_the_first_load_are_small() -> None:
    built = ROOT / "web_client" / "dist"
    page = (built / "index.html").read_text(encoding="utf-8")
    scripts = set(re.findall(r'(?:src|href)="/(assets/[^"]+\.js)"', page))
    assert scripts
    sizes = {name: len(gzip.compress((built / name).read_bytes(), 9)) for name in scripts}
    assert sum(sizes.values()) <= FIRST_LOAD_BYTES, sizes


def test_no_source_of_an_inline_style_or_handler_is_built_in() -> None:
    page = (ROOT / "web_client" / "dist" / "index.html").read_text(encoding="utf-8")
    assert re.search(r"\sstyle=|\son[a-z]+=", page) is None
    assert all('nonce="__NONCE__"' in tag for tag in re.findall(r"<script[^>]*>", page))


# Scrolls to the top and waits until older answers pushed the reader's row down, or nothing comes.
UP = """() => new Promise((done) => {
    const box = document.querySelector("[data-scroller]");
    const until = performance.now() + 1500;
    box.scrollTop = 0;
    const look = () => {
        if (box.scrollTop > 600 || performance.now() > until) done();
        else setTimeout(look, 16);
    };
    setTimeout(look, 16);
})"""
# The distance of a row in sight from the top of the window.
FIRST_ROW = """() => {
    const rows = [...document.querySelectorAll("[data-row]")];
    return rows.find((one) => one.getBoundingClientRect().top > 200).getBoundingClientRect().top;
}"""


async def say(house: ServerProcess, resident: Resident, *posts: dict[str, str]) -> str:
    """Posts them; the id of the first."""
    client = await Client(house.origin, resident.token).connect()
    ids: list[str] = []
    for post in posts:
        home = {"home": client.me["home"]} if "to" in post else {}
        key = new_ulid(datetime.now(UTC))
        ack = await client.command("message.post", {"key": key, **home, **post})
        ids.append(str(ack["message"]["id"]))
    await client.close()
    return ids[0]


def fill(house: ServerProcess, resident: Resident, answers: int) -> str:
    """A conversation with this many answers; its opening's id."""
    opening = in_a_thread(lambda: say(house, resident, {"to": "street", "text": "Le long fil"}))
    posts = [{"reply_to": opening, "text": f"réponse {one + 1}"} for one in range(answers)]
    in_a_thread(lambda: say(house, resident, *posts))
    return opening


@pytest.mark.timeout(150)
def test_a_long_conversation_keeps_the_readers_place_and_builds_few_rows(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    opening = fill(house, nadia, LONG)
    page = open_as(camille, f"/rue/{opening}")
    expect(page.get_by_role("log").get_by_role("article").first).to_be_visible()
    page.evaluate("document.querySelector('[data-scroller]').scrollTop = 1e9")
    expect(page.get_by_text(f"réponse {LONG}", exact=True)).to_be_visible()
    for _ in range(LONG // 50 + 5):
        page.evaluate(UP)
    expect(page.get_by_text("réponse 1", exact=True)).to_be_visible()
    assert page.locator("[data-row]").count() < 80
    page.evaluate("document.querySelector('[data-scroller]').scrollTop = 20000")
    expect(page.get_by_text("réponse 1", exact=True)).to_have_count(0)
    before = page.evaluate(FIRST_ROW)
    asked = {"reply_to": opening, "text": "Une de plus"}
    in_a_thread(lambda: say(house, nadia, asked))
    expect(page.get_by_role("button", name="1 nouveau message")).to_be_visible()
    assert page.evaluate(FIRST_ROW) == pytest.approx(before, abs=1)


# A promise of when the first conversation stands on the page, in ms since the navigation began.
FIRST_CARD = """window.firstCard = new Promise((done) => {
    new MutationObserver((_, watch) => {
        if (document.querySelector("main article.card") === null) return;
        watch.disconnect();
        requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
    }).observe(document, { childList: true, subtree: true });
});"""
FIRST_CARD_MS = 1_500


@pytest.mark.long  # what a machine without other work can say; docs/testing.md has it
@pytest.mark.timeout(150)
def test_the_first_conversation_is_there_within_a_second_and_a_half_on_a_slow_phone(
    house: ServerProcess,
    camille: Resident,
    nadia: Resident,
    contexts: Callable[..., BrowserContext],
) -> None:
    posts = [{"to": "street", "text": f"Conversation {one}"} for one in range(12)]
    in_a_thread(lambda: say(house, nadia, *posts))
    took = []
    # The machine has other work too: the quickest of five first visits says what the client can.
    for _ in range(5):
        context = contexts()
        sign_in(context, house, camille)
        context.add_init_script(FIRST_CARD)
        page = context.new_page()
        line = context.new_cdp_session(page)
        line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.goto(f"{house.origin}/rue")
        expect(page.get_by_role("main").get_by_role("article").first).to_be_visible()
        took.append(page.evaluate("window.firstCard"))
        context.close()  # one that goes on working would slow down the next
        if took[-1] <= FIRST_CARD_MS:
            break
    assert min(took) <= FIRST_CARD_MS, took

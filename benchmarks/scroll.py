"""A chat of 10,000 messages in the browser: frame times while it is scrolled, and what it keeps.

    python -m benchmarks.scroll [--messages 10000] [--throttle 4] [--chromium chromium]

Debian's Chromium, a phone of 360 × 740, its CPU slowed down by `--throttle`. The reader opens the
conversation, scrolls up to its first message (older pages come from the server meanwhile), then
down again. A frame's time is the distance of two `requestAnimationFrame` calls.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import CDPSession, Page, async_playwright

from benchmarks.measures import in_milliseconds, machine, percentile
from tests.support.app import Resident, ServerProcess
from tests.support.clients import Client

CELL = "gbwc9z1"
WRITERS = 20
WHEEL_PX = 900
WHEEL_SECONDS = 0.1
# So many turns of the wheel without a new position: the end is reached.
STILL = 25
RECORD = """() => {
    window.frames_ms = []; window.most_rows = 0;
    let last = performance.now();
    const frame = (now) => {
        window.frames_ms.push(now - last); last = now;
        const rows = document.querySelectorAll("[data-row]").length;
        window.most_rows = Math.max(window.most_rows, rows);
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
}"""
TAKE = "() => { const taken = window.frames_ms; window.frames_ms = []; return taken; }"
AT = "() => document.querySelector('[data-scroller]').scrollTop"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scroll", description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--throttle", type=float, default=4.0)
    parser.add_argument("--chromium", default=os.environ.get("PALIER_CHROMIUM", "chromium"))
    asked = parser.parse_args()
    print(f"{machine()}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="palier-") as folder:
        server = ServerProcess(Path(folder))
        residents = server.demo(WRITERS + 1, cell=CELL)
        server.start(ready_within=60)
        try:
            asyncio.run(measure(server, residents, asked))
        finally:
            server.stop(30)


async def measure(server: ServerProcess, residents: list[Resident], asked: Any) -> None:
    reader, *writers = residents
    opening = await fill(server.origin, writers, asked.messages)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which(asked.chromium), args=["--no-sandbox"]
        )
        context = await browser.new_context(
            viewport={"width": 360, "height": 740}, has_touch=True, locale="fr-FR"
        )
        cookie = {"name": "sid", "value": reader.token, "url": server.origin}
        await context.add_cookies([cookie])  # type: ignore[list-item]  # Playwright's own shape
        page = await context.new_page()
        line = await context.new_cdp_session(page)
        await page.goto(f"{server.origin}/rue/{opening}")
        await page.locator("[data-row]").first.wait_for(timeout=30_000)
        await line.send("Emulation.setCPUThrottlingRate", {"rate": asked.throttle})
        await page.evaluate(RECORD)
        print(f"  opened: {await kept(page, line)}")
        for name, step in (("up to the first", -WHEEL_PX), ("down to the last", WHEEL_PX)):
            frames = await scroll(page, step)
            print(f"  {name:16} {in_words(frames)}")
            print(f"  {'':16} {await kept(page, line)}", flush=True)
        await browser.close()


async def fill(origin: str, writers: list[Resident], messages: int) -> str:
    """A conversation of so many messages, the last of them marked; the opening's id."""
    clients = [await Client(origin, writer.token).connect() for writer in writers]
    opening: str = (await clients[0].post("street", "Le long fil", home=clients[0].me["home"]))[
        "id"
    ]
    share = (messages - 1) // len(clients)

    async def write(client: Client) -> None:
        for number in range(share):
            await client.reply(
                opening, f"Réponse {number}, {'comme on parle entre voisins ' * (number % 4)}"
            )

    await asyncio.gather(*map(write, clients))
    for client in clients:
        await client.close()
    return opening


async def scroll(page: Page, step: int) -> list[float]:
    """Frame times in seconds until the list moves no more."""
    await page.mouse.move(180, 370)
    await page.evaluate(TAKE)
    frames: list[float] = []
    still, before = 0, await page.evaluate(AT)
    while still < STILL:
        await page.mouse.wheel(0, step)
        await asyncio.sleep(WHEEL_SECONDS)
        now = await page.evaluate(AT)
        still, before = (still + 1, now) if now == before else (0, now)
        if not still:
            frames += await page.evaluate(TAKE)
    return [frame / 1e3 for frame in frames]


def in_words(frames: list[float]) -> str:
    slow = sum(frame > 0.05 for frame in frames) / max(1, len(frames))
    rate = 1 / max(1e-9, percentile(frames, 0.5))
    return (
        f"{len(frames)} frames, {in_milliseconds(frames)} ms, longest {max(frames) * 1e3:.0f} ms, "
        f"{rate:.0f} a second, {slow:.2%} over 50 ms"
    )


async def kept(page: Page, line: CDPSession) -> str:
    """What the page holds after a collection of garbage."""
    await line.send("HeapProfiler.collectGarbage")
    usage = await line.send("Runtime.getHeapUsage")
    nodes = await line.send("Memory.getDOMCounters")
    rows = await page.evaluate("window.most_rows ?? 0")
    return f"heap {usage['usedSize'] / 2**20:.1f} MB, {nodes['nodes']} nodes, {rows} rows at most"


if __name__ == "__main__":
    main()

"""Lighthouse over the built client, signed out and signed in: `python -m tests.browser.lighthouse`.

Needs the npm registry (npx fetches Lighthouse) and Debian's Chromium. Prints one line a page, as a
row for docs/testing.md, and ends with 1 when performance or accessibility is under 95.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, expect, sync_playwright

from tests.browser.conftest import HERE, STREET, card, sign_in, write
from tests.support.app import ServerProcess
from tests.support.processes import Process, free_port, scratch, wait_until

LIGHTHOUSE = "lighthouse@13.5.0"
LEAST = 95
# The middle one counts, as its makers advise.
RUNS = 3
CATEGORIES = ("performance", "accessibility", "best-practices")
SIGNED_IN = ("/rue", "/autour", "/alerter")
SANDBOX = [] if os.geteuid() else ["--no-sandbox"]


def measure(url: str, port: int, folder: Path) -> Mapping[str, Any]:
    """One run with Lighthouse's own phone: slow 4G and a CPU four times slower, simulated."""
    report = folder / "report.json"
    asked = ["npx", "--yes", LIGHTHOUSE, url, f"--port={port}", "--quiet", "--output=json"]
    asked += [f"--output-path={report}", f"--only-categories={','.join(CATEGORIES)}"]
    subprocess.run([*asked, "--disable-storage-reset"], check=True, timeout=180, cwd=folder)
    told: Mapping[str, Any] = json.loads(report.read_text("utf-8"))
    return told


def furnish(context: BrowserContext, house: ServerProcess) -> None:
    """Somebody's street, with a few conversations."""
    sign_in(context, house, house.demo(1, cell=HERE, seed=3)[0])
    # The profile is opened again, by the browser that is measured.
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).timestamp()
    (sid,) = context.cookies()
    at = {"name": sid["name"], "value": sid["value"], "url": house.origin, "expires": tomorrow}
    context.add_cookies([at])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(house.origin + "/rue")
    # The offer to ring would lie over the page.
    page.evaluate("localStorage['palier-push-later'] = String(Date.now())")
    for number in range(4):
        write(page, STREET, f"Bonjour la rue, voici la conversation numéro {number + 1}.")
        expect(card(page, f"numéro {number + 1}")).to_be_visible(timeout=15_000)
    page.close()


def row(path: str, who: str, told: Mapping[str, Any]) -> tuple[str, bool]:
    score = {name: round(100 * told["categories"][name]["score"]) for name in CATEGORIES}
    audits = told["audits"]
    paint = audits["largest-contentful-paint"]["displayValue"]
    shift = audits["cumulative-layout-shift"]["displayValue"]
    block = audits["total-blocking-time"]["displayValue"]
    scores = " | ".join(str(score[name]) for name in CATEGORIES)
    good = score["performance"] >= LEAST and score["accessibility"] >= LEAST
    return f"| `{path}` {who} | {scores} | {paint} | {block} | {shift} |", good


@contextmanager
def browser(chromium: str, profile: Path, port: int) -> Iterator[None]:
    """Nobody but Lighthouse is attached: what Playwright brings into a page is no part of ours."""
    argv = [chromium, "--headless=new", "--no-first-run", "--disable-background-networking"]
    argv += ["--disable-component-update", "--disable-sync", "--accept-lang=fr-FR", *SANDBOX]
    argv += [f"--user-data-dir={profile}", f"--remote-debugging-port={port}", "about:blank"]
    process = Process(argv, profile / "chromium.log")
    try:
        wait_until(lambda: answers(port), 30, "Chromium answers")
        yield
    finally:
        process.stop()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/version", timeout=1):
            return True
    except OSError:
        return False


def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or ""
    port = free_port()
    verdicts = []
    print(f"{datetime.now(UTC):%d %B %Y}, {LIGHTHOUSE}")
    with scratch() as folder, ServerProcess(folder, settings={"PALIER_EXAMPLE": "auto"}) as house:

        def look(paths: Sequence[str], who: str, profile: Path) -> None:
            with browser(chromium, profile, port):
                for path in paths:
                    runs = [measure(house.origin + path, port, folder) for _ in range(RUNS)]
                    runs.sort(key=lambda told: float(told["categories"]["performance"]["score"]))
                    line, good = row(path, who, runs[RUNS // 2])
                    print(line, flush=True)
                    verdicts.append(good)

        (folder / "nobody").mkdir()
        look(["/"], "signed out", folder / "nobody")
        with sync_playwright() as play:
            context = play.chromium.launch_persistent_context(
                folder / "member", executable_path=chromium, args=SANDBOX, locale="fr-FR"
            )
            furnish(context, house)
            context.close()
        look(SIGNED_IN, "signed in", folder / "member")
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())

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
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, expect, sync_playwright

from tests.browser.conftest import HERE, STREET, card, sign_in, write
from tests.support.app import ServerProcess
from tests.support.processes import free_port, scratch

LIGHTHOUSE = "lighthouse@13.5.0"
LEAST = 95
CATEGORIES = ("performance", "accessibility", "best-practices")
PAGES = {"/": "signed out", "/rue": "signed in", "/autour": "signed in", "/alerter": "signed in"}


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
    # The offer to ring would lie over the page.
    context.add_init_script("localStorage['palier-push-later'] ??= String(Date.now())")
    page = context.new_page()
    page.goto(house.origin + "/rue")
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


def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    port = free_port()
    arguments = [f"--remote-debugging-port={port}", *(["--no-sandbox"] if not os.geteuid() else [])]
    verdicts = []
    print(f"{datetime.now(UTC):%d %B %Y}, {LIGHTHOUSE}")
    with (
        scratch() as folder,
        ServerProcess(folder, settings={"PALIER_EXAMPLE": "auto"}) as house,
        sync_playwright() as play,
    ):
        context = play.chromium.launch_persistent_context(
            folder / "profile", executable_path=chromium, args=arguments, locale="fr-FR"
        )
        for path, who in PAGES.items():
            if who == "signed in" and not context.cookies():
                furnish(context, house)
            line, good = row(path, who, measure(house.origin + path, port, folder))
            print(line, flush=True)
            verdicts.append(good)
        context.close()
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())

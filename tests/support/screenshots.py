"""Take the README's pictures anew: `python -m tests.support.screenshots`.

A real server, a street of invented neighbours, Debian's Chromium.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from realtime.geo.cells import cell_at
from tests.support.app import ROOT, Resident, ServerProcess
from tests.support.clients import Client
from tests.support.processes import scratch

IMAGES = ROOT / "docs" / "images"
HERE = cell_at(-1.6846, 48.1336)
# Who says what: an opening, then its answers.
TALK = [
    ("street", "Bonjour, je viens d’emménager au coin de la rue. Ravie de vous rencontrer !", []),
    (
        "neighbourhood",
        "Le marché de samedi se tient sur la place malgré les travaux.",
        ["Merci, je n’étais pas sûr.", "Le fromager sera là aussi."],
    ),
    (
        "street",
        "Quelqu’un aurait une échelle de trois mètres, juste pour samedi matin ?",
        ["J’en ai une dans la cour, passez quand vous voulez.", "Et moi un diable, au besoin."],
    ),
    ("street", "Une clé avec un ruban bleu, trouvée devant le 12. Je la garde au chaud.", []),
]
SIZES = {"phone": (360, 740), "wide": (1280, 800)}


async def talk(origin: str, residents: list[Resident]) -> None:
    for number, (room, opening, answers) in enumerate(TALK):
        async with Client(origin, residents[number].token) as author:
            message = await author.post(room, opening)
        for answering, answer in enumerate(answers, start=number + 1):
            async with Client(origin, residents[answering].token) as neighbour:
                await neighbour.reply(message["id"], answer)


def take(browser: Browser, origin: str, resident: Resident, name: str, scheme: str) -> None:
    width, height = SIZES[name]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=2 if name == "phone" else 1,
        color_scheme="dark" if scheme == "dark" else "light",
        locale="fr-FR",
        timezone_id="Europe/Paris",
    )
    context.add_cookies([{"name": "sid", "value": resident.token, "url": origin}])
    page = context.new_page()
    page.goto(f"{origin}/rue")
    page.get_by_text("ruban bleu").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"street-{name}-{scheme}.png")
    context.close()


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with scratch() as directory:
        settings = {"PALIER_EXAMPLE": "auto"}
        with ServerProcess(Path(directory), settings=settings) as server:
            residents = server.demo(8, cell=HERE, seed=7)
            asyncio.run(talk(server.origin, residents))
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=shutil.which(os.environ.get("PALIER_CHROMIUM", "chromium")),
                    args=["--no-sandbox"] if os.geteuid() == 0 else [],
                )
                for name, scheme in (("phone", "light"), ("phone", "dark"), ("wide", "light")):
                    take(browser, server.origin, residents[6], name, scheme)
                browser.close()


if __name__ == "__main__":
    main()

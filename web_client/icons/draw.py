"""Draws the PNG icons from public/icon.svg, with the Chromium that the browser tests use.

.venv/bin/python web_client/icons/draw.py
"""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import sync_playwright

PUBLIC = Path(__file__).parents[1] / "public"
# iOS rounds the corners itself and Android cuts a circle: both get a square with room around.
ICONS = {
    "icon-180": (180, 0.86),
    "icon-192": (192, 1),
    "icon-512": (512, 1),
    "icon-mask-512": (512, 0.7),
}


def main() -> None:
    drawing = (PUBLIC / "icon.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        page = chromium.new_page()
        for name, (size, scale) in ICONS.items():
            page.set_viewport_size({"width": size, "height": size})
            ground = "transparent" if scale == 1 else "#17594A"
            page.set_content(
                "<style>body { margin: 0; display: grid; place-items: center; height: 100vh; "
                f"background: {ground} }} svg {{ width: {scale * 100}vw }}</style>{drawing}"
            )
            page.screenshot(path=PUBLIC / f"{name}.png", omit_background=True)
        chromium.close()


if __name__ == "__main__":
    main()

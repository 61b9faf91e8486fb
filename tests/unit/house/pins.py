"""The pinned versions, read from the files that pin them."""

from __future__ import annotations

import json
import re
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[3]
REQUIREMENTS = ["requirements.txt", "requirements-dev.txt", "requirements-setup.txt"]
PACKAGE_LOCK = ROOT / "web_client" / "package-lock.json"


def python_pins(file: str) -> dict[str, Version]:
    """Normalised name → version."""
    text = (ROOT / file).read_text(encoding="utf-8")
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE)
    return {canonicalize_name(name): Version(version) for name, version in found}


def javascript_pins() -> dict[str, list[Version]]:
    """Name → every version of it in the tree."""
    pins: dict[str, list[Version]] = {}
    packages = json.loads(PACKAGE_LOCK.read_text(encoding="utf-8"))["packages"]
    for path, package in packages.items():
        if path and re.fullmatch(r"\d+\.\d+\.\d+", package.get("version", "")):
            name = path.rpartition("node_modules/")[2]
            pins.setdefault(name, []).append(Version(package["version"]))
    return pins

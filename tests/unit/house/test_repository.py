"""What is committed says nothing of the machine it was written on, and is pinned to the byte."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.unit.house.pins import PACKAGE_LOCK, REQUIREMENTS, ROOT, python_pins

# Written in pieces, so that this file does not hold what it looks for.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("registry", "npmmirror", "com"),
        ("files", "pythonhosted", "org"),
        ("test", "pypi", "org"),
    )
]
MACHINE_PATHS = re.compile("|".join(f"(?<![\\w.])/{top}/" for top in ("work", "root", "farm")))


def files_of_the_project() -> list[Path]:
    """Tracked, and new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [ROOT / os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]
    return [path for path in paths if path.is_file()]


def texts() -> list[tuple[str, str]]:
    found = []
    for path in files_of_the_project():
        body = path.read_bytes()
        if b"\0" not in body[:8000]:
            found.append((str(path.relative_to(ROOT)), body.decode(errors="replace")))
    return found


def test_no_registry_is_named() -> None:
    assert [(n, host) for n, text in texts() for host in REGISTRIES if host in text] == []


def test_no_path_of_a_machine_is_named() -> None:
    assert [name for name, text in texts() if MACHINE_PATHS.search(text)] == []


def test_no_lock_file_that_names_hosts_is_kept() -> None:
    assert not [path for path in files_of_the_project() if path.name == "uv.lock"]
    if PACKAGE_LOCK.exists():
        assert '"resolved"' not in PACKAGE_LOCK.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", REQUIREMENTS)
def test_every_requirement_is_pinned_with_hashes_and_without_addresses(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.replace("\\\n", " ").strip())

    assert "://" not in text
    assert [e[:60] for e in entries if not re.match(r"\S+==\S+ .*--hash=sha256:", e)] == []


@pytest.mark.parametrize(
    ("file", "groups"), [("requirements.txt", []), ("requirements-dev.txt", ["dev"])]
)
def test_the_pins_are_what_the_project_asks_for(file: str, groups: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = list(project["project"]["dependencies"])
    asked += [line for group in groups for line in project["dependency-groups"][group]]
    pins = python_pins(file)

    for requirement in map(Requirement, asked):
        version = pins[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{requirement} is pinned to {version}"


def test_the_pins_of_a_run_are_those_of_a_test() -> None:
    """Serving accepts the set-up of testing, so the one must be within the other."""
    run, dev = python_pins("requirements.txt"), python_pins("requirements-dev.txt")

    assert {name: version for name, version in run.items() if dev.get(name) != version} == {}


def test_no_large_file_is_kept() -> None:
    large = {
        str(path.relative_to(ROOT)): path.stat().st_size
        for path in files_of_the_project()
        if path.stat().st_size > 900 * 1024
    }
    assert large == {}


@pytest.mark.parametrize("command", ["serve", "test", "check", "setup"])
def test_every_command_can_be_run(command: str) -> None:
    assert os.access(ROOT / "bin" / command, os.X_OK)

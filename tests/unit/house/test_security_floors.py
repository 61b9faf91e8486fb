"""No dependency that takes input from strangers is older than its last known hole."""

from __future__ import annotations

import tomllib
from importlib import metadata

import pytest
from packaging.version import Version

from tests.unit.house.pins import PACKAGE_LOCK, ROOT, javascript_pins, python_pins

FLOORS = tomllib.loads((ROOT / "security-floors.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FLOORS["python"])
@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_a_pin_is_not_below_its_floor(file: str, name: str) -> None:
    floor = Version(FLOORS["python"][name]["at_least"])

    assert python_pins(file)[name] >= floor


@pytest.mark.parametrize("name", FLOORS["python"])
def test_what_runs_here_is_not_below_its_floor(name: str) -> None:
    assert Version(metadata.version(name)) >= Version(FLOORS["python"][name]["at_least"])


@pytest.mark.parametrize("entry", FLOORS["javascript"].values(), ids=lambda entry: entry["name"])
def test_a_package_of_the_web_client_is_not_below_its_floor(entry: dict[str, str]) -> None:
    assert PACKAGE_LOCK.exists()
    versions = javascript_pins()[entry["name"]]

    assert min(versions) >= Version(entry["at_least"])


def test_every_floor_says_what_it_closes() -> None:
    assert all(entry["closes"] for kind in FLOORS.values() for entry in kind.values())

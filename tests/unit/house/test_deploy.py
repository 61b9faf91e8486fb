"""The systemd units beside docs/deploy: a node finds a place to write."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

import pytest

from realtime.settings import Settings
from tests.support.app import ROOT

UNITS = sorted((ROOT / "docs/deploy").glob("*.service"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_data_directory_is_where_the_unit_may_write(unit: Path) -> None:
    parser = ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(unit.read_text("utf-8"))
    service = parser["Service"]
    name, _, folder = service["Environment"].partition("=")
    assert name.removeprefix("PALIER_").lower() in Settings.model_fields
    assert service["ProtectSystem"] == "strict"
    assert folder in service["ReadWritePaths"].split()
    # A folder that systemd makes, and gives to the user of the unit.
    assert folder == f"/var/lib/{service['StateDirectory']}"


def test_both_processes_have_a_unit() -> None:
    assert [unit.name for unit in UNITS] == ["palier-web@.service", "palier-worker@.service"]

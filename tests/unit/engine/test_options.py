"""Unsafe settings refuse to exist; admission judges addresses."""

from __future__ import annotations

from typing import Any

import pytest

from realtime.engine import EngineOptions
from realtime.engine.admission import network_of
from realtime.errors import BadSetting

GOOD: dict[str, Any] = {
    "origins": frozenset({"https://palier.example.org"}),
    "hosts": frozenset({"palier.example.org"}),
}


def test_exact_origins_and_hosts_are_accepted():
    assert EngineOptions(**GOOD).max_packet == 65_536


@pytest.mark.parametrize(
    "wrong",
    [
        {"origins": frozenset()},
        {"origins": frozenset({"*"})},
        {"origins": frozenset({""})},
        {"origins": frozenset({"null"})},
        {"origins": frozenset({"palier.example.org"})},
        {"origins": frozenset({"https://*.example.org"})},
        {"origins": frozenset({"https://palier.example.org/"})},
        {"origins": frozenset({"https://palier.example.org/path"})},
        {"hosts": frozenset()},
        {"hosts": frozenset({"*"})},
        {"ping_interval": 0},
    ],
)
def test_an_unsafe_setting_refuses_to_start(wrong: dict[str, Any]):
    with pytest.raises(BadSetting):
        EngineOptions(**{**GOOD, **wrong})


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::"),
        ("not an ip:", "not an ip:"),
    ],
)
def test_one_customer_counts_as_one_address(ip: str, network: str):
    assert network_of(ip) == network

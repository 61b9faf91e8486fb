"""The private names the fast path leans on, and what happens on the day one is gone."""

from __future__ import annotations

import pytest
from aiohttp.base_protocol import BaseProtocol
from structlog.testing import capture_logs

from realtime.engine.links import DirectLink, PlainLink, choose_link, missing_names
from tests.support.engine import engine_house


def test_this_aiohttp_has_every_private_name():
    assert missing_names() == []
    assert choose_link(direct=True) is DirectLink


def test_the_plain_path_can_be_asked_for():
    assert choose_link(direct=False) is PlainLink


async def test_without_a_name_the_engine_warns_once_and_works_by_public_methods(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.delattr(BaseProtocol, "_drain_helper")
    with capture_logs() as logs:
        async with engine_house() as house:
            wires = [await house.joined() for _ in range(3)]
            assert await wires[0].ack(1, "say", "Bonjour") == {"ok": True, "echo": "Bonjour"}
            assert [await wire.next() for wire in wires[1:]] == ['42["said","Bonjour"]'] * 2
    assert [(line["event"], line["missing"]) for line in logs] == [
        ("direct_writes_off", ["BaseProtocol._drain_helper"])
    ]

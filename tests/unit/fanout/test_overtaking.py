"""What may save a life does not wait behind chat; everything else takes its turn."""

from __future__ import annotations

import asyncio
from typing import cast

import orjson
import pytest

from realtime.engine import Frame, Socket
from realtime.fanout.local import Local
from realtime.fanout.rendering import Fields, Rendered

CROWD = 5_000


class Ear:
    """A socket that keeps the kinds it heard, and notes in `first` what was heard before all."""

    _transport = _protocol = None

    def __init__(self, first: list[str]) -> None:
        self.heard: list[str] = []
        self.first = first

    def send(self, frame: Frame) -> None:
        self.heard += [orjson.loads(packet[2:])[0] for packet in frame.packets]
        if not self.first:
            self.first += self.heard


@pytest.mark.parametrize(
    ("kind", "fields", "overtakes"),
    [
        ("alert.raised", {"alert": {"severity": "info"}}, True),
        ("alert.updated", {"alert": {"severity": "life"}}, True),
        ("alert.updated", {"alert": {"severity": "serious"}}, False),
        ("alert.updated", {}, False),
        ("announcement.published", {"announcement": {"level": "urgent"}}, True),
        ("announcement.published", {"announcement": {"level": "important"}}, False),
        ("message.posted", {"message": {"text": "Bonjour"}}, False),
    ],
)
async def test_what_may_save_a_life_overtakes_chat(
    kind: str, fields: Fields, overtakes: bool
) -> None:
    local = Local(on_gap=lambda topic: None)
    first: list[str] = []
    street = [Ear(first) for _ in range(CROWD)]
    for ear in street:
        local.follow(cast(Socket, ear), ["group:g"], {"group:g": ("e", 0)})
    neighbour = Ear(first)
    local.follow(cast(Socket, neighbour), ["area:gbwc9"], {"area:gbwc9": ("e", 0)})
    local.hear([told("group:g", "message.posted", {})])
    local.hear([told("area:gbwc9", kind, fields)])
    assert street[0].heard == neighbour.heard == []
    while not neighbour.heard:
        await asyncio.sleep(0)
    assert neighbour.heard == [kind]
    assert not all(ear.heard for ear in street)
    assert first == [kind if overtakes else "message.posted"]


def told(topic: str, kind: str, fields: Fields) -> Rendered:
    return Rendered(topic, "e", 1, kind, "id", orjson.dumps({"topic": topic}), fields)

"""What `account.changed` says after each act is what a fresh look says."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from tests.acceptance.conftest import Arrive
from tests.support.app import ServerProcess
from tests.support.clients import Client

Json = dict[str, Any]


def call(
    house: ServerProcess, method: str, path: str, token: str, body: Json | None = None
) -> Json:
    request = urllib.request.Request(
        house.origin + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        said = answer.read()
    told: Json = json.loads(said) if said else {}
    return told


def rename(house: ServerProcess, token: str, cell: str) -> None:
    call(house, "PATCH", "/api/me", token, {"display_name": "Autre Nom"})


def speak_english(house: ServerProcess, token: str, cell: str) -> None:
    call(house, "PATCH", "/api/me", token, {"language": "en"})


def move(house: ServerProcess, token: str, cell: str) -> None:
    """`demo` invents streets around the cell; the first door of one is as good as any."""
    house.demo(1, cell=cell, seed=7)
    street = call(house, "GET", "/api/addresses?q=1%20rue", token)["addresses"]
    call(house, "PUT", "/api/me/address", token, {"address_id": street[0]["id"]})


@pytest.mark.parametrize("act", [rename, speak_english, move])
async def test_the_event_says_what_a_fresh_look_says(
    house: ServerProcess,
    arrive: Arrive,
    cell: str,
    act: Callable[[ServerProcess, str, str], None],
) -> None:
    device = await arrive("Camille Le Goff")
    before = device.me

    await asyncio.to_thread(act, house, device.token, cell)

    await device.wait_for("account.changed")
    told = device.heard("account.changed")[-1]["me"]
    fresh = await asyncio.to_thread(call, house, "GET", "/api/me", device.token)
    async with Client(house.origin, device.token) as later:
        assert told == fresh["me"] == later.me
    assert told != before

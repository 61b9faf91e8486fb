"""What `account.changed` says after each act is what a fresh look says.

What is done over HTTP and at the command line, to a newcomer or a resident who listens meanwhile.
The end of a visit is no event: `me.visitor_until` says it beforehand (`test_standing.py`).
"""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest

from realtime.accounts.emails.store import add_link
from realtime.accounts.postcards.actions import list_sheets
from realtime.accounts.store import hash_of
from realtime.db import Tx, open_database
from realtime.ids import new_token
from tests.acceptance.conftest import Arrive
from tests.support.app import ServerProcess
from tests.support.canary import HERE
from tests.support.clients import Client, Json
from tests.support.doors import let_in
from tests.support.residents import member

T = TypeVar("T")


class Scene:
    """One device, its house, and who else is needed; all in a thread without a loop."""

    def __init__(self, house: ServerProcess, token: str, account: str, cell: str) -> None:
        self.house, self.token, self.account, self.cell = house, token, account, cell

    def call(self, method: str, path: str, body: Json | None = None, *, by: str = "") -> Json:
        request = urllib.request.Request(
            self.house.origin + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {by or self.token}",
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            said = answer.read()
        told: Json = json.loads(said) if said else {}
        return told

    def write(self, act: Callable[[Tx], T]) -> T:
        """Straight into the database, beside the server."""

        async def done() -> T:
            db = await asyncio.to_thread(open_database, self.house.database_url())
            try:
                return await db.write(act)
            finally:
                await db.close()

        return asyncio.run(done())

    def neighbours(self, count: int) -> list[tuple[str, str]]:
        """Residents of the cell: (account, token)."""
        people = [member(self.cell) for _ in range(count)]
        keyring = self.house.keyring()
        tokens = asyncio.run(let_in(self.house.database_url(), *people, keyring=keyring))
        return [(one.account, token) for one, token in zip(people, tokens, strict=True)]

    def ask_for_words(self) -> str:
        asked: str = self.call("POST", "/api/verification/vouch-requests")["id"]
        return asked


def rename(scene: Scene) -> None:
    scene.call("PATCH", "/api/me", {"display_name": "Autre Nom"})


def speak_english(scene: Scene) -> None:
    scene.call("PATCH", "/api/me", {"language": "en"})


def move(scene: Scene) -> None:
    """`demo` invents streets around the cell; the first door of one is as good as any."""
    scene.house.demo(1, cell=scene.cell, seed=7)
    street = scene.call("GET", "/api/addresses?q=1%20rue")["addresses"]
    scene.call("PUT", "/api/me/address", {"address_id": street[0]["id"]})


def redeem(scene: Scene) -> None:
    scene.call("POST", "/api/verification/postcard")
    keyring = scene.house.keyring()

    def export(tx: Tx) -> str:
        sheets, _ = list_sheets(tx, keyring, "", datetime.now(UTC), new_only=False)
        return next(sheet.code for sheet in sheets if sheet.account == scene.account)

    code = scene.write(export)
    scene.call("POST", "/api/verification/postcard/redeem", {"code": code})


def locate(scene: Scene) -> None:
    lon, lat = HERE
    here = {"lon": lon, "lat": lat, "accuracy": 20}
    scene.call("POST", "/api/verification/location", here)


def vouched_for(scene: Scene) -> None:
    asked = scene.ask_for_words()
    for _, token in scene.neighbours(2):
        scene.call("POST", "/api/vouches", {"request": asked}, by=token)


def taken_in(scene: Scene) -> None:
    asked = scene.ask_for_words()
    ((mate, token),) = scene.neighbours(1)

    def share_a_door(tx: Tx) -> None:
        tx.run(
            """UPDATE dwelling SET door = (SELECT door FROM dwelling WHERE account = :mate)
               WHERE account = :account""",
            mate=mate,
            account=scene.account,
        )

    scene.write(share_a_door)
    scene.call("POST", "/api/household/members", {"request": asked}, by=token)


def confirm_the_email(scene: Scene) -> None:
    """What the mail's link holds."""
    link, until = new_token(), datetime.now(UTC) + timedelta(hours=1)
    email = f"{scene.account}@example.org"
    scene.write(lambda tx: add_link(tx, hash_of(link), scene.account, "confirm", email, until))
    scene.call("POST", "/api/email/confirm", {"token": link})


def revoke(scene: Scene) -> None:
    scene.house.run("accounts", "revoke", scene.account)


def fall_with_a_voucher(scene: Scene) -> None:
    asked = scene.ask_for_words()
    people = scene.neighbours(2)
    for _, token in people:
        scene.call("POST", "/api/vouches", {"request": asked}, by=token)
    scene.house.run("accounts", "revoke", people[0][0])


RESIDENT = (rename, speak_english, move, confirm_the_email, revoke)
NEWCOMER = (redeem, locate, vouched_for, taken_in, fall_with_a_voucher)
# Told to the account's devices, and no part of `me`.
UNSEEN = (confirm_the_email,)
# How many times the account is told.
TIMES: dict[Callable[[Scene], None], int] = {vouched_for: 2, fall_with_a_voucher: 3}


@pytest.mark.parametrize("act", [*RESIDENT, *NEWCOMER])
async def test_the_event_says_what_a_fresh_look_says(
    house: ServerProcess, arrive: Arrive, cell: str, act: Callable[[Scene], None]
) -> None:
    device = await arrive("Camille Le Goff", level="none" if act in NEWCOMER else "postcard")
    scene = Scene(house, device.token, device.me["account"], cell)
    before = device.me

    await asyncio.to_thread(act, scene)

    times = TIMES.get(act, 1)
    await device.wait_until(
        lambda: len(device.heard("account.changed")) >= times, f"told {times} times"
    )
    told = device.heard("account.changed")[-1]["me"]
    fresh = await asyncio.to_thread(scene.call, "GET", "/api/me")
    async with Client(house.origin, device.token) as later:
        assert told == fresh["me"] == later.me
    assert (told == before) == (act in UNSEEN)

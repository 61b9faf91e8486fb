"""What another changed meanwhile stands: nobody writes back a member as read before."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import pytest

from realtime.accounts.homes.actions import dwelling_at
from realtime.accounts.homes.actions import settle as live
from realtime.accounts.location import prove
from realtime.accounts.sign_up import move_house, rename
from realtime.accounts.vouching.actions import revoke
from realtime.db import Database, Tx
from realtime.journal import Changed
from realtime.keyring import Keyring
from realtime.members.model import Member
from realtime.members.store import get_member
from realtime.places.model import Address
from tests.integration.accounts.conftest import PALIER, address
from tests.support.residents import BEGUN, RIGHTS, member, settle

HERE, ELSEWHERE = address(1), address(2, PALIER, "gbwc9z4")
VISIT = timedelta(hours=48)
NOW = BEGUN + timedelta(hours=1)


class Scene(NamedTuple):
    """`ada` is as she was read before anything happened."""

    db: Database
    keyring: Keyring
    ada: Member

    def move(self, tx: Tx, home: Address = ELSEWHERE) -> Changed[Member]:
        return move_house(tx, self.keyring, self.ada, RIGHTS, home, "", VISIT, NOW)

    def prove(self, tx: Tx) -> Changed[Member]:
        position = (HERE.lon, HERE.lat)
        return prove(tx, self.keyring, self.ada, RIGHTS, position, 20.0, None, NOW)

    def revoke(self, tx: Tx) -> Changed[list[str]]:
        return revoke(tx, self.ada, VISIT, NOW)

    async def found(self) -> Member:
        return await self.db.read(get_member, self.ada.account)


async def arrive(database: Database, keyring: Keyring, level: str) -> Scene:
    ada = member(HERE.cell, level=level)

    def write(tx: Tx) -> None:
        settle(tx, ada)
        live(tx, keyring, ada.account, dwelling_at(tx, keyring, HERE, ""), BEGUN)

    await database.write(write)
    return Scene(database, keyring, ada)


async def test_a_new_name_gives_nothing_back(database: Database, keyring: Keyring) -> None:
    scene = await arrive(database, keyring, "postcard")
    await database.write(scene.revoke)
    await database.write(rename, scene.ada, RIGHTS, "Ada Byron", "en", NOW)
    fallen = replace(scene.ada, level="none", verified_at=None, visitor_until=NOW)
    assert await scene.found() == replace(fallen, name="Ada Byron", language="en")


async def test_who_fell_earns_no_new_visit_by_moving(database: Database, keyring: Keyring) -> None:
    scene = await arrive(database, keyring, "postcard")
    await database.write(scene.revoke)
    await database.write(scene.move)
    found = await scene.found()
    assert (found.home_cell, found.status(NOW)) == (ELSEWHERE.cell, "expired")


async def test_who_moved_falls_where_they_live_now(database: Database, keyring: Keyring) -> None:
    scene = await arrive(database, keyring, "postcard")
    await database.write(scene.move)
    await database.write(scene.revoke)
    found = await scene.found()
    assert (found.home_cell, found.status(NOW)) == (ELSEWHERE.cell, "expired")


async def test_a_proof_leaves_the_new_home_and_name(database: Database, keyring: Keyring) -> None:
    scene = await arrive(database, keyring, "none")
    await database.write(scene.move, replace(HERE, id="another door", cell="gbwc9z3"))
    await database.write(rename, scene.ada, RIGHTS, "Ada Byron", None, NOW)
    await database.write(scene.prove)
    found = await scene.found()
    assert (found.level, found.name, found.home_cell) == ("location", "Ada Byron", "gbwc9z3")


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_who_comes_second_waits_for_the_first(database: Database, keyring: Keyring) -> None:
    scene = await arrive(database, keyring, "none")
    held, go = threading.Event(), threading.Event()

    def fall(tx: Tx) -> None:
        scene.revoke(tx)
        held.set()
        assert go.wait(30)

    falling = asyncio.create_task(database.write(fall))
    await asyncio.to_thread(held.wait, 30)
    proving = asyncio.create_task(database.write(scene.prove))
    while not await database.read(_somebody_waits):
        await asyncio.sleep(0.01)
    go.set()
    await asyncio.gather(falling, proving)
    found = await scene.found()
    assert (found.level, found.visitor_until) == ("location", NOW)


def _somebody_waits(tx: Tx) -> bool:
    return bool(tx.value("SELECT count(*) FROM pg_locks WHERE NOT granted"))

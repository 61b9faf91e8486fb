"""A command that creates something happens once, however often its key arrives."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from realtime.db import Database, Tx
from realtime.errors import Refused
from realtime.ids import new_ulid
from realtime.journal import Changed, Event
from realtime.members import store
from realtime.members.keys import KEPT, digest_of, once
from tests.support.residents import BEGUN, Town, member

ADA, BO = member("gbwc9z1", "Ada"), member("gbwc9z1", "Bo")
KEY = new_ulid(BEGUN)


class Notes(Town):
    """A command that makes one thing and tells of it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.made = 0

    async def command(
        self,
        account: str = ADA.account,
        name: str = "message.post",
        key: str = KEY,
        payload: bytes = b"{}",
        refusing: bool = False,
    ) -> str:
        def act() -> Changed[str]:
            if refusing:
                raise Refused("visitor")
            self.made += 1
            return Changed(f"object {self.made}", [Event(f"account:{ADA.account}", "x", "y")])

        def write(tx: Tx) -> Changed[str]:
            return once(tx, account, name, key, digest_of(payload), act, self.now)

        return (await self.db.write(write)).value


@pytest.fixture
async def notes(database: Database) -> Notes:
    town = Notes(database)
    await town.settle(ADA, BO)
    return town


async def test_the_same_key_and_payload_give_the_same_object(notes: Notes) -> None:
    assert await notes.command() == "object 1"
    notes.later(days=59)
    assert await notes.command() == "object 1"
    assert notes.made == 1


async def test_another_payload_under_the_same_key_is_refused(notes: Notes) -> None:
    await notes.command(payload=b'{"text":"a"}')
    with pytest.raises(Refused, match="key_reused"):
        await notes.command(payload=b'{"text":"b"}')
    assert notes.made == 1


async def test_a_key_belongs_to_one_account_and_one_command(notes: Notes) -> None:
    made = [
        await notes.command(),
        await notes.command(account=BO.account),
        await notes.command(name="alert.raise"),
        await notes.command(key=new_ulid(BEGUN + timedelta(seconds=1))),
    ]
    assert made == ["object 1", "object 2", "object 3", "object 4"]


async def test_a_refusal_is_not_remembered(notes: Notes) -> None:
    with pytest.raises(Refused, match="visitor"):
        await notes.command(refusing=True)
    assert await notes.command(payload=b"something else") == "object 1"


async def test_keys_are_forgotten_after_sixty_days(notes: Notes) -> None:
    await notes.command()

    async def forget(now: datetime) -> int:
        return await notes.db.write(store.forget_keys, now - KEPT, 500)

    assert await forget(notes.now + timedelta(days=60)) == 0
    assert await forget(notes.now + timedelta(days=60, milliseconds=1)) == 1
    assert await notes.command() == "object 2"

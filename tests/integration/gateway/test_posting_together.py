"""New words that go together: each is allowed by itself, in the transaction that writes it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import psycopg
import pytest

from realtime.accounts.store import add_session, end_session
from realtime.db import Database, Tx
from realtime.engine import Socket
from realtime.errors import Refused
from realtime.gateway import authority
from realtime.gateway.authority import Authority
from realtime.gateway.messages import Answer, MessageCommands
from realtime.gateway.sessions import Session
from realtime.ids import new_ulid
from realtime.members.model import Member
from realtime.wire.messages import MessagePost
from tests.support.residents import RIGHTS, Town, member

CELL = "gbwc9z1"


class Device:
    """A socket as far as a command looks at it."""

    def __init__(self, who: Member, session: str | None = None) -> None:
        self.who = who
        self.session = Session(who.account, session or f"of {who.account}", "fr", [], ())


class Rush(Town):
    """Signed-in members of one street, who all write at once."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        clock = self.committer._clock
        self.commands = MessageCommands(
            Authority(db, self.committer, clock), self.committer, RIGHTS
        )
        self.devices: list[Device] = []

    async def arrive(self, *levels: str) -> list[Device]:
        self.devices = [Device(member(CELL, level=level)) for level in levels]
        await self.settle(*(device.who for device in self.devices))
        for one in self.devices:
            session, account = one.session.session, one.who.account
            await self.db.write(add_session, session, account, session.encode(), "", self.now)
        return self.devices

    async def say(self, device: Device, text: str, **more: Any) -> str | Refused:
        """The id of the message, or the refusal."""
        asked = MessagePost(**{"key": new_ulid(self.now), "to": "street", "text": text} | more)
        try:
            answer: Answer = await self.commands.post(cast(Socket, device), asked)
        except Refused as refusal:
            return refusal
        message = cast(dict[str, Any], answer["message"])
        assert message["author"]["account"] == device.who.account
        assert message["text"] == text
        return str(message["id"])

    async def all_say(self, *posts: tuple[Device, dict[str, Any]]) -> list[str]:
        """How each ends: "posted", or the code. Another member writes first and alone, so that
        these go together.
        """
        *_, first = self.devices
        one, *said = await asyncio.gather(
            self.say(first, "Bonjour"), *(self.say(device, **more) for device, more in posts)
        )
        assert isinstance(one, str)
        return [outcome.code if isinstance(outcome, Refused) else "posted" for outcome in said]

    def heard_texts(self) -> Sequence[str]:
        told = [cast(dict[str, Any], event.fields["message"])["text"] for event in self.heard]
        return sorted(told)


@pytest.fixture
def rush(database: Database) -> Rush:
    return Rush(database)


async def test_who_signed_out_is_refused_beside_the_others(rush: Rush) -> None:
    ada, bo, cy, _ = await rush.arrive(*["postcard"] * 4)
    await rush.db.write(end_session, bo.who.account, bo.session.session)
    said = await rush.all_say(*((one, {"text": "Ici"}) for one in (ada, bo, cy)))
    assert said == ["posted", "not_signed_in", "posted"]
    assert rush.heard_texts() == ["Bonjour", "Ici", "Ici"]


async def test_nobody_writes_with_the_session_of_another(rush: Rush) -> None:
    ada, bo, _ = await rush.arrive(*["postcard"] * 3)
    stranger = Device(bo.who, ada.session.session)
    said = await rush.all_say((ada, {"text": "Ici"}), (stranger, {"text": "Ailleurs"}))
    assert said == ["posted", "not_signed_in"]
    assert rush.heard_texts() == ["Bonjour", "Ici"]


async def test_each_is_allowed_by_its_own_rights(rush: Rush) -> None:
    ada, bo, cy, _ = await rush.arrive("postcard", "none", "location", "postcard")
    said = await rush.all_say(*((one, {"text": "Ici"}) for one in (ada, bo, cy)))
    assert said == ["posted", "street", "street"]
    assert rush.heard_texts() == ["Bonjour", "Ici"]


async def test_a_key_is_its_author_s(rush: Rush) -> None:
    """Sent again it is the message of before, with other words it is refused, and somebody else's
    same key is a message of theirs.
    """
    ada, bo, cy, _ = await rush.arrive(*["postcard"] * 4)
    key = new_ulid(rush.now)
    before = [await rush.say(one, "Ici", key=key) for one in (ada, bo)]
    rush.heard.clear()
    said = await rush.all_say(
        (ada, {"text": "Ici", "key": key}),
        (bo, {"text": "Ailleurs", "key": key}),
        (cy, {"text": "Là", "key": key}),
    )
    assert said == ["posted", "key_reused", "posted"]
    assert rush.heard_texts() == ["Bonjour", "Là"]
    assert [await rush.say(one, "Ici", key=key) for one in (ada, bo)] == before


async def test_answers_are_counted_one_by_one(rush: Rush) -> None:
    ada, bo, cy, last = await rush.arrive(*["postcard"] * 4)
    opening = await rush.say(ada, "Qui a vu mon chat ?")
    rush.heard.clear()
    said = await asyncio.gather(
        *(rush.say(one, "Pas moi", to=None, reply_to=opening) for one in (last, ada, bo, cy))
    )
    assert all(isinstance(one, str) for one in said)
    replies = await rush.db.read(
        lambda tx: tx.value("SELECT replies FROM conversation WHERE id = :id", id=opening)
    )
    assert replies == len(said) == len(rush.heard)


async def test_an_answer_to_nothing_is_refused(rush: Rush) -> None:
    ada, bo, _ = await rush.arrive(*["postcard"] * 3)
    nothing = new_ulid(rush.now)
    said = await asyncio.gather(
        *(rush.say(one, "Pas moi", to=None, reply_to=nothing) for one in (ada, bo))
    )
    assert [one.code for one in said if isinstance(one, Refused)] == ["not_found"] * 2
    assert rush.heard == []


async def test_what_all_must_know_is_asked_once(
    rush: Rush, monkeypatch: pytest.MonkeyPatch
) -> None:
    devices = await rush.arrive(*["postcard"] * 8)
    asked: list[int] = []

    def counting(tx: Any, command: str, all_asked: Sequence[Any], now: Any) -> Any:
        asked.append(len(all_asked))
        return real(tx, command, all_asked, now)

    real = authority.all_authorised
    monkeypatch.setattr("realtime.gateway.messages.all_authorised", counting)
    await rush.all_say(*((one, {"text": "Ici"}) for one in devices[:-1]))
    assert asked == [1, 7]


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_the_conversation_is_held_before_any_row_of_who_writes(
    rush: Rush, database_url: str
) -> None:
    """Or two nodes wait crosswise: one has the conversation and wants a key, the other the key."""
    ada, _ = await rush.arrive(*["postcard"] * 2)
    opening = await rush.say(ada, "Qui a vu mon chat ?")
    key = new_ulid(rush.now)
    async with await psycopg.AsyncConnection.connect(database_url) as other:
        await other.execute("SELECT 1 FROM conversation WHERE id = %s FOR UPDATE", [opening])
        said = asyncio.create_task(rush.say(ada, "Pas moi", to=None, reply_to=opening, key=key))
        while not await rush.db.read(_somebody_waits):
            await asyncio.sleep(0)
        await other.execute("SET lock_timeout = '300ms'")
        await other.execute(
            "INSERT INTO command_key VALUES (%s, 'message.post', %s, 'x', 'x', 1)",
            [ada.who.account, key],
        )
        await other.rollback()
    assert isinstance(await said, str)


def _somebody_waits(tx: Tx) -> bool:
    return bool(tx.value("SELECT count(*) FROM pg_locks WHERE NOT granted"))

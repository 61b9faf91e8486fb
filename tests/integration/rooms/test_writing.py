"""Words change and are taken back, reactions come and go; nobody's unread moves by it."""

from __future__ import annotations

from typing import Any

import pytest

from realtime.db import Database, Tx
from realtime.errors import Refused
from realtime.ids import new_token, new_ulid
from realtime.journal import heads
from realtime.members.blocks.store import add_block
from realtime.members.model import Member
from realtime.photos.model import Photo
from realtime.photos.store import add_photo, find_photo
from realtime.rooms import access, actions, writing
from realtime.rooms.rendering import render_message
from realtime.wire.messages import MessageEdit, MessageReact
from tests.integration.rooms.test_conversations import MIDDLE, Street
from tests.support.residents import RIGHTS, member


class Writers(Street):
    """Ada and Bo live in one cell, Cy far away."""

    async def begin(self) -> Writers:
        self.ada, self.bo = member(MIDDLE, "Ada Lovelace"), member(MIDDLE, "Bo Diddley")
        self.cy = member("u09tvw0", "Cy")
        await self.settle(self.ada, self.bo, self.cy)
        return self

    async def edit(self, by: Member, message: dict[str, Any], text: str, **more: Any) -> None:
        asked = MessageEdit(id=message["id"], text=text, **more)
        await self.act(lambda tx, now: writing.edit(tx, by, RIGHTS, asked, now))

    async def delete(self, by: Member, message: dict[str, Any]) -> None:
        await self.act(lambda tx, now: writing.delete(tx, by, RIGHTS, message["id"], now))

    async def react(self, by: Member, message: dict[str, Any], name: str, on: bool = True) -> None:
        asked = MessageReact(id=message["id"], reaction=name, on=on)  # type: ignore[arg-type]
        await self.act(lambda tx, now: writing.react(tx, by, RIGHTS, asked, now))

    async def shown(self, message: dict[str, Any], to: Member | None = None) -> dict[str, Any]:
        reader = None if to is None else to.account
        found: Any = await self.db.read(render_message, message["id"], reader)
        return dict(found)

    async def unread(self, by: Member) -> int:
        def read(tx: Tx) -> dict[str, tuple[int, int]]:
            tops = heads(tx, [f"street:{MIDDLE}"])
            return actions.unread(tx, by, RIGHTS, tops, self.now)

        return (await self.db.read(read))[f"street:{MIDDLE}"][1]

    async def photo(self, by: Member) -> str:
        own_id = new_token()
        photo = Photo(id=own_id, account=by.account, width=4, height=3, alt="", taken_at=self.now)
        await self.db.write(add_photo, photo, b"pixels")
        return own_id

    def refuses(self, code: str) -> Any:
        return pytest.raises(Refused, match=f"^{code}$")


@pytest.fixture
async def writers(database: Database) -> Writers:
    return await Writers(database).begin()


async def test_an_author_finds_other_words_for_a_day(writers: Writers) -> None:
    said = await writers.post(writers.ada, "Bonjuor")
    writers.later(hours=24)
    await writers.edit(writers.ada, said, "Bonjour")
    (event,) = writers.heard
    assert event.kind == "message.edited"
    told = event.fields["message"]
    assert isinstance(told, dict)
    assert (told["text"], told["version"], told["seq"]) == ("Bonjour", 2, said["seq"])
    assert told["edited_at"] is not None
    assert told["at"] == said["at"]
    await writers.edit(writers.ada, said, "Bonjour")
    assert writers.heard == [], "the same again is nothing new"
    writers.later(milliseconds=1)
    with writers.refuses("edited_too_late"):
        await writers.edit(writers.ada, said, "Bonsoir")


async def test_only_the_author_changes_or_deletes(writers: Writers) -> None:
    said = await writers.post(writers.ada)
    for act in (writers.edit(writers.bo, said, "Non"), writers.delete(writers.bo, said)):
        with writers.refuses("not_author"):
            await act
    for act in (
        writers.edit(writers.cy, said, "Non"),
        writers.delete(writers.cy, said),
        writers.react(writers.cy, said, "heart"),
    ):
        with writers.refuses("not_found"):
            await act
    assert await writers.shown(said) == said


async def test_what_is_deleted_leaves_a_tombstone_and_no_words(writers: Writers) -> None:
    own_photo = await writers.photo(writers.ada)
    said = await writers.post(
        writers.ada, "Secret", photos=[own_photo], mentions=[writers.bo.account]
    )
    answer = await writers.post(writers.bo, "Quoi ?", reply_to=said["id"], quote=said["id"])
    assert answer["quote"]["text"] == "Secret"
    await writers.react(writers.bo, said, "heart")
    await writers.delete(writers.ada, said)
    told: Any = writers.heard[0].fields["message"]
    assert (told["deleted"], told["text"], told["photos"], told["mentions"], told["reactions"]) == (
        True, "", [], [], {}
    )  # fmt: skip
    assert (await writers.shown(answer))["quote"] == {
        "id": said["id"],
        "author": said["author"],
        "text": "",
        "deleted": True,
    }
    assert await writers.db.read(find_photo, own_photo) is None
    kept = await writers.db.read(lambda tx: tx.all("SELECT * FROM message"))
    indexed = await writers.db.read(lambda tx: tx.all("SELECT words FROM message_index"))
    assert "secret" not in str([kept, indexed]).lower()
    await writers.delete(writers.ada, said)
    assert writers.heard == []
    for act in (writers.edit(writers.ada, said, "Si"), writers.react(writers.bo, said, "wow")):
        with writers.refuses("not_found"):
            await act


async def test_an_author_who_moved_away_may_still_take_words_back(writers: Writers) -> None:
    said = await writers.post(writers.ada)
    away = member("u09tvw0", account=writers.ada.account)
    with writers.refuses("not_found"):
        await writers.edit(away, said, "Non")
    await writers.delete(away, said)
    assert (await writers.shown(said))["deleted"] is True


async def test_reactions_are_counted_and_ones_own_are_known(writers: Writers) -> None:
    said = await writers.post(writers.ada)
    await writers.react(writers.bo, said, "heart")
    await writers.react(writers.ada, said, "heart")
    await writers.react(writers.ada, said, "smile")
    (event,) = writers.heard
    assert (event.kind, event.fields["by"], event.fields["given"]) == (
        "reaction.changed",
        writers.ada.account,
        ["heart", "smile"],
    )
    assert event.fields["reactions"] == {"heart": 2, "smile": 1}
    await writers.react(writers.ada, said, "smile")
    assert writers.heard == [], "given already"
    await writers.react(writers.ada, said, "heart", on=False)
    assert (await writers.shown(said, writers.bo))["mine"] == ["heart"]
    assert (await writers.shown(said, writers.ada))["mine"] == ["smile"]
    assert (await writers.shown(said))["reactions"] == {"heart": 1, "smile": 1}
    page = await writers.history(writers.bo, said["id"])
    assert page["messages"][0]["mine"] == ["heart"]


async def test_who_may_not_write_may_not_react(writers: Writers) -> None:
    said = await writers.post(writers.ada, to="neighbourhood")
    visitor = member(MIDDLE, level="none")
    await writers.settle(visitor)
    with writers.refuses("visitor"):
        await writers.react(visitor, said, "heart")


async def test_unread_moves_by_new_words_and_by_what_is_taken_back_only(writers: Writers) -> None:
    first = await writers.post(writers.ada)
    second = await writers.post(writers.ada)
    assert await writers.unread(writers.bo) == 2
    await writers.edit(writers.ada, first, "Autrement")
    await writers.react(writers.ada, first, "wow")
    await writers.react(writers.bo, second, "wow")
    assert await writers.unread(writers.bo) == 2
    await writers.delete(writers.ada, second)
    assert await writers.unread(writers.bo) == 1
    assert await writers.unread(writers.ada) == 0


async def test_only_words_of_the_same_conversation_are_quoted(writers: Writers) -> None:
    one, other = await writers.post(writers.ada, "x" * 300), await writers.post(writers.ada)
    with writers.refuses("invalid"):
        await writers.post(writers.bo, reply_to=other["id"], quote=one["id"])
    with writers.refuses("invalid"):
        await writers.post(writers.bo, reply_to=other["id"], quote=new_ulid(writers.now))
    quoted = await writers.post(writers.bo, reply_to=one["id"], quote=one["id"])
    assert quoted["quote"]["text"] == "x" * 199 + "…"


async def test_those_are_mentioned_who_may_read_and_are_not_kept_apart(writers: Writers) -> None:
    dee = member(MIDDLE, "Dee Dee")
    visitor = member(MIDDLE, "Vi Si", level="none")
    await writers.settle(dee, visitor)
    await writers.db.write(add_block, dee.account, writers.ada.account)
    named = [one.account for one in (writers.bo, writers.cy, dee, visitor, writers.ada)]
    said = await writers.post(writers.ada, mentions=named)
    assert said["mentions"] == [{"account": writers.bo.account, "name": "Bo Diddley"}]
    wide = await writers.post(writers.ada, to="neighbourhood", mentions=named)
    assert [one["name"] for one in wide["mentions"]] == ["Bo D.", "Vi S."]
    by_bo = await writers.post(writers.bo, mentions=["0" * 20, dee.account])
    assert [one["name"] for one in by_bo["mentions"]] == ["Dee Dee"]
    await writers.edit(writers.bo, by_bo, "Sans nom")
    assert (await writers.shown(by_bo))["mentions"] == []


async def test_phones_ring_for_who_is_called_unless_silently(writers: Writers) -> None:
    async def jobs() -> list[str]:
        found = await writers.db.read(lambda tx: tx.all("SELECT about FROM job"))
        return [about for (about,) in found]

    await writers.post(writers.ada)
    await writers.post(writers.ada, mentions=[writers.bo.account], silent=True)
    assert await jobs() == []
    called = await writers.post(writers.ada, mentions=[writers.bo.account])
    (job,) = await jobs()
    assert called["id"] in job


async def test_a_photo_is_for_the_readers_of_its_message(writers: Writers) -> None:
    own_photo = await writers.photo(writers.ada)
    with writers.refuses("photo_unknown"):
        await writers.post(writers.bo, "", photos=[own_photo])
    said = await writers.post(writers.ada, "", photos=[own_photo])
    assert [one["id"] for one in said["photos"]] == [own_photo]
    with writers.refuses("photo_unknown"):
        await writers.post(writers.ada, "Encore", photos=[own_photo])

    async def sees(one: Member) -> bool:
        return await writers.db.read(access.reads_photo, one, RIGHTS, said["id"], writers.now)

    assert [await sees(one) for one in (writers.ada, writers.bo, writers.cy)] == [True, True, False]


async def test_a_message_that_is_gone_is_told_as_a_tombstone(writers: Writers) -> None:
    """Erasure takes rows away; who catches up later must not be stopped by it."""
    opening = await writers.post(writers.ada)
    kept = await writers.post(writers.bo, "Je reste", reply_to=opening["id"], quote=opening["id"])
    await writers.db.write(
        lambda tx: tx.run("DELETE FROM message WHERE id = :id", id=opening["id"])
    )
    page = await writers.page(writers.bo)
    (one,) = page["conversations"]
    assert (one["message"]["id"], one["message"]["deleted"]) == (opening["id"], True)
    assert one["last"][0]["quote"]["deleted"] is True
    history = await writers.history(writers.bo, opening["id"])
    assert [message["id"] for message in history["messages"]] == [kept["id"]]

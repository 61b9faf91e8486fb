"""What `write` and `read` promise on both databases."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from realtime.accounts.store import add_account
from realtime.db import Condition, Database, Tx
from realtime.errors import Overloaded, Refused
from tests.support.notes import note, notes


async def test_a_write_returns_what_its_function_returned(database: Database) -> None:
    assert await database.write(note, "a") == "a"
    assert await database.read(notes) == ["a"]


async def test_a_refusal_undoes_its_own_function_only(database: Database) -> None:
    def refuse(tx: Tx, name: str) -> None:
        note(tx, name)
        raise Refused("not_allowed", tries_left=3)

    outcomes = await asyncio.gather(
        database.write(note, "before"),
        database.write(refuse, "refused"),
        database.write(note, "after"),
        return_exceptions=True,
    )

    assert outcomes[0] == "before"
    assert isinstance(outcomes[1], Refused)
    assert outcomes[1].fields == {"tries_left": 3}
    assert outcomes[2] == "after"
    assert await database.read(notes) == ["after", "before"]


async def test_broken_sql_undoes_its_own_function_only(database: Database) -> None:
    def broken(tx: Tx) -> None:
        note(tx, "broken")
        tx.run("INSERT INTO nowhere (x) VALUES (1)")

    outcomes = await asyncio.gather(
        *(database.write(note, f"n{number}") for number in range(20)),
        database.write(broken),
        *(database.write(note, f"o{number}") for number in range(20)),
        return_exceptions=True,
    )

    assert [o for o in outcomes if isinstance(o, BaseException)] == [outcomes[20]]
    assert len(await database.read(notes)) == 40


async def test_a_row_that_is_there_already_is_the_functions_own_fault(database: Database) -> None:
    await database.write(note, "a")
    with pytest.raises(Exception, match=r"(?i)unique"):
        await database.write(note, "a")
    assert await database.write(note, "b") == "b"


async def test_a_function_sees_its_own_changes_and_no_others_half(database: Database) -> None:
    def two(tx: Tx, first: str, second: str) -> list[str]:
        note(tx, first)
        seen = notes(tx)
        note(tx, second)
        return seen

    await asyncio.gather(*(database.write(two, f"{n}a", f"{n}b") for n in range(30)))
    names = await database.read(notes)
    assert names == sorted(f"{n}{half}" for n in range(30) for half in "ab")


async def test_a_read_is_one_snapshot(database: Database) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def look_twice(tx: Tx) -> tuple[list[str], list[str]]:
        first = notes(tx)
        loop.call_soon_threadsafe(begun.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(10)
        return first, notes(tx)

    reading = asyncio.create_task(database.read(look_twice))
    await begun.wait()
    await database.write(note, "meanwhile")
    go_on.set()

    assert await reading == ([], [])
    assert await database.read(notes) == ["meanwhile"]


async def test_a_read_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)read.?only"):
        await database.read(note, "a")
    assert await database.read(notes) == []
    assert await database.write(note, "b") == "b"


async def test_a_failed_read_leaves_the_next_one_whole(database: Database) -> None:
    def broken(tx: Tx) -> None:
        tx.all("SELECT * FROM nowhere")

    for _ in range(6):
        with pytest.raises(Exception, match="nowhere"):
            await database.read(broken)
    assert await database.read(notes) == []


async def test_rows_that_come_one_by_one_are_all_of_them(database: Database) -> None:
    def each(tx: Tx) -> list[str]:
        for name in ("a", "b", "c"):
            note(tx, name)
        asked = "SELECT name FROM meta WHERE value <> :other AND name < :end ORDER BY name"
        names = [name for (name,) in tx.each(asked, other="%", end="c")]
        note(tx, "d")
        return names

    assert await database.write(each) == ["a", "b"]
    assert await database.read(notes) == ["a", "b", "c", "d"]


async def test_changed_rows_are_counted(database: Database) -> None:
    def change(tx: Tx) -> tuple[int, int]:
        for name in ("a", "b", "c"):
            note(tx, name)
        return (
            tx.run("UPDATE meta SET value = 'x' WHERE name IN :names", names=("a", "b")),
            tx.run("DELETE FROM meta WHERE name = :name", name="nobody"),
        )

    assert await database.write(change) == (2, 0)


async def test_a_caller_that_gave_up_changes_nothing_for_others(database: Database) -> None:
    async def give_up(name: str) -> None:
        async with asyncio.timeout(0):
            await database.write(note, name)

    results = await asyncio.gather(
        *(give_up(f"gone{n}") for n in range(5)),
        *(database.write(note, f"kept{n}") for n in range(5)),
        return_exceptions=True,
    )
    assert all(isinstance(result, TimeoutError) for result in results[:5])
    assert results[5:] == [f"kept{n}" for n in range(5)]


async def test_closing_finishes_what_was_accepted(database: Database) -> None:
    writing = [asyncio.create_task(database.write(note, f"n{n}")) for n in range(200)]
    await asyncio.sleep(0)
    await database.close()
    assert await asyncio.gather(*writing) == [f"n{n}" for n in range(200)]
    with pytest.raises(Overloaded):
        await database.write(note, "late")


async def test_what_is_written_later_is_seen_by_the_next_statement(database: Database) -> None:
    def write(tx: Tx) -> list[str]:
        tx.add("meta", name="a", value="1")
        tx.later("UPDATE meta SET name = 'b' WHERE name = 'a'")
        seen = notes(tx)
        tx.add("meta", name="c", value="1")
        return seen

    assert await database.write(write) == ["b"]
    assert await database.read(notes) == ["b", "c"]


async def test_a_refusal_undoes_what_was_to_be_written_later(database: Database) -> None:
    def refuse(tx: Tx) -> None:
        tx.add("meta", name="a", value="")
        raise Refused("not_allowed")

    with pytest.raises(Refused):
        await database.write(refuse)
    assert await database.read(notes) == []


async def test_a_row_written_later_is_there_once(database: Database) -> None:
    """Two transactions that add the same row at once: one runs again, and finds it."""
    runs = 0

    def write(tx: Tx) -> str:
        nonlocal runs
        runs += 1
        if notes(tx):
            return "found"
        tx.add("meta", name="same", value="")
        return "added"

    said = await asyncio.gather(*(database.write(write) for _ in range(8)))
    assert sorted(said) == ["added", *["found"] * 7]
    assert await database.read(notes) == ["same"]


async def test_a_row_is_added_where_its_condition_holds(database: Database) -> None:
    def write(tx: Tx) -> list[str]:
        tx.add("meta", name="there", value="")
        tx.later("UPDATE meta SET value = 'now' WHERE name = 'there'")
        notes(tx)
        for name in ("there", "elsewhere"):
            known = Condition("EXISTS (SELECT 1 FROM meta WHERE name = :known)", {"known": name})
            for number in (1, 2):
                tx.add_if(known, "meta", name=f"{name} {number}", value="")
        either = known.or_(Condition("1 = :one", {"one": 1}))
        tx.add_if(either, "meta", name="either", value="")
        return notes(tx)

    assert await database.write(write) == ["either", "there", "there 1", "there 2"]


async def test_values_keep_their_kind(database: Database) -> None:
    text = 'l\u2019été \U0001f408 \\ " %s :name\n'
    row = {"account": "a" * 20, "command": text, "key": "k", "object": "o", "at": 2**52}

    def write(tx: Tx) -> object:
        add_account(tx, "a" * 20, "a@example.org", "", datetime.now(UTC))
        tx.add("command_key", digest=b"\x00\xff\\", **row)
        tx.add("conversation", id="c", topic="t", last_at=5)
        tx.add(
            "message", id="m", topic="t", seq=1, conversation=None, author="a", text=text, at=1,
            version=1, silent=True,
        )  # fmt: skip
        digest, command, at = tx.find("SELECT digest, command, at FROM command_key") or ()
        return bytes(digest), command, at, tx.find("SELECT conversation, text, silent FROM message")

    found = await database.write(write)
    assert found == (b"\x00\xff\\", text, 2**52, (None, text, True))


@pytest.mark.parametrize("asks", [True, False])
async def test_a_refused_attempt_takes_nothing_else_along(database: Database, asks: bool) -> None:
    def write(tx: Tx) -> None:
        note(tx, "before")
        tx.add("meta", name="also before", value="")
        for name in ("first", "refused", "last"):
            with suppress(Refused), tx.attempt():
                tx.add("meta", name=name, value="")
                if asks:
                    assert name in notes(tx)
                tx.later("UPDATE meta SET value = :name WHERE name = 'before'", name=name)
                tx.add("meta", name=f"{name} too", value="")
                if name == "refused":
                    raise Refused("not_allowed")
        tx.add("meta", name="after", value="")

    def value(tx: Tx) -> object:
        return tx.value("SELECT value FROM meta WHERE name = 'before'")

    await database.write(write)
    kept = ["after", "also before", "before", "first", "first too", "last", "last too"]
    assert await database.read(notes) == kept
    assert await database.read(value) == "last"


async def test_many_and_each_come_after_what_waits(database: Database) -> None:
    insert = "INSERT INTO meta (name, value) VALUES (:name, '')"

    def write(tx: Tx) -> list[str]:
        tx.add("meta", name="a", value="")
        tx.many(insert, [{"name": "b"}])
        tx.add("meta", name="c", value="")
        rows = list(tx.each("SELECT name FROM meta WHERE name <> 'epoch' ORDER BY name"))
        return [name for (name,) in rows]

    def refuse(tx: Tx) -> None:
        tx.many(insert, [{"name": "d"}])
        raise Refused("not_allowed")

    assert await database.write(write) == ["a", "b", "c"]
    with pytest.raises(Refused):
        await database.write(refuse)
    assert await database.read(notes) == ["a", "b", "c"]

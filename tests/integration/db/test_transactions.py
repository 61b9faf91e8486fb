"""What `write` and `read` promise on both databases."""

from __future__ import annotations

import asyncio

import pytest

from realtime.db import Database, Tx
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

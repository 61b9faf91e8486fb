"""Bugs that a hurried hand could write. The campaign must notice each of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, cast

from realtime.db import postgresql
from realtime.db.tx import Cursor, Tx
from realtime.errors import StorageFailed
from realtime.fanout import catch_up, commit, local
from realtime.gateway import messages, replay, sessions
from realtime.journal import Changed, Head, store
from realtime.journal import read_after as journal_read_after


def plant(owner: Any, name: str, bug: Any) -> None:
    """`owner` is a module or a class."""
    assert hasattr(owner, name), f"{name} has moved: this mutant plants nothing"
    setattr(owner, name, bug)


def ack_before_commit() -> None:
    """The answer leaves while the commit is still on its way."""

    async def write(self: Any, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()

        def work() -> None:
            connection = self._connection()
            cursor = connection.cursor()
            try:
                cursor.execute("BEGIN")
                value = fn(Tx(cast(Cursor, cursor), "postgresql"), *args, **kwargs)
                loop.call_soon_threadsafe(_answer, answer, value, None)
                time.sleep(0.02)
                cursor.execute("COMMIT")
            except Exception as error:
                postgresql._undo(connection)
                loop.call_soon_threadsafe(_answer, answer, None, error)

        self._writers.submit(work)
        return await answer

    plant(postgresql.PostgresDatabase, "write", write)


def _answer(answer: asyncio.Future[Any], value: Any, error: Exception | None) -> None:
    if answer.done():
        return
    if error is None:
        answer.set_result(value)
    else:
        answer.set_exception(StorageFailed(str(error)))


def no_memory_of_keys() -> None:
    """A command that comes twice is done twice."""

    def once(
        tx: Tx, account: str, command: str, key: str, digest: bytes, act: Any, now: Any
    ) -> Any:
        changed: Changed[str] = act()
        return changed

    plant(messages, "once", once)


def publish_before_commit() -> None:
    """Others hear of it, then the commit may fail."""

    async def committing(self: Any, act: Any) -> Any:
        loop = asyncio.get_running_loop()

        def write_and_tell(tx: Tx) -> Any:
            committed = self._write(tx, act)
            loop.call_soon_threadsafe(self._bus.publish, committed.events)
            time.sleep(0.02)
            return committed

        return await self._db.write(write_and_tell)

    plant(commit.Committer, "commit", committing)


def numbers_without_a_lock() -> None:
    """seq = max + 1, read without the topic's row: two writers take the same."""

    def take(tx: Tx, ordered: Any, regions: Any, at: int) -> list[tuple[str, int]]:
        places = []
        for event in ordered:
            last = tx.value(
                "SELECT coalesce(max(seq), 0) FROM event WHERE topic = :t", t=event.topic
            )
            head = tx.find(store._TAKE_NUMBERS, name=event.topic, region=regions[event.topic],
                           count=1, now=at)  # fmt: skip
            assert head is not None
            seq = last + 1
            tx.run(
                """INSERT INTO event (topic, seq, kind, object, version, at)
                   VALUES (:topic, :seq, :kind, :object, 1, :at) ON CONFLICT DO NOTHING""",
                topic=event.topic, seq=seq, kind=event.kind, object=event.object, at=at,
            )  # fmt: skip
            places.append((head[0], seq))
        return places

    plant(store, "_append", take)


def not_durable() -> None:
    """synchronous_commit off: a database that stops at once forgets what it acked."""
    plant(postgresql, "_DURABLE", "SELECT set_config('synchronous_commit', 'off', false)")


def resume_one_too_early() -> None:
    """After a reconnect the last event comes again: `>=` for `>`."""

    def again(tx: Tx, positions: Any, tops: dict[str, Head], most: int) -> Any:
        earlier = {t: (epoch, max(0, seq - 1)) for t, (epoch, seq) in positions.items()}
        return journal_read_after(tx, earlier, tops, most)

    plant(replay, "read_after", again)


def deaf_to_sign_outs() -> None:
    """Who signed out elsewhere goes on hearing."""
    plant(sessions.Sessions, "note_stale", lambda self, account: None)


def order_by_the_clock() -> None:
    """Events go out in the order of their arrival here, whatever their number."""

    def hear(self: Any, events: Any) -> None:
        for event in events:
            here = self._topics.get(event.topic)
            if here is not None and here.cursor is not None:
                here.cursor = max(here.cursor, event.seq)
                self._post(here, event)

    plant(local.Local, "hear", hear)


def no_tail_of_the_journal() -> None:
    """What the bus loses is lost: no heads each second, and one ring in fifty goes astray."""
    counted = iter(range(10**12))
    ring = catch_up.CatchUp.ring

    async def never(self: Any) -> None:
        await asyncio.Event().wait()

    def lossy(self: Any, reached: Any) -> None:
        if next(counted) % 50:
            ring(self, reached)

    plant(catch_up.CatchUp, "ring", lossy)
    plant(catch_up.CatchUp, "_poll_heads", never)
    plant(catch_up.CatchUp, "_tell_heads", never)


def no_waiting_for_the_neighbour() -> None:
    """A hole is stepped over instead of filled."""

    def skip(self: Any, topic: str, here: Any) -> None:
        if here.cursor is None:
            return
        for seq in sorted(here.waiting):
            event = here.waiting.pop(seq)
            here.cursor, here.epoch = event.seq, event.epoch
            self._post(here, event)

    plant(local.Local, "_advance", skip)


MUTANTS: dict[str, Callable[[], None]] = {
    mutant.__name__: mutant
    for mutant in (
        ack_before_commit,
        no_memory_of_keys,
        publish_before_commit,
        numbers_without_a_lock,
        not_durable,
        resume_one_too_early,
        deaf_to_sign_outs,
        order_by_the_clock,
        no_tail_of_the_journal,
        no_waiting_for_the_neighbour,
    )
}
IN_CI = ("ack_before_commit", "no_memory_of_keys")

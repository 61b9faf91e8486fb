"""Ten bugs that a hurried hand could write. The campaign must notice each of them."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any, cast

import orjson

from realtime.db import postgresql
from realtime.db.tx import Cursor, Tx
from realtime.errors import StorageFailed
from realtime.fanout import catch_up, commit, local
from realtime.gateway import messages, replay
from realtime.journal import Changed, Head, store
from realtime.journal import read_after as journal_read_after
from realtime.outbox import add
from realtime.rooms import ringing


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

    def once_known(
        tx: Tx,
        account: str,
        command: str,
        key: str,
        digest: bytes,
        act: Any,
        now: Any,
        earlier: Any,
    ) -> Any:
        changed: Changed[str] = act()
        return changed

    plant(messages, "once_known", once_known)


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


def no_leave_on_revoke() -> None:
    """Who lost a room goes on hearing it, for as long as the line holds."""
    follow = local.Local.follow

    def keep(self: Any, socket: Any, keys: Any, seen: Any) -> None:
        held = self._following.get(socket)
        if held is not None:
            keys = {*held.keys, *keys}
            seen = dict.fromkeys(held.topics, ("", local.NEVER)) | dict(seen)
        follow(self, socket, keys, seen)

    plant(local.Local, "follow", keep)


def order_by_the_clock() -> None:
    """What is older by the clock than what was last told counts as told."""
    told: dict[str, str] = {}

    def advance(self: Any, topic: str, here: Any) -> None:
        if here.cursor is None:
            return
        while (event := here.waiting.pop(here.cursor + 1, None)) is not None:
            here.cursor, here.epoch = event.seq, event.epoch
            at = str(orjson.loads(event.body)["at"])
            if at >= told.get(topic, ""):
                told[topic] = at
                self._post(here, event)
        if here.waiting:
            self._on_gap(topic)

    plant(local.Local, "_advance", advance)


def no_outbox() -> None:
    """The job that rings phones is written after the commit, in a transaction of its own."""
    mine = threading.local()
    committing = commit.Committer.commit

    async def in_two_steps(self: Any, act: Any) -> Any:
        jobs: list[Any] = []

        def noting(tx: Tx, now: Any) -> Any:
            jobs.clear()
            mine.jobs = jobs
            return act(tx, now)

        committed = await committing(self, noting)
        for job, more in jobs:
            await self._db.write(lambda tx, job=job, more=more: add(tx, *job, **more))
        return committed

    def later(tx: Tx, *job: Any, **more: Any) -> str:
        mine.jobs.append((job, more))
        return ""

    plant(ringing, "add", later)
    plant(commit.Committer, "commit", in_two_steps)


def no_tail_of_the_journal() -> None:
    """What the bus loses is lost: no heads are asked for, and one ring in fifty goes astray (one in
    a thousand would be noticed too, in a run twenty times as long)."""
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


MUTANTS: dict[str, Callable[[], None]] = {
    mutant.__name__: mutant
    for mutant in (
        ack_before_commit,
        no_outbox,
        publish_before_commit,
        numbers_without_a_lock,
        no_memory_of_keys,
        not_durable,
        resume_one_too_early,
        no_leave_on_revoke,
        order_by_the_clock,
        no_tail_of_the_journal,
    )
}
IN_CI = ("ack_before_commit", "no_memory_of_keys")

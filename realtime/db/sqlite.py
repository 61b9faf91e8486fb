"""SQLite: one writer thread that groups the waiting functions into one commit, a few readers.

Both take what waits in batches, and wake the event loop once for each: the thread pool of the
standard library costs more per read than the read.

Several processes may share the file (server, worker, command line): every batch takes the write
lock first (`BEGIN IMMEDIATE`) and waits for it up to BUSY_SECONDS.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar, cast

from realtime import metrics
from realtime.db.tx import Cursor, Dialect, Tx
from realtime.errors import Overloaded, StorageFailed
from realtime.logs import log_for

P = ParamSpec("P")
T = TypeVar("T")

BUSY_SECONDS = 5
# 100 messages per fsync were the best of the measurement; more only delays the first of the batch.
BATCH = 100
# Waiting writes. At 3,000/s this is 3 s of work: beyond it, refusing is kinder than queueing.
WAITING = 10_000
READERS = 2
# Reads of one snapshot; few, so that the other reader finds some too.
READ_BATCH = 8
# What is read is told at once when the next one takes longer than this.
_TELL_SECONDS = 0.001
_FULL_SYNC = 2


def connect(path: str, *, writable: bool = True) -> sqlite3.Connection:
    """A connection with every promise set and read back: WAL, fsync at each commit."""
    connection = sqlite3.connect(
        path,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -32000")
    # Each savepoint may need a journal of its own: as a file that is five system calls a message.
    connection.execute("PRAGMA temp_store = MEMORY")
    if not writable:
        connection.execute("PRAGMA query_only = ON")
    (sync,) = connection.execute("PRAGMA synchronous").fetchone()
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if sync != _FULL_SYNC or mode != "wal":
        connection.close()
        raise StorageFailed(f"SQLite refuses WAL with FULL sync (mode {mode}, synchronous {sync})")
    return connection


_Queue: TypeAlias = "queue.SimpleQueue[_Waiting | None]"


@dataclass(slots=True)
class _Waiting:
    """A function that waits for its commit or its snapshot, and then its outcome."""

    fn: Callable[[Tx], Any]
    done: asyncio.Future[Any]
    value: Any = None
    error: BaseException | None = None


class SqliteDatabase:
    """See `Database`."""

    dialect: Dialect = "sqlite"

    def __init__(self, path: str) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._writes: _Queue = queue.SimpleQueue()
        self._reads: _Queue = queue.SimpleQueue()
        self._closing = False
        self._threads = [
            threading.Thread(target=self._write_batches, name="db-writer", daemon=True)
        ]
        self._threads += [
            threading.Thread(target=self._read_batches, name=f"db-reader-{number}", daemon=True)
            for number in range(READERS)
        ]
        for thread in self._threads:
            thread.start()

    async def write(
        self, fn: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        if self._closing or self._writes.qsize() >= WAITING:
            raise Overloaded("the database writer")
        return await _outcome(self._writes, lambda tx: fn(tx, *args, **kwargs))

    async def read(
        self, fn: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        if self._closing or self._reads.qsize() >= WAITING:
            raise Overloaded("the database readers")
        return await _outcome(self._reads, lambda tx: fn(tx, *args, **kwargs))

    async def close(self) -> None:
        if self._closing:
            return
        self._closing = True
        self._writes.put(None)
        self._reads.put(None)
        for thread in self._threads:
            await asyncio.get_running_loop().run_in_executor(None, thread.join)

    def _read_batches(self) -> None:
        connection: sqlite3.Connection | None = None
        while (batch := _next_batch(self._reads, READ_BATCH)) is not None:
            try:
                if connection is None:
                    connection = connect(self._path, writable=False)
                _read_together(connection, batch)
            except Exception as error:
                _fail_all(batch, error)
                _settle(batch)
                if connection is not None:
                    connection.close()
                    connection = None
        if connection is not None:
            connection.close()

    def _write_batches(self) -> None:
        connection: sqlite3.Connection | None = None
        while (batch := _next_batch(self._writes, BATCH)) is not None:
            try:
                if connection is None:
                    connection = connect(self._path)
                _commit_together(connection, batch)
            except Exception as error:
                _fail_all(batch, error)
                if connection is not None:
                    connection.close()
                    connection = None
            _settle(batch)
        if connection is not None:
            connection.close()


async def _outcome(waiting: _Queue, fn: Callable[[Tx], T]) -> T:
    one = _Waiting(fn, asyncio.get_running_loop().create_future())
    waiting.put(one)
    result: T = await one.done
    return result


def _next_batch(waiting: _Queue, most: int) -> list[_Waiting] | None:
    """What waits, at least one; None when closing."""
    batch: list[_Waiting] = []
    one = waiting.get()
    while one is not None:
        batch.append(one)
        if len(batch) == most:
            return batch
        try:
            one = waiting.get_nowait()
        except queue.Empty:
            return batch
    waiting.put(None)  # for the next round, and for the other threads
    return batch or None


def _read_together(connection: sqlite3.Connection, batch: list[_Waiting]) -> None:
    """Run each function on one snapshot, which is later than any of them asked for."""
    try:
        cursor = cast(Cursor, connection.cursor())
        told, since = 0, time.perf_counter()
        for at, waiting in enumerate(batch, 1):
            if not connection.in_transaction:  # a failed statement may have ended it
                connection.execute("BEGIN")
            try:
                waiting.value = waiting.fn(Tx(cursor, "sqlite"))
            except BaseException as error:
                waiting.error = _named(error)
            if time.perf_counter() - since > _TELL_SECONDS:
                _settle(batch[told:at])
                told, since = at, time.perf_counter()
        _settle(batch[told:])
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _commit_together(connection: sqlite3.Connection, batch: list[_Waiting]) -> None:
    """Run each function under a savepoint, then commit once. Raises when nothing was kept."""
    connection.execute("BEGIN IMMEDIATE")
    cursor = connection.cursor()
    for waiting in batch:
        tx = Tx(cast(Cursor, cursor), "sqlite")
        started = time.perf_counter()
        cursor.execute("SAVEPOINT one")
        try:
            waiting.value = waiting.fn(tx)
        except BaseException as error:
            # A full disk undoes the whole transaction, not this function alone.
            if not connection.in_transaction:
                raise StorageFailed(str(error)) from error
            cursor.execute("ROLLBACK TO one")
            waiting.error = _named(error)
        cursor.execute("RELEASE one")
        metrics.WRITE_SECONDS.observe(time.perf_counter() - started)
    if not connection.in_transaction:
        raise StorageFailed("the transaction ended before its commit")
    started = time.perf_counter()
    cursor.execute("COMMIT")
    metrics.COMMIT_SECONDS.observe(time.perf_counter() - started)
    metrics.COMMIT_SIZE.observe(len(batch))


def _named(error: BaseException) -> BaseException:
    if isinstance(error, sqlite3.OperationalError):
        return StorageFailed(str(error))
    return error


def _fail_all(batch: list[_Waiting], error: Exception) -> None:
    """None of the batch was kept: say so to each, whatever its own function returned."""
    log_for("db").error("batch_failed", functions=len(batch), error=str(error))
    for waiting in batch:
        waiting.value = None
        waiting.error = StorageFailed(str(error))


def _settle(batch: list[_Waiting]) -> None:
    """Tell the waiting coroutines, in commit order, with one wake-up of their loop."""

    if not batch:
        return

    def settle() -> None:
        for waiting in batch:
            if waiting.done.done():
                continue
            if waiting.error is not None:
                waiting.done.set_exception(waiting.error)
            else:
                waiting.done.set_result(waiting.value)

    try:
        batch[0].done.get_loop().call_soon_threadsafe(settle)
    except RuntimeError:
        # The loop is closed: nobody waits any more.
        return

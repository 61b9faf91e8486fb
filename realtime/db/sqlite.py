"""SQLite: one writer thread that groups the waiting functions into one commit, a few readers.

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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

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
    if not writable:
        connection.execute("PRAGMA query_only = ON")
    (sync,) = connection.execute("PRAGMA synchronous").fetchone()
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if sync != _FULL_SYNC or mode != "wal":
        connection.close()
        raise StorageFailed(f"SQLite refuses WAL with FULL sync (mode {mode}, synchronous {sync})")
    return connection


@dataclass(slots=True)
class _Write:
    """A function that waits for its commit, and then its outcome."""

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
        self._queue: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._closing = False
        self._writer = threading.Thread(target=self._write_batches, name="db-writer", daemon=True)
        self._writer.start()
        self._reading = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="db-reader")

    async def write(
        self, fn: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        if self._closing or self._queue.qsize() >= WAITING:
            raise Overloaded("the database writer")
        waiting = _Write(
            lambda tx: fn(tx, *args, **kwargs), asyncio.get_running_loop().create_future()
        )
        self._queue.put(waiting)
        result: T = await waiting.done
        return result

    async def read(
        self, fn: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._readers, lambda: self._read(lambda tx: fn(tx, *args, **kwargs))
        )

    async def close(self) -> None:
        if self._closing:
            return
        self._closing = True
        self._queue.put(None)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._writer.join)
        await loop.run_in_executor(None, self._readers.shutdown)
        for connection in self._opened:
            connection.close()

    def _read(self, fn: Callable[[Tx], T]) -> T:
        try:
            connection = self._reader()
            connection.execute("BEGIN")
            try:
                return fn(Tx(cast(Cursor, connection.cursor()), "sqlite"))
            finally:
                # A failed statement may have ended the transaction already.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            raise StorageFailed(str(error)) from error

    def _reader(self) -> sqlite3.Connection:
        """This thread's own connection."""
        connection: sqlite3.Connection | None = getattr(self._reading, "connection", None)
        if connection is None:
            connection = connect(self._path, writable=False)
            self._reading.connection = connection
            self._opened.append(connection)
        return connection

    def _write_batches(self) -> None:
        connection: sqlite3.Connection | None = None
        while (batch := self._next_batch()) is not None:
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

    def _next_batch(self) -> list[_Write] | None:
        """What waits, at least one; None when closing."""
        first = self._queue.get()
        if first is None:
            return None
        batch = [first]
        while len(batch) < BATCH:
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                break
            if waiting is None:
                self._queue.put(None)
                break
            batch.append(waiting)
        return batch


def _commit_together(connection: sqlite3.Connection, batch: list[_Write]) -> None:
    """Run each function under a savepoint, then commit once. Raises when nothing was kept."""
    connection.execute("BEGIN IMMEDIATE")
    cursor = connection.cursor()
    tx = Tx(cast(Cursor, cursor), "sqlite")
    for waiting in batch:
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


def _fail_all(batch: list[_Write], error: Exception) -> None:
    """None of the batch was kept: say so to each, whatever its own function returned."""
    log_for("db").error("batch_failed", functions=len(batch), error=str(error))
    for waiting in batch:
        waiting.value = None
        waiting.error = StorageFailed(str(error))


def _settle(batch: list[_Write]) -> None:
    """Tell the waiting coroutines, in commit order, with one wake-up of their loop."""

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

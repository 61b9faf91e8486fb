"""PostgreSQL through psycopg 3: a small pool of threads, each with a connection of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Concatenate, ParamSpec, TypeVar

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus

from realtime import metrics
from realtime.db.pipelined import PipelinedTx
from realtime.db.tx import Dialect, Tx
from realtime.errors import Overloaded, StorageFailed

P = ParamSpec("P")
T = TypeVar("T")

# Measured on two cores: 8 writers 1,650 messages/s, more only wait for each other.
WRITERS = 8
READERS = 4
WAITING = 10_000
TRIES = 3
# A node that hangs in the middle of a write holds its rooms for three seconds, not for ever.
_OPTIONS = (
    "-c statement_timeout=5000 -c lock_timeout=4000 -c idle_in_transaction_session_timeout=3000"
)
# A database host that is lost in mid-wait is given up within eleven seconds, not after two hours.
_ALIVE: dict[str, Any] = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 8_000,  # ms
}
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_AGAIN = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.LockNotAvailable,
    # Two transactions added the same row (one idempotency key, twice at once): run again, the
    # second finds the first one's.
    errors.UniqueViolation,
)
# An ack must survive a power cut, whatever a role's or a server's default says.
_DURABLE = """SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') IN ('off', 'local')"""


class PostgresDatabase:
    """See `Database`."""

    dialect: Dialect = "postgresql"

    def __init__(self, url: str) -> None:
        self._url = url
        self._writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="db-writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="db-reader")
        self._mine = threading.local()
        self._opened: list[psycopg.Connection[Any]] = []
        self._opening = threading.Lock()
        self._waiting = 0
        self._closing = False

    async def write(
        self, fn: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        if self._closing or self._waiting >= WAITING:
            raise Overloaded("the database writers")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._writers, lambda: self._write(lambda tx: fn(tx, *args, **kwargs))
            )
        finally:
            self._waiting -= 1

    async def read(
        self, fn: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, lambda: self._read(lambda tx: fn(tx, *args, **kwargs))
        )

    async def close(self) -> None:
        self._closing = True
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._writers.shutdown)
        await loop.run_in_executor(None, self._readers.shutdown)
        for connection in self._opened:
            connection.close()

    def _connection(self) -> psycopg.Connection[Any]:
        connection: psycopg.Connection[Any] | None = getattr(self._mine, "connection", None)
        if connection is None or connection.closed:
            try:
                connection = psycopg.connect(
                    self._url, autocommit=True, connect_timeout=5, options=_OPTIONS, **_ALIVE
                )
                connection.execute(_DURABLE)
            except psycopg.Error as error:
                raise StorageFailed(str(error)) from error
            self._mine.connection = connection
            with self._opening:
                self._opened = [held for held in self._opened if not held.closed] + [connection]
        return connection

    def _write(self, fn: Callable[[Tx], T]) -> T:
        for attempt in range(1, TRIES + 1):
            try:
                return self._write_once(fn)
            except _AGAIN as error:
                if attempt < TRIES:
                    continue
                # A row that is there every time is the function's own fault.
                if isinstance(error, errors.UniqueViolation):
                    raise
                raise StorageFailed(f"tried {TRIES} times: {error}") from error
        raise AssertionError("unreachable")

    def _write_once(self, fn: Callable[[Tx], T]) -> T:
        connection = self._connection()
        started = time.perf_counter()
        try:
            tx = PipelinedTx(connection.cursor())
            value = fn(tx)
            metrics.WRITE_SECONDS.observe(time.perf_counter() - started)
            started = time.perf_counter()
            tx.run("COMMIT")
            metrics.COMMIT_SECONDS.observe(time.perf_counter() - started)
        except BaseException as error:
            _give_up(connection, error)
            # A lost connection during COMMIT leaves the outcome unknown: never an ack.
            if isinstance(error, psycopg.OperationalError) and not isinstance(error, _AGAIN):
                raise StorageFailed(str(error)) from error
            raise
        return value

    def _read(self, fn: Callable[[Tx], T]) -> T:
        connection = self._connection()
        try:
            tx = PipelinedTx(connection.cursor(), _READ)
            value = fn(tx)
            tx.run("COMMIT")
        except BaseException as error:
            _give_up(connection, error)
            if isinstance(error, psycopg.OperationalError):
                raise StorageFailed(str(error)) from error
            raise
        return value


def _give_up(connection: psycopg.Connection[Any], error: BaseException) -> None:
    """End whatever is open. After an error of the database the connection is closed and replaced:
    what followed in a pipeline was skipped, and psycopg would believe it prepared.
    """
    if isinstance(error, psycopg.Error):
        connection.close()
    else:
        _undo(connection)


def _undo(connection: psycopg.Connection[Any]) -> None:
    """A connection that cannot even do that is closed and replaced."""
    if connection.info.transaction_status == TransactionStatus.IDLE:
        return
    try:
        connection.execute("ROLLBACK")
    except psycopg.Error:
        connection.close()

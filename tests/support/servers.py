"""Private Redis and PostgreSQL servers, and fresh migrated databases on them.

Nothing here touches the ports 6379 and 5432: what listens there belongs to somebody else.
"""

from __future__ import annotations

import getpass
import itertools
import os
import shutil
import signal
import sqlite3
import subprocess
from pathlib import Path

import psycopg
import psycopg.conninfo
import redis

from realtime.db import migrate
from tests.support.processes import Process, free_port, wait_until

# Without them a clone of the template takes 60 ms instead of 20; nothing a test asserts needs them.
_CARELESS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


class RedisServer:
    """A redis-server of our own, without persistence: Redis is a doorbell, never the truth.

    `tls` names the folder of a `certificate`: then it speaks TLS only.
    """

    def __init__(
        self, directory: Path, port: int | None = None, *, tls: Path | None = None
    ) -> None:
        self.directory = directory
        self.port = port or free_port()
        self.tls = tls
        self.url = f"redis://127.0.0.1:{self.port}/0"
        if tls is not None:
            self.url = f"rediss://127.0.0.1:{self.port}/0?ssl_ca_certs={tls / 'trusted.pem'}"
        self.start()

    def start(self) -> None:
        """Start, or start again on the same port after `kill9` or `stop`."""
        argv = ["redis-server", "--bind", "127.0.0.1", "--save", ""]
        if self.tls is None:
            argv += ["--port", str(self.port)]
        else:
            argv += ["--port", "0", "--tls-port", str(self.port), "--tls-auth-clients", "no"]
            argv += ["--tls-cert-file", str(self.tls / "trusted.pem")]
            argv += ["--tls-key-file", str(self.tls / "secret.pem")]
        argv += ["--appendonly", "no", "--dir", str(self.directory), "--databases", "16"]
        self.process = Process(argv, self.directory / "redis.log")
        wait_until(self._answers, 10, f"redis-server answers ({self.process.log})")

    def _answers(self) -> bool:
        if not self.process.is_running():
            raise AssertionError(f"redis-server ended:\n{self.process.said()}")
        with redis.Redis.from_url(self.url, socket_timeout=1) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False

    def clear(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def kill9(self) -> None:
        self.process.kill9()

    def stop(self) -> None:
        self.process.stop()


class PostgresServer:
    """A PostgreSQL cluster of our own.

    `durable=True` keeps fsync and synchronous commit as an operator must have them: for tests
    that kill things. Otherwise they are off, for speed.
    """

    def __init__(self, directory: Path, *, durable: bool = False, connections: int = 200) -> None:
        self.directory = directory
        self.durable = durable
        self.connections = connections
        self.port = free_port()
        self._names = itertools.count(1)
        self._template = ""
        argv = [_program("initdb"), "-D", str(directory / "cluster"), "-U", "palier"]
        argv += ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        _run_as_owner([*argv, "--no-sync", "--no-instructions"])
        self.start()

    def start(self) -> None:
        """Start, or start again on the same port after `kill9` or `stop`."""
        options = [f"port={self.port}", "listen_addresses=127.0.0.1"]
        options += [f"max_connections={self.connections}"]
        options += [f"unix_socket_directories={self.directory}", "logging_collector=off"]
        # After a crash one call for the whole disk, not one for each of a thousand files.
        options += ("recovery_init_sync_method=syncfs",) if self.durable else _CARELESS
        argv = [_program("postgres"), "-D", str(self.directory / "cluster")]
        argv += [part for option in options for part in ("-c", option)]
        # SIGQUIT: should the test run die, the postmaster takes its children with it.
        self.process = Process(
            argv,
            self.directory / "postgres.log",
            account=_owner_account(),
            parent_death=signal.SIGQUIT,
        )
        # After a crash it first syncs the whole file system: who else writes there takes its time.
        wait_until(self._answers, 120, f"PostgreSQL answers ({self.process.log})")

    def _answers(self) -> bool:
        if not self.process.is_running():
            raise AssertionError(f"PostgreSQL ended:\n{self.process.said()}")
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, name: str) -> str:
        return f"postgresql://palier@127.0.0.1:{self.port}/{name}"

    def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"empty_{next(self._names)}"
        self._run(f"CREATE DATABASE {name}")
        return self.url(name)

    def new_migrated_database(self) -> str:
        """The URL of a database at the newest schema: a clone, migrated once per server."""
        if not self._template:
            self._run("CREATE DATABASE migrated")
            migrate(self.url("migrated"))
            self._template = "migrated"
        name = f"test_{next(self._names)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drop it, whoever is still connected."""
        self._run(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def _run(self, sql: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.encode())

    def kill9(self) -> None:
        """SIGKILL to the postmaster and its children: the machine is gone."""
        children = _children_of(self.process.pid)
        self.process.kill9()
        for pid in children:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        wait_until(lambda: not any(_is_running(p) for p in children), 10, "backends are gone")

    def stop(self) -> None:
        self.process.stop(signal.SIGINT)


class SqliteFiles:
    """Fresh migrated SQLite files, each a copy of one that was migrated once."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._names = itertools.count(1)
        self._template = directory / "migrated.db"

    def new_database(self) -> str:
        """The URL of a file that does not exist yet."""
        return f"sqlite:///{self.directory / f'empty_{next(self._names)}.db'}"

    def new_migrated_database(self) -> str:
        if not self._template.exists():
            migrate(f"sqlite:///{self._template}")
            with sqlite3.connect(self._template) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
        path = self.directory / f"test_{next(self._names)}.db"
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"

    def drop_database(self, url: str) -> None:
        path = url.removeprefix("sqlite:///")
        for suffix in ("", "-wal", "-shm"):
            Path(path + suffix).unlink(missing_ok=True)


def _program(name: str) -> str:
    """A PostgreSQL program: Debian keeps the server's outside PATH, one folder per version."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if not found:
        raise AssertionError(f"{name} is not installed; bin/test says how")
    return found


def _owner_account() -> str | None:
    """PostgreSQL refuses to run as root; Debian's package brings the account `postgres`."""
    return "postgres" if os.geteuid() == 0 else None


def postgres_owner() -> str:
    """The system account a cluster's directory must belong to."""
    return _owner_account() or getpass.getuser()


def _run_as_owner(argv: list[str]) -> None:
    account = _owner_account()
    done = subprocess.run(
        argv,
        user=account,
        group=account,
        extra_groups=[] if account else None,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd="/",
    )
    if done.returncode:
        raise AssertionError(f"{argv[0]} failed:\n{done.stdout}{done.stderr}")


def _children_of(pid: int) -> list[int]:
    return [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_running(pid: int) -> bool:
    """False for a zombie too: it holds no file and no port any more."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):  # gone before, or while it is read
        return False
    return state != "Z"

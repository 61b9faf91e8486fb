"""The whole server as an operator runs it: a process, its port, its data, its demo members."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from realtime.keyring import Keyring, open_keyring
from tests.support import canary
from tests.support.processes import Process, free_port, wait_until

ROOT = Path(__file__).parents[2]
_FAULT = re.compile(r'"level": ?"(error|critical)"|^Traceback')


@dataclass(frozen=True, slots=True)
class Resident:
    """A member made by `demo`: who, the key to sign in, where the home is."""

    account: str
    token: str
    cell: str
    lon: float
    lat: float


class ServerProcess:
    """`python -m realtime serve` on a free port, with a data directory of its own.

    Rates are lifted and no example town is loaded unless `settings` (PALIER_… variables) say so.
    Clients come to `port`; where that is a link's, the server itself listens at `behind`.
    """

    def __init__(
        self,
        directory: Path,
        *,
        database_url: str = "",
        port: int | None = None,
        behind: int | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.directory = directory
        self.port = port or free_port()
        self._listens_at = behind or self.port
        self.origin = f"http://127.0.0.1:{self.port}"
        self.log = directory / f"serve-{self.port}.log"
        self.env = _plain_environment() | {
            "PALIER_DATA_DIR": str(directory / "data"),
            "PALIER_DATABASE_URL": database_url,
            "PALIER_ORIGIN": self.origin,
            "PALIER_EXAMPLE": "off",
            "PALIER_LIMITS": "off",
            # `bin/test --long` runs the acceptance tests once more without the shortcut.
            "PALIER_DIRECT_WRITES": os.environ.get("PALIER_DIRECT_WRITES", "on"),
        }
        self.env |= settings or {}
        self.process: Process | None = None

    def start(self, *, ready_within: float = 30) -> ServerProcess:
        """Start, or start again on the same port and data; returns when /readyz says ready."""
        self.start_only()
        wait_until(self.is_ready, ready_within, f"the server is ready ({self.log})")
        return self

    def start_only(self) -> None:
        """The same, without waiting."""
        argv = [sys.executable, "-m", "realtime", "serve", "--host", "127.0.0.1"]
        argv += ["--port", str(self._listens_at)]
        self.process = Process(argv, self.log, env=self.env, cwd=ROOT)

    def is_ready(self) -> bool:
        if self.process is None or not self.process.is_running():
            raise AssertionError(f"the server ended:\n{self.said()}")
        try:
            with urllib.request.urlopen(f"{self.origin}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def said(self) -> str:
        """All that it logged and printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def faults(self) -> list[str]:
        """Lines of the log that tell of a fault of ours."""
        return [line for line in self.said().splitlines() if _FAULT.search(line)]

    def database_url(self) -> str:
        own = f"sqlite:///{self.env['PALIER_DATA_DIR']}/palier.db"
        return self.env["PALIER_DATABASE_URL"] or own

    def keyring(self) -> Keyring:
        """What it seals homes with."""
        return open_keyring(Path(self.env["PALIER_DATA_DIR"]), self.env.get("PALIER_SECRET", ""))

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def kill9(self) -> None:
        """SIGKILL: what was acked must survive it."""
        assert self.process is not None
        self.process.kill9()

    def stop(self, seconds: float = 15) -> int:
        """SIGTERM, as an operator's restart does; the exit code."""
        assert self.process is not None
        self._search_metrics()
        self.process.stop(signal.SIGTERM, seconds)
        canary.look("log", self.said(), str(self.log))
        canary.look_at_mails(Path(self.env["PALIER_DATA_DIR"]) / "mail")
        return self.process.wait_for_exit()

    def _search_metrics(self) -> None:
        asked = f"{self.origin}/metrics"
        gone = (OSError, http.client.HTTPException)
        with contextlib.suppress(*gone), urllib.request.urlopen(asked, timeout=5) as answer:
            canary.look("metrics", answer.read(), self.origin)

    def run(self, *arguments: str, timeout: float = 60) -> str:
        """`python -m realtime ARGUMENTS` on the same settings; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "realtime", *arguments],
            env=self.env,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"{arguments} ended {done.returncode}:\n{done.stderr}")
        canary.look("printed", done.stdout + done.stderr, " ".join(arguments))
        if "--out" in arguments:
            canary.look_at_cards(Path(arguments[arguments.index("--out") + 1]))
        return done.stdout

    def demo(self, members: int, *, cell: str = "", seed: int = 1) -> list[Resident]:
        """Members at level `postcard`, in `cell` or spread over the town, behind the canary."""
        tokens = self.directory / f"tokens-{cell or 'town'}-{seed}.jsonl"
        arguments = ["--members", str(members), "--seed", str(seed), "--tokens", str(tokens)]
        self.run("demo", *arguments, *(["--cell", cell] if cell else []))
        lines = tokens.read_text(encoding="utf-8").splitlines()
        residents = [_resident(json.loads(line)) for line in lines]
        accounts = [one.account for one in residents]
        canary.settle_behind(self.database_url(), self.keyring, accounts)
        return residents

    def __enter__(self) -> ServerProcess:
        return self if self.process else self.start()

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.stop()
            canary.assert_unseen()


def _resident(line: dict[str, Any]) -> Resident:
    return Resident(line["account"], line["token"], line["cell"], line["lon"], line["lat"])


def _plain_environment() -> dict[str, str]:
    """Ours without the settings of whoever runs the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PALIER_")}

"""Real programs a test starts: on a free port, ended by their id, never outliving the test run."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def free_port() -> int:
    """A TCP port nobody listens on at 127.0.0.1 right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(happened: Callable[[], bool], seconds: float, what: str) -> None:
    """Return as soon as `happened()` is true; fail, naming `what`, after `seconds`."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(0.01)


def accepts(port: int) -> bool:
    """True when something listens on the port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def scratch(owner: str | None = None) -> Iterator[Path]:
    """A short-lived directory; `owner` names the system account that must be able to write it.

    Not pytest's tmp_path: that one is closed to other accounts, and too long for a Unix socket.
    """
    path = Path(tempfile.mkdtemp(prefix="palier-"))
    if owner:
        shutil.chown(path, owner)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


class Process:
    """One program with its output in a log file."""

    def __init__(
        self,
        argv: Sequence[str],
        log: Path,
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        account: str | None = None,
        parent_death: signal.Signals = signal.SIGKILL,
    ) -> None:
        def die_with_the_tests() -> None:
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, parent_death)

        self.log = log
        with log.open("ab") as out:
            self._popen = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                user=account,
                group=account,
                extra_groups=[] if account else None,
                preexec_fn=die_with_the_tests,
            )

    @property
    def pid(self) -> int:
        return self._popen.pid

    def is_running(self) -> bool:
        return self._popen.poll() is None

    def wait_for_exit(self, seconds: float = 10) -> int:
        """Its exit code (negative: the signal that ended it)."""
        return self._popen.wait(seconds)

    def send(self, number: signal.Signals) -> None:
        if self.is_running():
            os.kill(self.pid, number)

    def kill9(self) -> None:
        """SIGKILL, as a power cut would: nothing is said goodbye to."""
        self.send(signal.SIGKILL)
        self.wait_for_exit()

    def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = 10) -> None:
        """Ask it to end; SIGKILL when it has not within `seconds`."""
        self.send(number)
        try:
            self.wait_for_exit(seconds)
        except subprocess.TimeoutExpired:
            self.kill9()

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

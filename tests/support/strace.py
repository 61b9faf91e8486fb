"""How often a process asked the disk to keep what it wrote, as its kernel saw it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_SYNC = re.compile(r"\b(fsync|fdatasync)\((\d+)(?:<([^>]*)>)?")


def syncs_of(program: str, arguments: list[str], directory: Path) -> list[str]:
    """Run a Python program under strace; the file of each fsync it made, in order."""
    assert shutil.which("strace"), "strace is not installed; bin/test says how"
    trace = directory / "trace"
    argv = ["strace", "-f", "-y", "-e", "trace=fsync,fdatasync", "-o", str(trace)]
    done = subprocess.run(
        [*argv, sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    if "Operation not permitted" in done.stderr:
        pytest.skip("this machine does not allow strace")
    assert done.returncode == 0, done.stderr
    return [match[3] or "" for match in _SYNC.finditer(trace.read_text())]

"""A test that fails with a line open ends like any other; it once hung the whole run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.app import ROOT

_FAILS = """
import asyncio

async def test_fails():
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    line = await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1])
    assert line is server
"""


def test_a_test_that_fails_with_a_line_open_ends(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(_FAILS)
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n")
    argv = [sys.executable, "-m", "pytest", "-q", "-c", "pyproject.toml", "-p", "no:cacheprovider"]
    argv += ["--rootdir", str(tmp_path), str(tmp_path / "test_it.py")]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=45, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "FAILED" in done.stdout

"""The worker as a child of `serve`: started with it, started again if it dies, never outliving it.

Linux ends the child when its parent dies, SIGKILL included (PR_SET_PDEATHSIG). Between the fork
and that request the parent may already have died: the child compares its parent's id once more.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys

from realtime.logs import log_for

PARENT = "PALIER_PARENT"
_PR_SET_PDEATHSIG = 1
_STOPS_WITHIN_SECONDS = 8.0
_SHORTEST_LIFE_SECONDS = 5.0


async def keep_child(origin: str) -> None:
    """Run `python -m realtime worker` for as long as this task lives.

    `origin` is the one in use: `serve --port` may have changed it, and mails link to it.
    """
    loop = asyncio.get_running_loop()
    while True:
        born = loop.time()
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "realtime",
            "worker",
            stdin=asyncio.subprocess.DEVNULL,
            env={**os.environ, "PALIER_ORIGIN": origin, PARENT: str(os.getpid())},
        )
        try:
            code = await child.wait()
        except asyncio.CancelledError:
            await _stop(child)
            raise
        log_for("worker").error("worker_ended", code=code)
        # One that dies at birth is not started a hundred times a second.
        await asyncio.sleep(max(0.2, _SHORTEST_LIFE_SECONDS - (loop.time() - born)))


async def _stop(child: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
    try:
        async with asyncio.timeout(_STOPS_WITHIN_SECONDS):
            await child.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


def die_with_parent() -> None:
    """In the child, first thing: end when `serve` ends. Does nothing for a worker of its own."""
    parent = os.environ.get(PARENT)
    if parent is None:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(parent):
        sys.exit(0)

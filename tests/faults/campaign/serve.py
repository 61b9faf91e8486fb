"""`python -m realtime`, with failpoints or a mutant planted first. Only the campaign starts this.

CAMPAIGN_CLOCK names the file that moves its clock. CAMPAIGN_FAILPOINTS=P ends the process with
probability P, by its own hand and without goodbye, at each step between the change and its ack.
CAMPAIGN_MUTANT names a bug of `mutants.py`.
"""

from __future__ import annotations

import contextlib
import os
import random
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from realtime.__main__ import main
from realtime.clock import Clock
from realtime.db import Tx
from realtime.fanout.commit import Committed, Committer
from realtime.fanout.local import Local
from realtime.fanout.rendering import Rendered
from realtime.gateway.dispatch import Dispatch
from realtime.journal import Changed
from tests.faults.campaign import mutants


def die_at(share: float) -> None:
    if random.random() < share:
        os._exit(9)


def plant_failpoints(share: float) -> None:
    """Before and after the change, after the commit, in mid-fan-out, after it, after the ack."""
    write, command = Committer._write, Dispatch.command

    def deadly_write(
        self: Committer, tx: Tx, act: Callable[[Tx, datetime], Changed[Any]]
    ) -> Committed[Any]:
        die_at(share)
        committed = write(self, tx, act)
        die_at(share)
        return committed

    async def deadly_commit(
        self: Committer, act: Callable[[Tx, datetime], Changed[Any]]
    ) -> Committed[Any]:
        publish = self._bus.publish
        committed = await self._db.write(self._write, act)
        die_at(share)
        publish(committed.events)
        die_at(share)
        return committed

    async def deadly_command(self: Dispatch, *arguments: Any) -> bytes:
        ack = await command(self, *arguments)
        die_at(share)
        return ack

    hear = Local.hear

    def deadly_hear(self: Local, events: Sequence[Rendered]) -> None:
        for event in events:
            die_at(share / 3)
            hear(self, [event])

    mutants.plant(Committer, "_write", deadly_write)
    mutants.plant(Local, "hear", deadly_hear)
    mutants.plant(Committer, "commit", deadly_commit)
    mutants.plant(Dispatch, "command", deadly_command)


def let_the_clock_jump(path: Path) -> None:
    """The file says how many seconds the clock is off."""
    jump = timedelta(0)
    now = Clock.now

    def follow() -> None:
        nonlocal jump
        while True:
            with contextlib.suppress(OSError, ValueError):
                jump = timedelta(seconds=int(path.read_text("utf-8")))
            time.sleep(0.1)

    threading.Thread(target=follow, daemon=True).start()
    mutants.plant(Clock, "now", lambda self: now(self) + jump)


if __name__ == "__main__":
    if clock := os.environ.get("CAMPAIGN_CLOCK"):
        let_the_clock_jump(Path(clock))
    if share := os.environ.get("CAMPAIGN_FAILPOINTS"):
        plant_failpoints(float(share))
    if mutant := os.environ.get("CAMPAIGN_MUTANT"):
        mutants.MUTANTS[mutant]()
    sys.exit(main())

"""`python -m realtime`, with failpoints or a mutant planted first. Only the campaign starts this.

CAMPAIGN_FAILPOINTS=P ends the process with probability P, by its own hand and without goodbye, at
each step between the change and its ack. CAMPAIGN_MUTANT names a bug of `mutants.py`.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from realtime.__main__ import main
from realtime.db import Tx
from realtime.fanout.commit import Committed, Committer
from realtime.gateway.dispatch import Dispatch
from realtime.journal import Changed
from tests.faults.campaign import mutants


def die_at(share: float) -> None:
    if random.random() < share:
        os._exit(9)


def plant_failpoints(share: float) -> None:
    """Before and after the change, after the commit, before and after the ack is made."""
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

    mutants.plant(Committer, "_write", deadly_write)
    mutants.plant(Committer, "commit", deadly_commit)
    mutants.plant(Dispatch, "command", deadly_command)


if __name__ == "__main__":
    if share := os.environ.get("CAMPAIGN_FAILPOINTS"):
        plant_failpoints(float(share))
    if mutant := os.environ.get("CAMPAIGN_MUTANT"):
        mutants.MUTANTS[mutant]()
    sys.exit(main())

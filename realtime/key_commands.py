"""What an operator asks about push keys: make the first, show them, put a new one in front."""

from __future__ import annotations

from realtime.clock import Clock
from realtime.commands import prepare, run_loop
from realtime.db import open_database
from realtime.push.keys import lines_about, open_keys, rotate
from realtime.push.store import count_keys
from realtime.settings import Settings


def push_keys(settings: Settings, act: str) -> None:
    """`act`: create, show or rotate. Each says what there is then; public halves only."""
    prepare(settings)
    now = Clock(settings.clock_offset).now()
    if act == "rotate":
        rotate(settings.data_dir, now)
    keys = open_keys(settings.data_dir, settings.operator_mail, now)
    print("\n".join(lines_about(keys, run_loop(lambda: _count(settings)))))
    if act == "rotate":
        print("Restart serve and worker: devices change to the new key as they come back.")


async def _count(settings: Settings) -> dict[str, int]:
    db = open_database(settings.database)
    try:
        return await db.read(count_keys)
    finally:
        await db.close()

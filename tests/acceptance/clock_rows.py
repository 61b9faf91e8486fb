"""Rows of *events explain state* for what the worker does when its time has come.

Each is (name, act, what happens before). A scene has `url` and what was `done`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from realtime.alerts.schedule import archive, expire, show_sightings
from realtime.announcements.actions import keep_time
from realtime.clock import to_iso
from realtime.db import Tx, open_database
from realtime.journal import Changed, append
from tests.support.clients import new_key
from tests.support.residents import RIGHTS

Step = Callable[[Any], Awaitable[Any]]
RowOf = tuple[str, Step, tuple[Step, ...]]
Sweep = Callable[[Tx, datetime], Changed[int]]


def swept(sweep: Sweep, **passed: float) -> Step:
    """The worker's own way to do it, after that time."""

    async def act(scene: Any) -> None:
        now = datetime.now(UTC) + timedelta(**passed)

        def write(tx: Tx) -> int:
            changed = sweep(tx, now)
            append(tx, changed.events, now)
            return changed.value

        db = await asyncio.to_thread(open_database, scene.url)
        done = [await db.write(write)]
        while done[-1]:
            done.append(await db.write(write))
        await db.close()
        assert sum(done), "there was nothing to do"

    return act


async def raised(scene: Any) -> None:
    await scene.raised()


async def sighted(scene: Any) -> None:
    await scene.sighted()


async def withdrawn(scene: Any) -> None:
    await scene.ada.ask("alert.withdraw", id=scene.done["alert"]["id"])


async def published(scene: Any) -> None:
    await scene.published()


async def scheduled(scene: Any) -> None:
    now = datetime.now(UTC)
    await scene.hall.ask(
        "announcement.publish",
        key=new_key(),
        title="Marché déplacé",
        body="Place des Lices.",
        level="info",
        publish_at=to_iso(now + timedelta(days=1)),
        expires_at=to_iso(now + timedelta(days=3)),
    )


CLOCK_ROWS: tuple[RowOf, ...] = (
    (
        "a sighting nobody answered is shown",
        swept(lambda tx, now: show_sightings(tx, RIGHTS, now), minutes=11),
        (raised, sighted),
    ),
    ("an alert ends", swept(lambda tx, now: expire(tx, RIGHTS, now), days=60), (raised,)),
    (
        "an ended alert is archived",
        swept(lambda tx, now: archive(tx, RIGHTS, now), days=60),
        (raised, withdrawn),
    ),
    (
        "a scheduled announcement appears",
        swept(lambda tx, now: keep_time(tx, RIGHTS, now), days=2),
        (scheduled,),
    ),
    (
        "an announcement ends",
        swept(lambda tx, now: keep_time(tx, RIGHTS, now), days=4),
        (published,),
    ),
)

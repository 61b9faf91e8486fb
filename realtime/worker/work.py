"""Which job name leads to which function, and what is swept when: the worker's map of the house."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from realtime import outbox
from realtime.accounts import actions as accounts
from realtime.accounts.emails import actions as emails
from realtime.accounts.postcards import actions as postcards
from realtime.accounts.retention import actions as retention
from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.fanout.bus import Bus
from realtime.fanout.commit import Committer
from realtime.fanout.locks import Locks
from realtime.journal import append, trim
from realtime.keyring import Keyring
from realtime.mail import Post
from realtime.members import keys
from realtime.members.rights import Rights
from realtime.members.store import forget_keys
from realtime.outbox import Job
from realtime.push.keys import KeyRing
from realtime.reports import actions as reports
from realtime.settings import Settings
from realtime.worker.alerts import alert_jobs, alert_schedules
from realtime.worker.push import Ring, canary_schedule, open_push, push_schedules
from realtime.worker.runner import Run, Runner
from realtime.worker.schedules import CHUNK, Schedule, Scheduler

# Less than `serve` waits for its child.
DRAIN_SECONDS = 5.0
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What the worker works with; `commands` fills it."""

    settings: Settings
    clock: Clock
    db: Database
    bus: Bus
    committer: Committer
    keyring: Keyring
    keys: KeyRing
    post: Post
    locks: Locks


async def work(shop: Workshop, stopping: asyncio.Event) -> None:
    """Until `stopping`; jobs under way may end. Who is cut off is done again after its lease."""
    ring = Ring(shop.keyring, shop.keys)
    async with (
        open_push(shop.db, shop.clock, shop.post, ring, shop.settings) as push,
        asyncio.TaskGroup() as tasks,
    ):
        running = [
            tasks.create_task(shop.bus.run()),
            tasks.create_task(Scheduler(shop.db, shop.clock, shop.locks, schedules(shop)).run()),
        ]
        todo = {**jobs(shop), **push.jobs()}
        runner = tasks.create_task(Runner(shop.db, shop.clock, todo).run(stopping))
        await stopping.wait()
        await asyncio.wait([runner], timeout=DRAIN_SECONDS)
        for task in (*running, runner):
            task.cancel()


def jobs(shop: Workshop) -> dict[str, Run]:
    async def mail_account(job: Job) -> None:
        now = shop.clock.now()
        letter = await shop.db.write(emails.compose, job.about, shop.settings.origin, now)
        if letter is not None:
            await shop.post.send(letter)

    async def mail_report(job: Job) -> None:
        letter = await shop.db.read(reports.compose, job.about, operator)
        if letter is not None:
            await shop.post.send(letter)

    operator, origin = shop.settings.operator_mail, shop.settings.origin
    return {
        emails.JOB: mail_account,
        reports.JOB: mail_report,
        **alert_jobs(shop.db, shop.clock, shop.post, operator, origin),
    }


def schedules(shop: Workshop) -> Sequence[Schedule]:
    rights = Rights(shop.settings.levels_of_the_street)
    visitor_time = shop.settings.visitor_time
    forget_visitors = partial(retention.forget_visitors, visitor_time=visitor_time)
    return (
        *alert_schedules(rights),
        *push_schedules(rights),
        canary_schedule(shop.settings.operator_mail),
        Schedule("expired jobs", _MINUTE, outbox.drop_expired),
        Schedule("lapsed sign-ins", _HOUR, _end_lapsed, accounts.LAPSED_AT_ONCE),
        Schedule("mailed links", _HOUR, emails.forget_links),
        Schedule("postcards", _HOUR, postcards.forget_old),
        Schedule("visitors", _HOUR, forget_visitors, retention.CHUNK),
        Schedule("reports", _HOUR, reports.forget_old),
        Schedule("journal", _HOUR, trim),
        Schedule("command keys", _HOUR, _forget_keys),
    )


def _end_lapsed(tx: Tx, now: datetime) -> int:
    ended = accounts.end_lapsed(tx, now)
    append(tx, ended.events, now)
    return ended.value


def _forget_keys(tx: Tx, now: datetime) -> int:
    return forget_keys(tx, now - keys.KEPT, CHUNK)

"""What the worker does for alerts and announcements: their end in time, the operator's mail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from realtime.alerts import schedule as alerts
from realtime.alerts.store import find_alert
from realtime.announcements import actions as announcements
from realtime.clock import Clock, to_iso
from realtime.db import Database, Tx
from realtime.journal import Changed, append
from realtime.mail import Letter, Post
from realtime.members.rights import Rights
from realtime.outbox import Job
from realtime.worker.runner import Run
from realtime.worker.schedules import Schedule

_SECONDS = timedelta(seconds=5)
_HOUR = timedelta(hours=1)


def alert_schedules(rights: Rights) -> Sequence[Schedule]:
    """Nodes hear of the events within a second: they ask for the heads that moved."""

    def in_time(sweep: Callable[[Tx, Rights, datetime], Changed[int]]) -> Callable[..., int]:
        return lambda tx, now: _told(tx, sweep(tx, rights, now), now)

    return (
        Schedule("sightings", _SECONDS, in_time(alerts.show_sightings), alerts.AT_ONCE),
        Schedule("ended alerts", _SECONDS, in_time(alerts.expire), alerts.AT_ONCE),
        Schedule("old alerts", _HOUR, in_time(alerts.archive), alerts.AT_ONCE),
        Schedule("unused photos", _HOUR, in_time(alerts.forget_photos), alerts.PHOTOS_AT_ONCE),
        Schedule(
            "announcements", _SECONDS, in_time(announcements.keep_time), announcements.AT_ONCE
        ),
    )


def _told(tx: Tx, changed: Changed[int], now: datetime) -> int:
    append(tx, changed.events, now)
    return changed.value


def alert_jobs(
    db: Database, clock: Clock, post: Post, operator: str, origin: str
) -> Mapping[str, Run]:
    async def mail_disputed(job: Job) -> None:
        """Three households dispute an alert: the operator reads it."""
        alert = await db.read(find_alert, str(job.about["alert"]))
        if alert is None or alert.state != "disputed":
            return
        fields = {
            "title": alert.title,
            "body": alert.body,
            "kind": alert.kind,
            "raised_at": to_iso(alert.raised_at),
            "link": f"{origin}/alertes/{alert.id}",
        }
        await post.send(Letter(operator, "fr", "disputed", fields))

    return {"mail.alert_disputed": mail_disputed}

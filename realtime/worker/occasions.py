"""What a job of the outbox means for phones: the occasion, whom it is for, what it says now.

Words are read again before each batch: nothing that was edited, withdrawn or disputed rings.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from realtime.alerts.model import CONFIRMED_BY, Alert
from realtime.alerts.sightings import store as sightings
from realtime.alerts.store import find_alert, list_owners
from realtime.announcements import store as announcements
from realtime.announcements.model import Announcement
from realtime.db import Tx
from realtime.errors import Refused
from realtime.geo.covering import nearest_first
from realtime.members.audience.store import list_under, sample_under
from realtime.members.rights import Rights
from realtime.outbox import Job
from realtime.push.policy import Notice
from realtime.push.ringing import Occasion, count_phones
from realtime.push.runs.store import find_newest
from realtime.worker.calling import called_by
from realtime.worker.meant import Meant

# Where a worker was away for long: what was raised then still rings for this long, if it lasts.
_LIFE = {"push.sighting": timedelta(hours=12), "push.match": timedelta(hours=24)}


def meant_by(tx: Tx, job: Job, rights: Rights, now: datetime) -> list[Meant]:
    """Nothing when it is over, or nobody's business any more."""
    if job.name == "push.message":
        return called_by(tx, str(job.about["message"]), rights, now)
    meant = _meant_by(tx, job, now)
    return [] if meant is None else [meant]


def _meant_by(tx: Tx, job: Job, now: datetime) -> Meant | None:
    about = job.about
    if job.name == "push.alert":
        return _alert(tx, str(about["alert"]), int(about["version"]), job.expires_at, now)
    if job.name == "push.confirmed":
        # Where nobody rang yet, the job that will knows that it is confirmed.
        run = find_newest(tx, str(about["alert"]), "alert")
        return None if run is None else _alert(tx, run.subject, run.version, job.expires_at, now)
    if job.name == "push.sighting":
        sighting = sightings.find_sighting(tx, str(about["sighting"]))
        return None if sighting is None else _own(tx, job, sighting.alert, sighting.id, now)
    if job.name == "push.match":
        subject = f"{about['alert']}:{about['other']}"
        return _own(tx, job, str(about["alert"]), subject, now)
    return _announcement(tx, str(about["announcement"]), now)


def is_grave(alert: Alert) -> bool:
    """What must arrive: when no phone answers for it, a mail goes out."""
    return alert.urgency == "high" and alert.severity in ("serious", "life")


def _alert(
    tx: Tx, alert_id: str, version: int, expires_at: datetime | None, now: datetime
) -> Meant | None:
    alert = find_alert(tx, alert_id)
    if alert is None or not rings(alert, now):
        return None
    cells = nearest_first(alert.cells, alert.cell)
    accounts = [one for one in list_under(tx, cells, now) if one != alert.author]
    occasion = Occasion(
        kind="alert",
        subject=alert.id,
        version=version,
        raised_at=alert.rang_at or alert.raised_at,
        notice=notice_of(tx, alert, expires_at or alert.expires_at),
        cell=alert.cell,
        rooms=rooms_of(alert),
    )
    return Meant(occasion, accounts, by_mail=is_grave(alert))


def rooms_of(alert: Alert) -> tuple[str, ...]:
    """By which names a member silences it: its own, and its thread's."""
    return (alert.id,) if alert.conversation is None else (alert.id, alert.conversation)


def rings(alert: Alert, now: datetime) -> bool:
    """Open, and not disputed by three households."""
    return alert.state == "active" and now < alert.expires_at and alert.urgency != "none"


def notice_of(tx: Tx, alert: Alert, expires_at: datetime) -> Notice:
    return Notice(
        kind=alert.kind,
        family="resident" if alert.organisation is None else "official",
        urgency=alert.urgency,
        expires_at=min(expires_at, alert.expires_at),
        passes=_passes(tx, alert),
        severe=alert.severity == "life",
    )


def _passes(tx: Tx, alert: Alert) -> bool:
    """`Kind.quiet`, now that it is known who raised it and who confirmed it."""
    quiet = alert.row.quiet
    if quiet == "passes":
        return True
    if quiet == "urgent":
        return alert.organisation is not None and alert.severity == "life"
    if quiet == "confirmed":
        confirms = sightings.count_voices(tx, [alert.id]).get((alert.id, "confirm"), 0)
        return confirms >= CONFIRMED_BY
    return False


def _own(tx: Tx, job: Job, alert_id: str, subject: str, now: datetime) -> Meant | None:
    """For the owners of an alert alone, while it is theirs."""
    alert = find_alert(tx, alert_id)
    if alert is None or not alert.is_open(now):
        return None
    life = _LIFE[job.name]
    notice = Notice(
        kind=job.name.removeprefix("push."),
        family="own",
        urgency="high",
        expires_at=min(alert.expires_at, now + life),
    )
    occasion = Occasion(
        kind=notice.kind,
        subject=subject,
        version=1,
        raised_at=now,
        notice=notice,
        rooms=rooms_of(alert),
    )
    return Meant(occasion, list_owners(tx, alert))


def find_announcement(tx: Tx, announcement_id: str) -> Announcement | None:
    try:
        return announcements.get_announcement(tx, announcement_id)
    except Refused:
        return None


def _announcement(tx: Tx, announcement_id: str, now: datetime) -> Meant | None:
    told = find_announcement(tx, announcement_id)
    if told is None or told.state != "published" or now >= told.expires_at:
        return None
    is_urgent = told.level == "urgent"
    notice = Notice(
        kind="announcement",
        family="official",
        urgency="high" if is_urgent else "normal",
        expires_at=min(told.expires_at, told.publish_at + timedelta(hours=72)),
        passes=is_urgent,
        severe=is_urgent,
    )
    occasion = Occasion(
        kind="announcement",
        subject=told.id,
        version=1,
        raised_at=max(told.publish_at, now - timedelta(hours=1)),
        notice=notice,
        cell=None,
    )
    return Meant(occasion, list_under(tx, told.cells, now))


def phones_for(tx: Tx, draft: Alert, among: int, now: datetime) -> int:
    """How many phones an alert would ring if it were raised now, `among` so many members. Beyond a
    thousand some stand for all: a preview must not read a town.
    """
    if draft.urgency == "none":
        return 0
    one_in = max(1, -(-among // _PREVIEWED))
    accounts = [a for a in sample_under(tx, draft.cells, now, one_in) if a != draft.author]
    notice = notice_of(tx, draft, draft.expires_at)
    return one_in * count_phones(tx, notice, draft.cell, accounts, now)


_PREVIEWED = 1_000

"""What the worker does for Web Push: jobs into batches, batches to phones, mails for the rest."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from realtime.accounts.emails.store import find_confirmed
from realtime.accounts.store import get_email
from realtime.alerts.store import find_alert
from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.ids import new_ulid
from realtime.keyring import Keyring
from realtime.mail import Letter, Post
from realtime.members.prefs import list_silenced
from realtime.members.rights import Rights
from realtime.members.store import find_member
from realtime.outbox import Job, add
from realtime.push.breaker import Breaker
from realtime.push.deliveries import store as deliveries
from realtime.push.delivering import Deliverer
from realtime.push.endpoints import allowed_by
from realtime.push.keys import KeyRing
from realtime.push.model import IDLE_AFTER, KEPT, SEEN_KEPT, Run
from realtime.push.results import REFUSED
from realtime.push.ringing import AT_ONCE, decide_all
from realtime.push.runs import store as runs
from realtime.push.sender import Sender
from realtime.push.store import disable_idle, forget_disabled, forget_left
from realtime.push.trials import ring_canary
from realtime.push.waiting import ring_waiting
from realtime.settings import Settings
from realtime.worker.asking_again import still_meant
from realtime.worker.contents import digest_of, wanted_of
from realtime.worker.deciding import begin_run, decide_all_meant
from realtime.worker.meant import Meant
from realtime.worker.occasions import meant_by, rings, rooms_of
from realtime.worker.runner import Run as Work
from realtime.worker.said import LANGUAGES, said_of_alert
from realtime.worker.schedules import CHUNK, Schedule

_HOUR = timedelta(hours=1)
_RINGS = (
    "push.alert",
    "push.confirmed",
    "push.sighting",
    "push.match",
    "push.announcement",
    "push.message",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PushJobs:
    """The jobs of push. `deliverer` is opened by `work`, in its loop."""

    db: Database
    clock: Clock
    post: Post
    origin: str
    operator: str
    rights: Rights
    deliverer: Deliverer

    def jobs(self) -> Mapping[str, Work]:
        return {
            **dict.fromkeys(_RINGS, self.ring),
            "push.batch": self.deliver,
            "push.ended": self.end,
            "push.unanswered": self.look_for_unanswered,
            "mail.alert": self.mail_alert,
            "mail.digest": self.mail_digest,
            REFUSED: self.mail_refused,
        }

    async def ring(self, job: Job) -> None:
        """Decide for everybody meant, nearest first; batches start while it goes on."""
        for meant in await self.db.read(meant_by, job, self.rights, self.clock.now()):
            run = await self.db.write(begin_run, job, meant, self.clock.now())
            if not await decide_all_meant(self.db, self.clock, run, meant):
                await self.db.write(_hand_on, job, self.clock.now())
                return

    async def deliver(self, job: Job) -> None:
        await self.deliverer.deliver(job.about)

    async def end(self, job: Job) -> None:
        """An alert is over: whose phone rang for it sees that, silently, in its place."""
        after = await self._end_some(job, "")
        while after is not None:
            after = await self._end_some(job, after)

    async def _end_some(self, job: Job, after: str) -> str | None:
        return await self.db.write(_end_some, str(job.about["alert"]), after, self.clock.now())

    async def look_for_unanswered(self, job: Job) -> None:
        """A grave alert that no device of a member has shown goes to the mail box."""
        ring_job = Job(job.id, "push.alert", job.about, job.attempts, job.expires_at)
        now = self.clock.now()
        found = await self.db.read(meant_by, ring_job, self.rights, now)
        run = await self.db.read(runs.find_run, str(job.about["run"]))
        if not found or run is None:
            return
        meant = found[0]
        for start in range(0, len(meant.accounts), AT_ONCE):
            some = meant.accounts[start : start + AT_ONCE]
            await self.db.write(_mail_some, run, meant, some, self.clock.now())

    async def mail_alert(self, job: Job) -> None:
        now = self.clock.now()
        letter = await self.db.read(_letter_of_alert, job.about, self.origin, now)
        if letter is not None:
            await self.post.send(letter)

    async def mail_refused(self, job: Job) -> None:
        """A push service refuses our signature: nobody behind it rings until that is mended."""
        fields = {"service": str(job.about["origin"]), "health": f"{self.origin}/metrics"}
        await self.post.send(Letter(self.operator, "fr", "push_refused", fields))

    async def mail_digest(self, job: Job) -> None:
        now = self.clock.now()
        letter = await self.db.read(_letter_of_digest, job.about, self.origin, now)
        if letter is not None:
            await self.post.send(letter)


def _hand_on(tx: Tx, job: Job, now: datetime) -> None:
    """The same once more, at once: who has a decision is passed over."""
    add(tx, job.name, job.about, now, expires_at=job.expires_at)


def _end_some(tx: Tx, alert_id: str, after: str, now: datetime) -> str | None:
    """Where to go on, or None at the end."""
    alert = find_alert(tx, alert_id)
    rang = [one.id for one in runs.list_runs(tx, alert_id) if one.kind == "alert"]
    if alert is None or alert.is_open(now) or not rang:
        return None
    found = deliveries.list_accepted(tx, rang, after, AT_ONCE)
    silenced = list_silenced(tx, rooms_of(alert), {account for _, account in found}, now)
    ids = [own_id for own_id, account in found if account not in silenced]
    if ids:
        run = runs.add_run(tx, _ended_run(alert_id, alert.version, now))
        runs.add_phones(tx, run.id, len(ids))
        about = {"run": run.id, "ids": ids}
        add(tx, "push.batch", about, now, expires_at=run.expires_at)
    return found[-1][0] if len(found) == AT_ONCE else None


def _ended_run(alert_id: str, version: int, now: datetime) -> Run:
    return Run(
        id=new_ulid(now),
        kind="ended",
        subject=alert_id,
        version=version,
        raised_at=now,
        queued_at=now,
        expires_at=now + timedelta(hours=3),
    )


def _mail_some(tx: Tx, run: Run, meant: Meant, accounts: Sequence[str], now: datetime) -> None:
    answered = deliveries.list_answered(tx, run.id, run.subject, accounts)
    silent = [one for one in accounts if one not in answered]
    for one in decide_all(tx, meant.occasion, silent, now):
        if one.action == "push" and deliveries.claim_mail(tx, run.id, one.account, now):
            about = {"alert": run.subject, "account": one.account}
            add(tx, "mail.alert", about, now, expires_at=run.expires_at)


def _address(tx: Tx, account: str) -> tuple[str, str] | None:
    """E-mail and language, when the e-mail is confirmed."""
    member = find_member(tx, account)
    if member is None:
        return None
    with suppress(LookupError):
        email, confirmed_at = get_email(tx, account)
        if confirmed_at is not None:
            return email, member.language
    return None


def _letter_of_alert(
    tx: Tx, about: Mapping[str, object], origin: str, now: datetime
) -> Letter | None:
    alert = find_alert(tx, str(about["alert"]))
    address = _address(tx, str(about["account"]))
    if alert is None or address is None or not rings(alert, now):
        return None
    email, language = address
    words = said_of_alert(alert)[language if language == "en" else "fr"]
    fields = {
        "heading": words.title,
        "zone": words.body,
        "body": alert.body,
        "link": f"{origin}/alertes/{alert.id}",
    }
    return Letter(email, language, "alert", fields)


def _letter_of_digest(
    tx: Tx, about: Mapping[str, object], origin: str, now: datetime
) -> Letter | None:
    digest = digest_of(tx, about, now)
    address = _address(tx, str(about["account"]))
    if address is None or digest is None:
        return None
    email, language = address
    at = LANGUAGES.index(language) if language in LANGUAGES else 0
    items = "\n".join(f"- {one}" for one in dict.fromkeys(line[at] for line in digest.lines))
    return Letter(email, language, "digest", {"items": items, "link": origin + digest.path})


def push_schedules(rights: Rights) -> Sequence[Schedule]:
    waiting = partial(ring_waiting, still_for=still_meant(rights))
    return (
        Schedule("held back pushes", timedelta(seconds=30), waiting, 1),
        Schedule("idle devices", _HOUR, _disable_idle),
        Schedule("devices left behind", _HOUR, _forget_left),
        Schedule("disabled devices", _HOUR, _forget_disabled),
        Schedule("old pushes", _HOUR, _forget_old, 1),
        Schedule("what pages showed", _HOUR, _forget_seen),
    )


def _disable_idle(tx: Tx, now: datetime) -> int:
    return disable_idle(tx, now - IDLE_AFTER, now, CHUNK)


def _forget_left(tx: Tx, now: datetime) -> int:
    return forget_left(tx, CHUNK)


def _forget_disabled(tx: Tx, now: datetime) -> int:
    return forget_disabled(tx, now - KEPT, CHUNK)


def _forget_old(tx: Tx, now: datetime) -> int:
    return runs.forget_old(tx, now - KEPT, 1)


def _forget_seen(tx: Tx, now: datetime) -> int:
    return deliveries.forget_seen(tx, now - SEEN_KEPT, CHUNK)


def canary_schedule(operator: str) -> Schedule:
    """Once an hour to the operator's own devices."""

    def ring(tx: Tx, now: datetime) -> int:
        account = find_confirmed(tx, operator)
        return 0 if account is None else ring_canary(tx, account, now)

    return Schedule("canary push", _HOUR, ring)


@dataclass(frozen=True, slots=True)
class Ring:
    """The operator's secret and the server's push keys."""

    keyring: Keyring
    keys: KeyRing


@asynccontextmanager
async def open_push(
    db: Database, clock: Clock, post: Post, ring: Ring, settings: Settings
) -> AsyncIterator[PushJobs]:
    """With a session of its own for as long as it lasts."""
    allowed = allowed_by(settings.push_extra_hosts)
    rights = Rights(settings.levels_of_the_street)
    sender = Sender(allowed)
    try:
        yield PushJobs(
            db=db,
            clock=clock,
            post=post,
            origin=settings.origin,
            operator=settings.operator_mail,
            rights=rights,
            deliverer=Deliverer(
                db=db,
                clock=clock,
                keyring=ring.keyring,
                keys=ring.keys,
                allowed=allowed,
                sender=sender,
                breaker=Breaker(),
                origin=settings.origin,
                content_of=wanted_of,
                still_for=still_meant(rights),
            ),
        )
    finally:
        await sender.close()

"""What a run says at this moment, read from what it is about: None where it must ring no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from realtime.alerts.model import Alert
from realtime.alerts.sightings import store as sightings
from realtime.alerts.store import find_alert
from realtime.announcements.store import names_of_houses
from realtime.db import Tx
from realtime.members.prefs.model import WORDS
from realtime.push.delivering import Wanted
from realtime.push.model import Run
from realtime.push.payload import Content
from realtime.push.runs.store import find_newest, find_run
from realtime.worker import calling, said
from realtime.worker.occasions import find_announcement, is_grave, rings

About = Mapping[str, Any]


def wanted_of(tx: Tx, run: Run, about: About, now: datetime) -> Wanted | None:
    """`about` is the batch's: a digest names the runs that it sums up."""
    if run.kind == "digest":
        return _digest(tx, about, now)
    return _OF_KIND.get(run.kind, _trial)(tx, run, now)


def _alert(tx: Tx, run: Run, now: datetime) -> Wanted | None:
    alert = find_alert(tx, run.subject)
    if alert is None or not rings(alert, now):
        return None
    newest = find_newest(tx, run.subject, "alert")
    if newest is not None and newest.version > run.version:
        # It rang anew since: what is left of this one is replaced by that.
        return None
    return Wanted(
        Content(
            words=said.said_of_alert(alert),
            path=_path(alert),
            tag=f"a-{alert.id}",
            kind=alert.kind,
            again=True,
            urgent=is_grave(alert),
        ),
        alert.urgency,
        gives_up_early=is_grave(alert),
    )


def _path(alert: Alert) -> str:
    return f"/alertes/{alert.id}"


def _ended(tx: Tx, run: Run, now: datetime) -> Wanted | None:
    alert = find_alert(tx, run.subject)
    if alert is None or alert.state not in ("resolved", "withdrawn"):
        return None
    content = Content(
        words=said.said_of_end(alert),
        path=_path(alert),
        tag=f"a-{alert.id}",
        kind="ended",
        silent=True,
    )
    return Wanted(content, "normal")


def _mine(tx: Tx, run: Run, now: datetime) -> Wanted | None:
    """A sighting for the owner of an alert, or another alert that matches it."""
    if run.kind == "sighting":
        sighting = sightings.find_sighting(tx, run.subject)
        if sighting is None or sighting.state == "declined":
            return None
        alert_id, other_id = sighting.alert, sighting.alert
    else:
        alert_id, _, other_id = run.subject.partition(":")
    alert, other = find_alert(tx, alert_id), find_alert(tx, other_id)
    if alert is None or other is None or not (alert.is_open(now) and other.is_open(now)):
        return None
    is_sighting = run.kind == "sighting"
    words = said.said_of_sighting(alert) if is_sighting else said.said_of_match(other)
    content = Content(
        words=words,
        path=_path(alert if is_sighting else other),
        tag=f"{run.kind[0]}-{run.subject}",
        kind=run.kind,
        again=True,
    )
    return Wanted(content, "high")


def _announcement(tx: Tx, run: Run, now: datetime) -> Wanted | None:
    told = find_announcement(tx, run.subject)
    if told is None or told.state != "published" or now >= told.expires_at:
        return None
    house = names_of_houses(tx, [told.organisation]).get(told.organisation, "")
    content = Content(
        words=said.said_of_announcement(told, house),
        path=f"/infos/{told.id}",
        tag=f"m-{told.id}",
        kind="announcement",
        urgent=told.level == "urgent",
    )
    return Wanted(content, "high" if told.level == "urgent" else "normal")


def _digest(tx: Tx, about: About, now: datetime) -> Wanted | None:
    digest = digest_of(tx, about, now)
    if digest is None:
        return None
    words = said.said_of_digest(digest.lines, is_chat=digest.is_chat)
    return Wanted(Content(words=words, path=digest.path, tag="digest", kind="digest"), "low")


class Digest(NamedTuple):
    """What is still there of what was held back."""

    lines: Sequence[said.Line]
    is_chat: bool

    @property
    def path(self) -> str:
        return "/messages" if self.is_chat else "/autour"


def digest_of(tx: Tx, about: About, now: datetime) -> Digest | None:
    """Of the runs that `about` names; None when all of them are over."""
    lines, is_chat = [], True
    for run_id in about.get("runs", ()):
        run = find_run(tx, str(run_id))
        line = None if run is None else _line(tx, run, now)
        if run is not None and line is not None:
            lines.append(line)
            is_chat = is_chat and run.kind in WORDS
    return Digest(lines, is_chat) if lines else None


def _line(tx: Tx, run: Run, now: datetime) -> said.Line | None:
    if run.kind == "alert":
        # Disputed or not for waking anybody, it is still news.
        alert = find_alert(tx, run.subject)
        return (alert.title,) * 2 if alert is not None and alert.is_open(now) else None
    wanted = wanted_of(tx, run, {}, now)
    if wanted is None:
        return None
    words = [wanted.content.words[language] for language in said.LANGUAGES]
    heads = [one.body if run.kind in WORDS else one.title for one in words]
    return heads[0], heads[1]


def _trial(tx: Tx, run: Run, now: datetime) -> Wanted | None:
    is_test = run.kind == "test"
    content = Content(
        words=said.TEST if is_test else said.CANARY,
        path="/moi/notifications",
        tag=run.kind,
        kind=run.kind,
        again=is_test,
        silent=not is_test,
    )
    return Wanted(content, "high" if is_test else "none")


_OF_KIND: Mapping[str, Callable[[Tx, Run, datetime], Wanted | None]] = {
    "alert": _alert,
    "ended": _ended,
    "sighting": _mine,
    "match": _mine,
    "announcement": _announcement,
    **dict.fromkeys(WORDS, calling.wanted_of_message),
}

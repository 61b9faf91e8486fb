"""Whether a phone rings: one pure function, and a named reason for every answer.

Mute beats urgency, urgency beats the night; the day's cap holds for all but what is severe. Nothing
waits for a morning that comes after its own end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from realtime.geo.cells import BLOCK, HOME, ring
from realtime.members.prefs import Prefs
from realtime.push.quiet import next_time

Action = Literal["push", "badge", "digest", "delay", "off"]
Ring = Literal["street", "neighbourhood", "farther", "own"]
# Residents' alerts, an organisation's news, what answers me, words to me, a trial.
Family = Literal["resident", "official", "own", "chat", "trial"]
Urgency = Literal["none", "low", "normal", "high"]

RESIDENT_PUSHES_A_DAY = 3
# A device whose page showed it in time need not ring.
PAGE_FIRST = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What might ring. `kind` is what members switch; `passes` is what its row says of the night;
    `severe` is never held back by the cap."""

    kind: str
    family: Family
    urgency: Urgency
    expires_at: datetime
    passes: bool = False
    severe: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """`until`: when a delay or a digest is due."""

    action: Action
    reason: str
    until: datetime | None = None


def decide(
    notice: Notice,
    ring: Ring,
    prefs: Prefs,
    rang_today: int,
    now: datetime,
    *,
    muted: bool = False,
) -> Decision:
    """For one member. `rang_today`: the residents' pushes since the member's midnight. `muted`:
    this very alert was silenced."""
    passes = prefs.quiet.passes.get(notice.kind, notice.passes)
    return (
        (Decision("off", "muted") if muted else None)
        or _wanted(notice, ring, prefs, now)
        or (None if passes else _held(notice, prefs, now))
        or _capped(notice, prefs, rang_today, now)
        or Decision("push", "urgent" if passes else "rings")
    )


def counts(notice: Notice) -> bool:
    """Whether a push of it is one of the day's three."""
    return notice.family == "resident"


def _wanted(notice: Notice, ring: Ring, prefs: Prefs, now: datetime) -> Decision | None:
    """What settles it before the hour is looked at."""
    if now >= notice.expires_at:
        return Decision("off", "over_by_then")
    if notice.family == "trial":
        return Decision("push", "trial")
    # What answers me has no ring, and is as near as can be.
    way = prefs.way(notice.kind, "street" if ring == "own" else ring, notice.urgency)
    if way == "off" or way == "badge":
        return Decision(way, f"kind_{way}")
    if way == "digest":
        return _digest(prefs, now, "kind_digest")
    return None


def _held(notice: Notice, prefs: Prefs, now: datetime) -> Decision | None:
    """Snoozed or quiet now: later, unless it is over by then."""
    snoozed = prefs.snoozed_until
    reason, until = "quiet_hours", prefs.quiet.until(now)
    if snoozed is not None and snoozed > now:
        reason, until = "snoozed", prefs.quiet.until(snoozed) or snoozed
    if until is None:
        return None
    if until >= notice.expires_at:
        return Decision("off", "over_by_then")
    return Decision("delay", reason, until)


def _capped(notice: Notice, prefs: Prefs, rang_today: int, now: datetime) -> Decision | None:
    if notice.family != "resident" or notice.severe or rang_today < RESIDENT_PUSHES_A_DAY:
        return None
    return _digest(prefs, now, "day_full")


def _digest(prefs: Prefs, now: datetime, reason: str) -> Decision:
    start = now
    if prefs.snoozed_until is not None and prefs.snoozed_until > now:
        start = prefs.snoozed_until
    return Decision("digest", reason, next_time(start, prefs.digest_at, prefs.quiet))


def ring_of(home: str, cell: str) -> Ring:
    """Where something lies as seen from a home: in its street, its neighbourhood, or farther."""
    if cell[:HOME] in ring(home):
        return "street"
    return "neighbourhood" if cell[:BLOCK] in ring(home[:BLOCK]) else "farther"


def rings_from(notice: Notice, raised_at: datetime, now: datetime) -> datetime:
    """The earliest moment to send: a page that is open gets five seconds to show it first. What is
    urgent rings at once; there the page and the service worker of one device agree."""
    at_once = notice.family == "trial" or (notice.urgency == "high" and notice.family != "chat")
    return now if at_once else max(now, raised_at + PAGE_FIRST)

"""Whether a phone rings: one pure function, and a named reason for every answer.

Mute beats urgency, urgency beats the night, the night beats the day's cap. Nothing waits for a
morning that comes after its own end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from realtime.geo.cells import BLOCK, HOME, ring
from realtime.push.quiet import Quiet, next_time

Action = Literal["push", "badge", "digest", "delay", "off"]
Mode = Literal["push", "badge", "digest", "off"]
Ring = Literal["street", "neighbourhood", "farther", "own"]
# Residents' alerts, an organisation's news, what answers me, a trial.
Family = Literal["resident", "official", "own", "trial"]
# The night of `kinds.Kind.quiet`, once who raised it and who confirmed it are known.
Night = Literal["respected", "opt_in", "passes"]

RESIDENT_PUSHES_A_DAY = 3
DIGEST_MINUTE = 18 * 60 + 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What might ring. `kind` is what members switch; `severe` is never held back by the cap."""

    kind: str
    family: Family
    expires_at: datetime
    night: Night = "respected"
    severe: bool = False


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a member chose. A kind without a mode for a ring rings."""

    modes: Mapping[tuple[str, Ring], Mode] = field(default_factory=dict)
    quiet: Quiet = field(default_factory=Quiet)
    snoozed_until: datetime | None = None
    rings_at_night: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """`until`: when a delay or a digest is due."""

    action: Action
    reason: str
    until: datetime | None = None


REASONS = (
    "trial",
    "kind_off",
    "kind_badge",
    "kind_digest",
    "urgent",
    "asked_at_night",
    "snoozed",
    "quiet_hours",
    "over_by_then",
    "day_full",
    "rings",
)


def decide(notice: Notice, ring: Ring, wishes: Wishes, rang_today: int, now: datetime) -> Decision:
    """For one member. `rang_today`: the residents' pushes since the member's midnight."""
    return (
        _wanted(notice, ring, wishes, now)
        or _held(notice, wishes, now)
        or _capped(notice, wishes, rang_today, now)
        or Decision("push", "rings")
    )


def _wanted(notice: Notice, ring: Ring, wishes: Wishes, now: datetime) -> Decision | None:
    """What settles it before the hour is looked at."""
    mode = wishes.modes.get((notice.kind, ring), "push")
    if now >= notice.expires_at:
        return Decision("off", "over_by_then")
    if notice.family == "trial":
        return Decision("push", "trial")
    if mode == "off" or mode == "badge":
        return Decision(mode, f"kind_{mode}")
    if mode == "digest":
        return _digest(wishes, now, "kind_digest")
    return Decision("push", "urgent") if notice.night == "passes" else None


def counts(notice: Notice) -> bool:
    """Whether a push of it is one of the day's three."""
    return notice.family == "resident"


def _held(notice: Notice, wishes: Wishes, now: datetime) -> Decision | None:
    """Snoozed or quiet now: later, or asked for all the same, or over by then."""
    snoozed = wishes.snoozed_until
    until = wishes.quiet.until(now)
    reason = "quiet_hours"
    if snoozed is not None and snoozed > now:
        reason = "snoozed"
        until = wishes.quiet.until(snoozed) or snoozed
    elif notice.night == "opt_in" and notice.kind in wishes.rings_at_night and until is not None:
        return Decision("push", "asked_at_night")
    if until is None:
        return None
    if until >= notice.expires_at:
        return Decision("off", "over_by_then")
    return Decision("delay", reason, until)


def _capped(notice: Notice, wishes: Wishes, rang_today: int, now: datetime) -> Decision | None:
    if notice.family != "resident" or notice.severe or rang_today < RESIDENT_PUSHES_A_DAY:
        return None
    return _digest(wishes, now, "day_full")


def _digest(wishes: Wishes, now: datetime, reason: str) -> Decision:
    start = now
    if wishes.snoozed_until is not None and wishes.snoozed_until > now:
        start = wishes.snoozed_until
    return Decision("digest", reason, next_time(start, DIGEST_MINUTE, wishes.quiet))


def ring_of(home: str, cell: str) -> Ring:
    """Where something lies as seen from a home: in its street, its neighbourhood, or farther."""
    if cell[:HOME] in ring(home):
        return "street"
    return "neighbourhood" if cell[:BLOCK] in ring(home[:BLOCK]) else "farther"


# A device whose page showed it in time need not ring. Urgent things ring at once all the same: the
# page and the service worker of one device agree between them.
PAGE_FIRST = timedelta(seconds=5)


def rings_from(notice: Notice, raised_at: datetime, *, urgent: bool) -> datetime:
    """The earliest moment to send: a page that is open gets five seconds to show it first."""
    if urgent or notice.family == "trial":
        return raised_at
    return raised_at + PAGE_FIRST

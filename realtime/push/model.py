"""What a subscription, a run and a delivery are. Pure.

A *run* is one thing that makes phones ring, at one version: an alert, a sighting for its owner, an
announcement, a digest, a trial. Each member gets one decision for it, each device one delivery.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

# "waiting": the push service was asked and might have it; it is asked again.
State = Literal["accepted", "gone", "failed", "expired", "waiting"]
# The reason of a device whose own open page was quicker.
PAGE_SHOWED = "page_showed_it"
Gone = Literal["gone", "key", "failing", "idle"]

# A failing device is given up after both: a bad hour of a push service is not its fault.
FAILURES = 5
FAILING_FOR = timedelta(days=1)
# A browser that has not come back for so long is asked no more.
IDLE_AFTER = timedelta(days=45)
KEPT = timedelta(days=30)
# What a page showed matters while a phone may ring for it: nearly all that rings is over by then.
SEEN_KEPT = timedelta(days=3)
# One device writes this often at most that it is still there.
SEEN_EVERY = timedelta(hours=12)
MOST_DEVICES = 10


class Target(NamedTuple):
    """Where to send, and with what to encrypt."""

    endpoint: str
    p256dh: bytes
    auth: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A subscription as it is kept. `sealed` holds the Target."""

    id: str
    account: str
    device: str
    origin: str
    sealed: bytes
    key: str
    label: str
    created_at: datetime
    seen_at: datetime
    ok_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    disabled_reason: Gone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """`subject` is what rings: the id of an alert, an announcement, a device."""

    id: str
    kind: str
    subject: str
    version: int
    raised_at: datetime
    queued_at: datetime
    expires_at: datetime
    phones: int = 0
    accepted: int = 0
    shown: int = 0
    first_accepted_at: datetime | None = None
    last_accepted_at: datetime | None = None
    first_shown_at: datetime | None = None


class Delivery(NamedTuple):
    """What became of one run on one device."""

    subscription: str
    state: State
    reason: str


class Failing(NamedTuple):
    """How long a device has failed."""

    failures: int
    since: datetime | None


def is_given_up(failing: Failing, now: datetime) -> bool:
    return (
        failing.failures >= FAILURES
        and failing.since is not None
        and now - failing.since > FAILING_FOR
    )

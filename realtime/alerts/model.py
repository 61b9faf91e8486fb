"""What an alert is and the states it goes through. Pure: `now` is an argument."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from realtime.alerts.kinds import KINDS, SEVERITIES, Kind, Severity, Urgency
from realtime.errors import Refused
from realtime.geo.cells import BLOCK, prefixes, ring

State = Literal[
    "draft",
    "held",
    "active",
    "disputed",
    "resolved",
    "expired",
    "withdrawn",
    "removed",
    "archived",
]
Happening = Literal[
    "raise",
    "update",
    "prolong",
    "sight",
    "confirm",
    "dispute",
    "suspend",
    "resolve",
    "withdraw",
    "expire",
    "remove",
    "archive",
]
Outcome = Literal["home", "brought_back", "false_alarm", "died", "over"]

OPEN: tuple[State, ...] = ("active", "disputed")
CLOSED: tuple[State, ...] = ("resolved", "expired", "withdrawn", "removed")
DISPUTES_SUSPEND = 3
# Two households say so: a fire at night is not one neighbour's dream.
CONFIRMED_BY = 2
WITHDRAW_WITHIN = timedelta(minutes=2)
ARCHIVED_AFTER = timedelta(days=30)
RING_AGAIN_AFTER = timedelta(hours=24)


def _open_to(state: State | None = None) -> dict[State, State]:
    return {before: state or before for before in OPEN}


# `held` has no way in and nobody takes the way to `removed`: there is no moderator yet.
TRANSITIONS: dict[Happening, dict[State, State]] = {
    "raise": {"draft": "active"},
    "update": _open_to(),
    "prolong": _open_to(),
    "sight": _open_to(),
    "confirm": _open_to(),
    "dispute": _open_to(),
    "suspend": _open_to("disputed"),
    "resolve": _open_to("resolved"),
    "withdraw": _open_to("withdrawn"),
    "expire": _open_to("expired"),
    "remove": dict.fromkeys((*OPEN, "resolved", "expired", "withdrawn"), "removed"),
    "archive": dict.fromkeys(CLOSED, "archived"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert as it is kept. `cells` is the present covering, `reached` every one it ever had.

    `cell` holds the place: 7 characters, 6 once archived, and then no covering tells it finer.
    `radius_m` is None for a drawn area.
    """

    id: str
    kind: str
    author: str
    household: str
    title: str
    body: str
    severity: Severity
    urgency: Urgency
    occurred_at: datetime
    cell: str
    radius_m: int | None
    cells: tuple[str, ...]
    reached: tuple[str, ...]
    raised_at: datetime
    updated_at: datetime
    expires_at: datetime
    state: State = "draft"
    version: int = 1
    organisation: str | None = None
    organisation_name: str = ""
    details: dict[str, object] = field(default_factory=dict)
    hidden_mark: str | None = None
    conversation: str | None = None
    closed_at: datetime | None = None
    rang_at: datetime | None = None
    outcome: Outcome | None = None
    thanked: tuple[str, ...] = ()
    keeps_photos: bool = False
    poster_at: datetime | None = None

    @property
    def row(self) -> Kind:
        return KINDS[self.kind]

    @property
    def family(self) -> str:
        """Residents' alerts and official ones are different topics: other people hear them."""
        return "official" if self.organisation is not None else "area"

    def belongs_to(self, account: str, house: str | None) -> bool:
        """A resident's alert is its author's; an organisation's, of whoever speaks for it now."""
        return self.author == account if self.organisation is None else self.organisation == house

    def is_open(self, now: datetime) -> bool:
        return self.state in OPEN and now < self.expires_at


def moved(alert: Alert, happening: Happening, now: datetime) -> Alert:
    """The alert after it, one version on. Refused("alert_closed") where the table has no way."""
    after = TRANSITIONS[happening].get(alert.state)
    is_over = alert.state in OPEN and now >= alert.expires_at
    if after is None or (is_over and happening not in ("expire", "remove")):
        raise Refused("alert_closed", state="expired" if is_over else alert.state)
    closed_at = now if after in CLOSED and alert.state in OPEN else alert.closed_at
    return replace(
        alert, state=after, version=alert.version + 1, updated_at=now, closed_at=closed_at
    )


def raised(alert: Alert, now: datetime) -> Alert:
    """Active, with its life and urgency. What happened long ago is a notice that wakes nobody."""
    kind = alert.row
    stale = kind.fresh is not None and now - alert.occurred_at > kind.fresh
    return replace(
        moved(alert, "raise", now),
        version=1,
        urgency="none" if stale else alert.urgency,
        severity="info" if stale else alert.severity,
        rang_at=now,
    )


def updated(alert: Alert, now: datetime, **changes: object) -> tuple[Alert, bool]:
    """The alert with its new words, and whether it rings again: only when severity rises."""
    after = replace(moved(alert, "update", now), **changes)  # type: ignore[arg-type]
    rises = SEVERITIES.index(after.severity) > SEVERITIES.index(alert.severity)
    rings = rises and after.state == "active"
    return (replace(after, rang_at=now) if rings else after), rings


def widened(alert: Alert, radius_m: int | None, cells: Iterable[str]) -> Alert:
    """A new area. Those reached before stay reached: they hear how it ends."""
    covering = tuple(sorted(cells))
    if not covering:
        raise ValueError("an area has cells")
    return replace(alert, radius_m=radius_m, cells=covering, reached=union(alert.reached, covering))


def prolonged(alert: Alert, now: datetime) -> tuple[Alert, bool]:
    """Still missing: another life, never past the longest; it may ring once in 24 hours."""
    kind = alert.row
    latest = alert.raised_at + kind.longest
    after = moved(alert, "prolong", now)
    rings = (
        after.state == "active"
        and after.urgency != "none"
        and (alert.rang_at is None or now - alert.rang_at >= RING_AGAIN_AFTER)
    )
    return replace(
        after,
        expires_at=max(alert.expires_at, min(now + kind.life, latest)),
        rang_at=now if rings else alert.rang_at,
    ), rings


def disputed(alert: Alert, households: int, now: datetime) -> Alert:
    """One more household says it is unfounded; the third suspends it."""
    suspends = households >= DISPUTES_SUSPEND
    return moved(alert, "suspend" if suspends else "dispute", now)


def resolved(alert: Alert, outcome: Outcome, thanked: Iterable[str], now: datetime) -> Alert:
    return replace(moved(alert, "resolve", now), outcome=outcome, thanked=tuple(thanked))


def withdrawn(alert: Alert, now: datetime) -> Alert:
    """Taken back within two minutes; later it is resolved as a false alarm."""
    after = moved(alert, "withdraw", now)
    if now - alert.raised_at > WITHDRAW_WITHIN:
        raise Refused("too_late")
    return after


def expired(alert: Alert, now: datetime) -> Alert:
    if now < alert.expires_at:
        raise ValueError(f"{alert.id} expires later")
    return moved(alert, "expire", now)


def archived(alert: Alert, now: datetime) -> Alert:
    """30 days after its end: the place coarsens, what only its owner knew is forgotten.

    The covering of a circle would tell its middle, even coarsened: the alert is left to those who
    read its conversation. What was drawn says nothing of the place.
    """
    if alert.closed_at is None or now - alert.closed_at < ARCHIVED_AFTER:
        raise ValueError(f"{alert.id} is not that old")
    place = coarse(alert.cell)
    is_drawn = alert.radius_m is None
    cells = union((), map(coarse, alert.reached)) if is_drawn else ring(place)
    return replace(
        moved(alert, "archive", now), cell=place, cells=cells, reached=cells, hidden_mark=None
    )


def coarse(cell: str) -> str:
    return cell[:BLOCK]


def union(one: Iterable[str], other: Iterable[str]) -> tuple[str, ...]:
    """Both coverings as one that is prefix-free, so that every home hears each event once."""
    cells = {*one, *other}
    return tuple(
        sorted(
            cell for cell in cells if not any(cell[:end] in cells for end in range(1, len(cell)))
        )
    )


def reaches(cells: Iterable[str], home: str) -> bool:
    """Whether a home lies under a covering."""
    return not frozenset(prefixes(home)).isdisjoint(cells)

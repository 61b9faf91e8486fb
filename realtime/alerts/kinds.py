"""Every kind of alert is one row: adding one touches this table and two translations. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from realtime.members.rights import Act

Urgency = Literal["none", "low", "normal", "high"]
Severity = Literal["info", "minor", "serious", "life"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Radii in metres. `act` is what a member must be allowed, None where nobody may raise it yet.

    `call_first` shows the emergency line; `passes_quiet_hours` lets a push ring at night.
    """

    radius: int
    greatest_radius: int
    life: timedelta
    act: Act | None
    severity: Severity
    urgency: Urgency
    call_first: bool = False
    passes_quiet_hours: bool = False


def _days(days: int) -> timedelta:
    return timedelta(days=days)


def _hours(hours: int) -> timedelta:
    return timedelta(hours=hours)


KINDS: dict[str, Kind] = {
    "lost_cat": Kind(
        radius=500,
        greatest_radius=2_000,
        life=_days(7),
        act=Act.RAISE_EVERYDAY,
        severity="minor",
        urgency="high",
    ),
    "lost_dog": Kind(
        radius=1_600,
        greatest_radius=5_000,
        life=_days(3),
        act=Act.RAISE_EVERYDAY,
        severity="minor",
        urgency="high",
    ),
    "found_pet": Kind(
        radius=1_000,
        greatest_radius=3_000,
        life=_days(7),
        act=Act.RAISE_FOUND_PET,
        severity="minor",
        urgency="normal",
    ),
    "lost_found_object": Kind(
        radius=500,
        greatest_radius=1_000,
        life=_days(14),
        act=Act.RAISE_EVERYDAY,
        severity="info",
        urgency="none",
    ),
    "theft": Kind(
        radius=300,
        greatest_radius=1_000,
        life=_hours(72),
        act=Act.RAISE_SERIOUS,
        severity="serious",
        urgency="normal",
    ),
    "danger_now": Kind(
        radius=300,
        greatest_radius=500,
        life=_hours(2),
        act=Act.RAISE_DANGER,
        severity="life",
        urgency="high",
        call_first=True,
    ),
    "scam_doorstep": Kind(
        radius=1_000,
        greatest_radius=3_000,
        life=_hours(12),
        act=Act.RAISE_SERIOUS,
        severity="serious",
        urgency="normal",
    ),
    "hazard": Kind(
        radius=500,
        greatest_radius=1_000,
        life=_hours(3),
        act=Act.RAISE_SERIOUS,
        severity="serious",
        urgency="high",
        call_first=True,
    ),
    "outage": Kind(
        radius=800,
        greatest_radius=3_000,
        life=_hours(12),
        act=Act.RAISE_EVERYDAY,
        severity="info",
        urgency="low",
    ),
    "road": Kind(
        radius=500,
        greatest_radius=2_000,
        life=_hours(24),
        act=Act.RAISE_EVERYDAY,
        severity="info",
        urgency="low",
    ),
    "help_needed": Kind(
        radius=300,
        greatest_radius=1_000,
        life=_hours(4),
        act=Act.RAISE_EVERYDAY,
        severity="info",
        urgency="normal",
    ),
    "official": Kind(
        radius=1_000,
        greatest_radius=20_000,
        life=_days(30),
        act=Act.PUBLISH,
        severity="info",
        urgency="normal",
    ),
    # In the table so that their words exist; no route reaches them yet.
    "missing_person": Kind(
        radius=3_000,
        greatest_radius=20_000,
        life=_hours(24),
        act=None,
        severity="life",
        urgency="high",
        passes_quiet_hours=True,
    ),
    "official_feed": Kind(
        radius=1_000,
        greatest_radius=20_000,
        life=_hours(24),
        act=None,
        severity="info",
        urgency="normal",
    ),
}

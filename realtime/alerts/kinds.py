"""Every kind of alert is one row: adding one touches this table and two translations. Pure.

Radii rest on where lost animals are found (75 % of cats within 500 m, two thirds of pets within a
mile); the others are our proposals. There is no kind for persons: alerts name acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from realtime.members.rights import Act

Urgency = Literal["none", "low", "normal", "high"]
Severity = Literal["info", "minor", "serious", "life"]
# At night: `confirmed` rings once two households confirmed, `opt_in` for those who asked for it,
# `urgent` when an organisation calls it so.
Quiet = Literal["respected", "opt_in", "confirmed", "urgent", "passes"]
Form = Literal["pet", "theft", "plain"]

SEVERITIES: tuple[Severity, ...] = ("info", "minor", "serious", "life")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Radii in metres. `act` is what a member must be allowed, None where nobody may raise it yet.

    `severity` is what it starts with, `worst` the highest it may be given. `longest` is how far
    "still missing" may carry it. `call_first` shows the emergency line. After `fresh` an event is
    a notice that wakes nobody.
    """

    radius: int
    greatest_radius: int
    life: timedelta
    longest: timedelta
    act: Act | None
    severity: Severity
    worst: Severity
    urgency: Urgency
    quiet: Quiet = "respected"
    form: Form = "plain"
    species: str | None = None
    call_first: bool = False
    fresh: timedelta | None = None


def _days(days: int) -> timedelta:
    return timedelta(days=days)


def _hours(hours: int) -> timedelta:
    return timedelta(hours=hours)


KINDS: dict[str, Kind] = {
    "lost_cat": Kind(
        radius=500,
        greatest_radius=2_000,
        life=_days(7),
        longest=_days(60),
        act=Act.RAISE_EVERYDAY,
        severity="minor",
        worst="minor",
        urgency="high",
        form="pet",
        species="cat",
    ),
    "lost_dog": Kind(
        radius=1_600,
        greatest_radius=5_000,
        life=_days(3),
        longest=_days(30),
        act=Act.RAISE_EVERYDAY,
        severity="minor",
        worst="minor",
        urgency="high",
        form="pet",
        species="dog",
    ),
    "found_pet": Kind(
        radius=1_000,
        greatest_radius=3_000,
        life=_days(7),
        longest=_days(28),
        act=Act.RAISE_FOUND_PET,
        severity="minor",
        worst="minor",
        urgency="normal",
        form="pet",
    ),
    "lost_found_object": Kind(
        radius=500,
        greatest_radius=1_000,
        life=_days(14),
        longest=_days(28),
        act=Act.RAISE_EVERYDAY,
        severity="info",
        worst="info",
        urgency="none",
    ),
    "theft": Kind(
        radius=300,
        greatest_radius=1_000,
        life=_hours(72),
        longest=_hours(72),
        act=Act.RAISE_SERIOUS,
        severity="serious",
        worst="serious",
        urgency="normal",
        form="theft",
        fresh=_hours(24),
    ),
    "danger_now": Kind(
        radius=300,
        greatest_radius=500,
        life=_hours(2),
        longest=_hours(4),
        act=Act.RAISE_DANGER,
        severity="life",
        worst="life",
        urgency="high",
        quiet="opt_in",
        call_first=True,
    ),
    "scam_doorstep": Kind(
        radius=1_000,
        greatest_radius=3_000,
        life=_hours(12),
        longest=_hours(24),
        act=Act.RAISE_SERIOUS,
        severity="serious",
        worst="serious",
        urgency="normal",
    ),
    "hazard": Kind(
        radius=500,
        greatest_radius=1_000,
        life=_hours(3),
        longest=_hours(24),
        act=Act.RAISE_SERIOUS,
        severity="serious",
        worst="life",
        urgency="high",
        quiet="confirmed",
        call_first=True,
    ),
    "outage": Kind(
        radius=800,
        greatest_radius=3_000,
        life=_hours(12),
        longest=_days(3),
        act=Act.RAISE_EVERYDAY,
        severity="info",
        worst="serious",
        urgency="low",
    ),
    "road": Kind(
        radius=500,
        greatest_radius=2_000,
        life=_hours(24),
        longest=_days(7),
        act=Act.RAISE_EVERYDAY,
        severity="info",
        worst="serious",
        urgency="low",
    ),
    "help_needed": Kind(
        radius=300,
        greatest_radius=1_000,
        life=_hours(4),
        longest=_hours(24),
        act=Act.RAISE_EVERYDAY,
        severity="info",
        worst="minor",
        urgency="normal",
    ),
    "official": Kind(
        radius=1_000,
        greatest_radius=20_000,
        life=_days(7),
        longest=_days(30),
        act=Act.PUBLISH,
        severity="info",
        worst="life",
        urgency="normal",
        quiet="urgent",
    ),
    # In the table so that their words exist; no route reaches them yet.
    "missing_person": Kind(
        radius=3_000,
        greatest_radius=20_000,
        life=_hours(24),
        longest=_hours(24),
        act=None,
        severity="life",
        worst="life",
        urgency="high",
        quiet="passes",
    ),
    "official_feed": Kind(
        radius=1_000,
        greatest_radius=20_000,
        life=_hours(24),
        longest=_hours(24),
        act=None,
        severity="info",
        worst="life",
        urgency="normal",
        quiet="urgent",
    ),
}

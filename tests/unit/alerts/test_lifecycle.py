"""The states of an alert: every way there is, and that there is no other."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime import alerts
from realtime.alerts.area import wider
from realtime.alerts.kinds import KINDS, SEVERITIES
from realtime.alerts.model import (
    OPEN,
    TRANSITIONS,
    Alert,
    Happening,
    State,
    archived,
    disputed,
    expired,
    moved,
    prolonged,
    raised,
    resolved,
    union,
    updated,
    widened,
    withdrawn,
)
from realtime.errors import Refused
from realtime.geo.cells import cell_at, children, ring

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
STATES = get_args(State)
HAPPENINGS = get_args(Happening)
# Written out once more, so that a change of the table is a decision.
ALLOWED = {
    ("draft", "raise"): "active",
    ("active", "update"): "active",
    ("active", "prolong"): "active",
    ("active", "sight"): "active",
    ("active", "confirm"): "active",
    ("active", "dispute"): "active",
    ("active", "suspend"): "disputed",
    ("active", "resolve"): "resolved",
    ("active", "withdraw"): "withdrawn",
    ("active", "expire"): "expired",
    ("active", "remove"): "removed",
    ("disputed", "update"): "disputed",
    ("disputed", "prolong"): "disputed",
    ("disputed", "sight"): "disputed",
    ("disputed", "confirm"): "disputed",
    ("disputed", "dispute"): "disputed",
    ("disputed", "suspend"): "disputed",
    ("disputed", "resolve"): "resolved",
    ("disputed", "withdraw"): "withdrawn",
    ("disputed", "expire"): "expired",
    ("disputed", "remove"): "removed",
    ("resolved", "remove"): "removed",
    ("expired", "remove"): "removed",
    ("withdrawn", "remove"): "removed",
    ("resolved", "archive"): "archived",
    ("expired", "archive"): "archived",
    ("withdrawn", "archive"): "archived",
    ("removed", "archive"): "archived",
}


def alert(kind: str = "lost_cat", **changes: object) -> Alert:
    row = KINDS[kind]
    plain = Alert(
        id="01",
        kind=kind,
        author="a",
        household="h",
        title="Moustache",
        body="",
        severity=row.severity,
        urgency=row.urgency,
        occurred_at=NOW,
        cell="gbwc9z1",
        radius_m=500,
        cells=("gbwc9z",),
        reached=("gbwc9z",),
        raised_at=NOW,
        updated_at=NOW,
        expires_at=NOW + row.life,
        state="active",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("happening", HAPPENINGS)
@pytest.mark.parametrize("state", STATES)
def test_only_the_ways_of_the_table_are_open(state: State, happening: Happening) -> None:
    before = alert(state=state)
    after = ALLOWED.get((state, happening))
    if after is None:
        with pytest.raises(Refused) as refusal:
            moved(before, happening, NOW)
        assert (refusal.value.code, refusal.value.fields) == ("alert_closed", {"state": state})
    else:
        moved_on = moved(before, happening, NOW)
        assert (moved_on.state, moved_on.version) == (after, before.version + 1)


def test_nothing_leads_to_a_moderator() -> None:
    """Nobody takes an alert down yet: `removed` has its ways, and no code that goes them."""
    code = "\n".join(path.read_text() for path in Path(alerts.__path__[0]).rglob("*.py"))
    calls = re.findall(r"\bmoved\(([^()]*)\)", code)
    taken = {name for call in calls for name in re.findall(r'"(\w+)"', call)}
    reached: set[State] = {"draft"}
    for _ in STATES:
        reached |= {
            after
            for name, ways in TRANSITIONS.items()
            for before, after in ways.items()
            if name in taken and before in reached
        }
    assert set(STATES) - reached == {"held", "removed"}
    assert set(HAPPENINGS) - taken == {"remove"}
    assert KINDS["missing_person"].act is None
    assert KINDS["official_feed"].act is None


@pytest.mark.parametrize("happening", ["update", "prolong", "sight", "resolve", "withdraw"])
def test_after_its_time_an_alert_is_over_even_before_it_was_swept(happening: Happening) -> None:
    with pytest.raises(Refused) as refusal:
        moved(alert(), happening, NOW + timedelta(days=7))
    assert refusal.value.fields == {"state": "expired"}


def test_an_old_theft_is_a_notice_that_wakes_nobody() -> None:
    fresh = raised(alert("theft", state="draft", occurred_at=NOW - timedelta(hours=23)), NOW)
    stale = raised(alert("theft", state="draft", occurred_at=NOW - timedelta(hours=25)), NOW)
    assert (fresh.severity, fresh.urgency) == ("serious", "normal")
    assert (stale.severity, stale.urgency) == ("info", "none")


def test_an_update_rings_only_when_severity_rises() -> None:
    gas = alert("hazard")
    same, rings = updated(gas, NOW, body="Rue barrée")
    assert (same.body, rings) == ("Rue barrée", False)
    worse, rings = updated(gas, NOW, severity="life")
    assert (worse.severity, rings) == ("life", True)
    _, rings = updated(worse, NOW, severity="serious")
    assert not rings
    _, rings = updated(replace(gas, state="disputed"), NOW, severity="life")
    assert not rings


def test_still_missing_prolongs_to_the_longest_and_rings_once_a_day() -> None:
    cat = replace(alert(), rang_at=NOW)
    later = NOW + timedelta(hours=23)
    after, rings = prolonged(cat, later)
    assert (after.expires_at, rings) == (later + timedelta(days=7), False)
    after, rings = prolonged(cat, NOW + timedelta(hours=24))
    assert rings
    after = replace(after, expires_at=NOW + timedelta(days=61))
    last, _ = prolonged(
        replace(after, expires_at=NOW + timedelta(days=59)), NOW + timedelta(days=58)
    )
    assert last.expires_at == NOW + timedelta(days=60)


def test_still_missing_never_shortens() -> None:
    cat = alert(expires_at=NOW + timedelta(days=100))
    after, _ = prolonged(cat, NOW)
    assert after.expires_at == cat.expires_at


def test_the_third_household_suspends() -> None:
    assert disputed(alert(), 2, NOW).state == "active"
    assert disputed(alert(), 3, NOW).state == "disputed"


def test_withdrawing_takes_two_minutes_at_most() -> None:
    assert withdrawn(alert(), NOW + timedelta(minutes=2)).state == "withdrawn"
    with pytest.raises(Refused) as refusal:
        withdrawn(alert(), NOW + timedelta(minutes=2, seconds=1))
    assert refusal.value.code == "too_late"


def test_a_resolved_alert_says_how_and_whom_it_owes() -> None:
    after = resolved(alert(), "home", ["b", "c"], NOW)
    assert (after.state, after.outcome, after.thanked) == ("resolved", "home", ("b", "c"))
    assert after.closed_at == NOW


def test_expiry_waits_for_its_time() -> None:
    with pytest.raises(ValueError, match="later"):
        expired(alert(), NOW)
    assert expired(alert(), NOW + timedelta(days=7)).state == "expired"


def test_an_archived_alert_is_coarse_and_keeps_no_secret() -> None:
    closed = alert(
        state="resolved",
        closed_at=NOW,
        hidden_mark="tache en coeur",
        cells=("gbwc9z1", "gbwc9z2", "gbwc8"),
    )
    with pytest.raises(ValueError, match="old"):
        archived(closed, NOW + timedelta(days=29))
    old = archived(closed, NOW + timedelta(days=30))
    assert (old.state, old.cell, old.hidden_mark) == ("archived", "gbwc9z", None)
    assert old.cells == old.reached == tuple(ring("gbwc9z"))
    drawn = replace(closed, radius_m=None, reached=closed.cells)
    old = archived(drawn, NOW + timedelta(days=30))
    assert old.cells == old.reached == ("gbwc8", "gbwc9z")


@settings(max_examples=10, deadline=None)
@given(
    block=st.builds(cell_at, st.floats(-4, 8), st.floats(42, 51), st.just(6)),
    radii=st.lists(st.integers(100, 2_000), min_size=1, max_size=2),
)
def test_an_archived_alert_does_not_tell_where_in_its_block_it_was(
    block: str, radii: list[int]
) -> None:
    def ended(cell: str) -> Alert:
        now = alert(cell=cell, cells=(), reached=(), state="expired", closed_at=NOW)
        for radius in radii:
            now = widened(now, radius, wider("lost_cat", cell, radius))
        return archived(now, NOW + timedelta(days=30))

    first, *others = [ended(cell) for cell in children(block)]
    assert others == [first] * 31


def test_widening_keeps_those_reached_before_and_stays_prefix_free() -> None:
    narrow = alert(cells=("gbwc9z1", "gbwc9y"), reached=("gbwc9z1", "gbwc9y"))
    wide = widened(narrow, 1_000, ["gbwc9z", "gbwc9y1"])
    assert wide.cells == ("gbwc9y1", "gbwc9z")
    assert wide.reached == ("gbwc9y", "gbwc9z")
    assert union(["gbwc9"], ["gbwc9z1"]) == ("gbwc9",)


def test_every_kind_is_a_whole_row() -> None:
    for name, kind in KINDS.items():
        assert kind.radius <= kind.greatest_radius, name
        assert kind.life <= kind.longest, name
        assert SEVERITIES.index(kind.severity) <= SEVERITIES.index(kind.worst), name
        assert not (kind.quiet == "passes" and kind.act is not None), name


def test_no_kind_names_a_person() -> None:
    assert not [name for name in KINDS if "suspicious" in name or "suspect" in name]


def test_open_states_are_those_that_time_ends() -> None:
    assert tuple(TRANSITIONS["expire"]) == OPEN

"""Properties of who is rung when: midnight, both clock changes, caps, urgency, the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.members.prefs import Prefs, Quiet
from realtime.push.policy import (
    RESIDENT_PUSHES_A_DAY,
    Decision,
    Notice,
    counts,
    decide,
    ring_of,
    rings_from,
)
from realtime.push.quiet import day_begins, next_time

PARIS = ZoneInfo("Europe/Paris")
REASONS = (
    "trial",
    "muted",
    "kind_off",
    "kind_badge",
    "kind_digest",
    "urgent",
    "snoozed",
    "quiet_hours",
    "over_by_then",
    "day_full",
    "rings",
)
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
ZONES = st.sampled_from(["Europe/Paris", "America/Guadeloupe", "Indian/Reunion", "UTC"])
MINUTES = st.integers(0, 1439)
QUIET = st.builds(
    Quiet,
    is_on=st.booleans(),
    begins=MINUTES,
    ends=MINUTES,
    days=st.sets(st.integers(1, 7)).map(frozenset),
    zone=ZONES,
    passes=st.dictionaries(st.sampled_from(["lost_cat", "danger_now"]), st.booleans()),
)


def minutes_from(start: datetime, hours: int) -> st.SearchStrategy[datetime]:
    return st.integers(0, hours * 60).map(lambda minute: start + timedelta(minutes=minute))


MOMENTS = st.one_of(
    minutes_from(datetime(2026, 1, 1, tzinfo=UTC), 365 * 24),
    minutes_from(datetime(2026, 3, 28, 18, tzinfo=UTC), 18),
    minutes_from(datetime(2026, 10, 24, 18, tzinfo=UTC), 18),
)
MODES = st.sampled_from(["push", "badge", "digest", "off"])
RINGS = st.sampled_from(["street", "neighbourhood", "farther"])
KINDS = st.sampled_from(["lost_cat", "danger_now"])
NOTICES = st.builds(
    Notice,
    kind=st.sampled_from(["lost_cat", "danger_now", "official"]),
    family=st.sampled_from(["resident", "official", "own", "trial"]),
    urgency=st.sampled_from(["none", "low", "normal", "high"]),
    expires_at=MOMENTS,
    passes=st.booleans(),
    severe=st.booleans(),
)
PREFS = st.builds(
    Prefs,
    ways=st.dictionaries(KINDS, st.dictionaries(RINGS, MODES)),
    quiet=QUIET,
    snoozed_until=st.none() | MOMENTS,
    digest_at=MINUTES,
)


def paris(*wall: int, fold: int = 0) -> datetime:
    return datetime(*wall, tzinfo=PARIS, fold=fold).astimezone(UTC)  # type: ignore[misc,arg-type]


def by_the_wall(quiet: Quiet, now: datetime) -> bool:
    """The same question, asked of the wall clock; good where it does not jump."""
    local = now.astimezone(ZoneInfo(quiet.zone))
    minute, today = local.hour * 60 + local.minute, local.isoweekday()
    if not quiet.is_on or quiet.begins == quiet.ends:
        return False
    if quiet.begins < quiet.ends:
        return today in quiet.days and quiet.begins <= minute < quiet.ends
    yesterday = (today - 2) % 7 + 1
    return (today in quiet.days and minute >= quiet.begins) or (
        yesterday in quiet.days and minute < quiet.ends
    )


@settings(deadline=None)
@given(QUIET, MOMENTS)
def test_it_is_quiet_when_the_wall_clock_says_so(quiet: Quiet, now: datetime) -> None:
    zone = ZoneInfo(quiet.zone)
    near = [now + timedelta(hours=h) for h in range(-30, 31)]
    if len({at.astimezone(zone).utcoffset() for at in near}) == 1:
        assert (quiet.until(now) is not None) == by_the_wall(quiet, now)


@settings(deadline=None)
@given(QUIET, MOMENTS)
def test_quiet_ends_later_and_then_it_is_not_quiet(quiet: Quiet, now: datetime) -> None:
    until = quiet.until(now)
    if until is not None:
        assert now < until
        assert quiet.until(until) is None
        # Whoever asks at any moment before hears the same end.
        assert quiet.until(now + (until - now) / 2) == until


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (paris(2026, 11, 23, 21, 59), None),
        (paris(2026, 11, 23, 22, 0), paris(2026, 11, 24, 7, 0)),
        (paris(2026, 11, 24, 6, 59), paris(2026, 11, 24, 7, 0)),
        (paris(2026, 11, 24, 7, 0), None),
        # Spring: the night of 28 March has eight hours. Autumn: that of 24 October has ten.
        (paris(2026, 3, 28, 23, 0), paris(2026, 3, 29, 7, 0)),
        (paris(2026, 10, 24, 23, 0), paris(2026, 10, 25, 7, 0)),
        (paris(2026, 10, 25, 2, 30, fold=1), paris(2026, 10, 25, 7, 0)),
    ],
)
def test_the_usual_night(now: datetime, until: datetime | None) -> None:
    assert Quiet().until(now) == until


def test_a_night_is_an_hour_shorter_in_spring_and_longer_in_autumn() -> None:
    for day, hours in (((2026, 3, 28), 8), ((2026, 10, 24), 10), ((2026, 6, 1), 9)):
        begins = paris(*day, 22, 0)
        until = Quiet().until(begins)
        assert until is not None
        assert until - begins == timedelta(hours=hours)


def test_a_window_that_ends_in_the_skipped_hour_still_ends() -> None:
    quiet = Quiet(days=frozenset({6}), ends=2 * 60 + 30)
    until = quiet.until(paris(2026, 3, 28, 23, 0))
    assert until == paris(2026, 3, 29, 3, 30)


def test_each_weekday_has_its_own_night() -> None:
    weekend = Quiet(days=frozenset({5, 6}), begins=23 * 60, ends=10 * 60)
    assert weekend.until(paris(2026, 11, 28, 9, 0)) == paris(2026, 11, 28, 10, 0)
    assert weekend.until(paris(2026, 11, 23, 23, 30)) is None


@settings(deadline=None)
@given(NOTICES, RINGS, PREFS, st.integers(0, 6), MOMENTS)
def test_every_decision_has_a_reason_and_a_time_when_it_needs_one(
    notice: Notice, ring: str, prefs: Prefs, rang: int, now: datetime
) -> None:
    made = decide(notice, ring, prefs, rang, now)  # type: ignore[arg-type]
    assert made.reason in REASONS
    assert (made.until is not None) == (made.action in ("delay", "digest"))
    if made.until is not None:
        assert made.until > now
        assert prefs.quiet.until(made.until) is None


@settings(deadline=None)
@given(NOTICES, RINGS, PREFS, st.integers(0, 6), MOMENTS, st.integers(-60, 900))
def test_nothing_rings_or_waits_beyond_its_end(
    notice: Notice, ring: str, prefs: Prefs, rang: int, now: datetime, lives: int
) -> None:
    notice = replace(notice, expires_at=now + timedelta(minutes=lives))
    made = decide(notice, ring, prefs, rang, now)  # type: ignore[arg-type]
    if now >= notice.expires_at:
        assert made == Decision("off", "over_by_then")
    if made.action == "delay":
        assert made.until is not None
        assert made.until < notice.expires_at


@settings(deadline=None)
@given(NOTICES, RINGS, PREFS, st.integers(0, 6), MOMENTS)
def test_at_night_only_what_may_rings(
    notice: Notice, ring: str, prefs: Prefs, rang: int, now: datetime
) -> None:
    made = decide(notice, ring, prefs, rang, now)  # type: ignore[arg-type]
    if made.action == "push" and prefs.quiet.until(now) is not None:
        asked = prefs.quiet.passes.get(notice.kind, notice.passes)
        assert asked or notice.family == "trial"


@settings(deadline=None)
@given(NOTICES, RINGS, PREFS, st.integers(0, 6), MOMENTS)
def test_urgent_rings_whatever_the_hour_and_the_snooze(
    notice: Notice, ring: str, prefs: Prefs, rang: int, now: datetime
) -> None:
    wanted = prefs.way(notice.kind, ring, notice.urgency) == "push"
    passes = prefs.quiet.passes.get(notice.kind, notice.passes)
    full = notice.family == "resident" and not notice.severe and rang >= RESIDENT_PUSHES_A_DAY
    if passes and wanted and not full and now < notice.expires_at:
        assert decide(notice, ring, prefs, rang, now).action == "push"  # type: ignore[arg-type]


@settings(deadline=None)
@given(PREFS, st.lists(MOMENTS, min_size=1, max_size=12))
def test_a_day_has_at_most_three_of_residents_that_are_not_severe(
    prefs: Prefs, moments: list[datetime]
) -> None:
    rang: list[datetime] = []
    for now in sorted(moments):
        begun = day_begins(now, prefs.quiet.zone)
        notice = Notice(
            kind="lost_cat",
            family="resident",
            urgency="high",
            expires_at=now + timedelta(days=3),
        )
        today = sum(at >= begun for at in rang)
        made = decide(notice, "street", prefs, today, now)
        if made.action == "push" and counts(notice):
            rang.append(now)
            assert today < RESIDENT_PUSHES_A_DAY


def test_the_fourth_of_the_day_goes_into_the_digest_of_the_evening() -> None:
    cat = lost_cat(NOON + timedelta(days=7))
    made = decide(cat, "street", Prefs(), 3, NOON)
    assert made == Decision("digest", "day_full", paris(2026, 11, 23, 18, 0))
    assert decide(danger(NOON + timedelta(hours=2)), "street", Prefs(), 3, NOON).action == "push"


def lost_cat(end: datetime) -> Notice:
    return Notice(kind="lost_cat", family="resident", urgency="high", expires_at=end)


def danger(end: datetime) -> Notice:
    return replace(lost_cat(end), kind="danger_now", severe=True)


def test_a_danger_of_two_hours_is_never_told_in_the_morning() -> None:
    night = paris(2026, 11, 24, 1, 0)
    told = danger(night + timedelta(hours=2))
    assert decide(told, "street", Prefs(), 0, night).reason == "over_by_then"
    asked = Prefs(quiet=Quiet(passes={"danger_now": True}))
    assert decide(told, "street", asked, 0, night) == Decision("push", "urgent")


def test_a_digest_never_comes_at_night() -> None:
    early = Quiet(begins=17 * 60, ends=9 * 60)
    assert next_time(NOON, 18 * 60, early) == paris(2026, 11, 24, 9, 0)


def test_an_open_page_gets_five_seconds_unless_it_is_urgent() -> None:
    cat = lost_cat(NOON + timedelta(days=1))
    later = NOON + timedelta(minutes=1)
    assert rings_from(replace(cat, urgency="normal"), NOON, NOON) == NOON + timedelta(seconds=5)
    assert rings_from(replace(cat, urgency="normal"), NOON, later) == later
    assert rings_from(cat, NOON, NOON) == NOON


def test_rings_are_seen_from_the_home() -> None:
    assert ring_of("gbwc9z1", "gbwc9z1") == "street"
    assert ring_of("gbwc9z1", "gbwc9zz") == "neighbourhood"
    assert ring_of("gbwc9z1", "u09tvw0") == "farther"

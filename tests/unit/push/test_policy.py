"""Properties of who is rung when: midnight, both clock changes, caps, urgency, the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.push.policy import (
    REASONS,
    RESIDENT_PUSHES_A_DAY,
    Decision,
    Notice,
    Wishes,
    counts,
    decide,
    ring_of,
    rings_from,
)
from realtime.push.quiet import Quiet, day_begins, next_time

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
ZONES = st.sampled_from(["Europe/Paris", "America/Guadeloupe", "Indian/Reunion", "UTC"])
MINUTES = st.integers(0, 1439)
WINDOWS = st.dictionaries(
    st.integers(0, 6), st.tuples(MINUTES, MINUTES).filter(lambda w: w[0] != w[1])
)
QUIET = st.builds(Quiet, ZONES, WINDOWS)


# A year with both changes of the clock; and the nights of the changes themselves, often.
def minutes_from(start: datetime, hours: int) -> st.SearchStrategy[datetime]:
    return st.integers(0, hours * 60).map(lambda minute: start + timedelta(minutes=minute))


MOMENTS = st.one_of(
    minutes_from(datetime(2026, 1, 1, tzinfo=UTC), 365 * 24),
    minutes_from(datetime(2026, 3, 28, 18, tzinfo=UTC), 18),
    minutes_from(datetime(2026, 10, 24, 18, tzinfo=UTC), 18),
)
MODES = st.sampled_from(["push", "badge", "digest", "off"])
RINGS = st.sampled_from(["street", "neighbourhood", "farther"])
NOTICES = st.builds(
    Notice,
    kind=st.sampled_from(["lost_cat", "danger_now", "official"]),
    family=st.sampled_from(["resident", "official", "own", "trial"]),
    expires_at=MOMENTS,
    night=st.sampled_from(["respected", "opt_in", "passes"]),
    severe=st.booleans(),
)
WISHES = st.builds(
    Wishes,
    st.dictionaries(st.tuples(st.sampled_from(["lost_cat", "danger_now"]), RINGS), MODES),
    QUIET,
    st.none() | MOMENTS,
    st.sets(st.sampled_from(["lost_cat", "danger_now"])).map(frozenset),
)


def paris(*wall: int, fold: int = 0) -> datetime:
    return datetime(*wall, tzinfo=PARIS, fold=fold).astimezone(UTC)  # type: ignore[misc,arg-type]


def by_the_wall(quiet: Quiet, now: datetime) -> bool:
    """The same question, asked of the wall clock; good where it does not jump."""
    local = now.astimezone(ZoneInfo(quiet.zone))
    minute = local.hour * 60 + local.minute
    today = quiet.windows.get(local.weekday())
    before = quiet.windows.get((local.weekday() - 1) % 7)
    if today is not None:
        begin, end = today
        if begin <= minute and (minute < end or end <= begin):
            return True
    return before is not None and before[1] <= before[0] and minute < before[1]


@given(QUIET, MOMENTS)
def test_it_is_quiet_when_the_wall_clock_says_so(quiet: Quiet, now: datetime) -> None:
    zone = ZoneInfo(quiet.zone)
    near = [now + timedelta(hours=h) for h in range(-30, 31)]
    if len({at.astimezone(zone).utcoffset() for at in near}) == 1:
        assert (quiet.until(now) is not None) == by_the_wall(quiet, now)


@given(QUIET, MOMENTS)
def test_quiet_ends_later_and_then_it_is_not_quiet(quiet: Quiet, now: datetime) -> None:
    until = quiet.until(now)
    if until is not None:
        assert now < until
        if until - now < timedelta(days=6):
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
    quiet = Quiet(windows={5: (22 * 60, 2 * 60 + 30)})
    until = quiet.until(paris(2026, 3, 28, 23, 0))
    assert until == paris(2026, 3, 29, 3, 30)


def test_each_weekday_has_its_own_night() -> None:
    weekend = Quiet(windows={4: (23 * 60, 10 * 60), 5: (23 * 60, 10 * 60)})
    assert weekend.until(paris(2026, 11, 28, 9, 0)) == paris(2026, 11, 28, 10, 0)
    assert weekend.until(paris(2026, 11, 23, 23, 30)) is None


@given(NOTICES, RINGS, WISHES, st.integers(0, 6), MOMENTS)
def test_every_decision_has_a_reason_and_a_time_when_it_needs_one(
    notice: Notice, ring: str, wishes: Wishes, rang: int, now: datetime
) -> None:
    made = decide(notice, ring, wishes, rang, now)  # type: ignore[arg-type]
    assert made.reason in REASONS
    assert (made.until is not None) == (made.action in ("delay", "digest"))
    if made.until is not None:
        assert made.until > now
        longest = timedelta(days=6)
        if (quiet := wishes.quiet.until(made.until)) is not None:
            assert quiet - made.until > longest or made.until - now > longest


@given(NOTICES, RINGS, WISHES, st.integers(0, 6), MOMENTS)
def test_nothing_rings_or_waits_beyond_its_end(
    notice: Notice, ring: str, wishes: Wishes, rang: int, now: datetime
) -> None:
    made = decide(notice, ring, wishes, rang, now)  # type: ignore[arg-type]
    if now >= notice.expires_at:
        assert made == Decision("off", "over_by_then")
    if made.action == "delay":
        assert made.until is not None
        assert made.until < notice.expires_at


@given(NOTICES, RINGS, WISHES, st.integers(0, 6), MOMENTS)
def test_at_night_only_what_may_rings(
    notice: Notice, ring: str, wishes: Wishes, rang: int, now: datetime
) -> None:
    made = decide(notice, ring, wishes, rang, now)  # type: ignore[arg-type]
    if made.action == "push" and wishes.quiet.until(now) is not None:
        asked = notice.night == "opt_in" and notice.kind in wishes.rings_at_night
        assert notice.night == "passes" or notice.family == "trial" or asked


@given(NOTICES, RINGS, WISHES, st.integers(0, 6), MOMENTS)
def test_urgent_rings_whatever_the_hour_the_snooze_and_the_day(
    notice: Notice, ring: str, wishes: Wishes, rang: int, now: datetime
) -> None:
    wanted = wishes.modes.get((notice.kind, ring), "push") == "push"  # type: ignore[call-overload]
    if notice.night == "passes" and wanted and now < notice.expires_at:
        assert decide(notice, ring, wishes, rang, now).action == "push"  # type: ignore[arg-type]


@given(WISHES, st.lists(MOMENTS, min_size=1, max_size=12))
def test_a_day_has_at_most_three_of_residents_that_are_not_severe(
    wishes: Wishes, moments: list[datetime]
) -> None:
    rang: list[datetime] = []
    for now in sorted(moments):
        begun = day_begins(now, wishes.quiet.zone)
        notice = Notice(kind="lost_cat", family="resident", expires_at=now + timedelta(days=3))
        today = sum(at >= begun for at in rang)
        made = decide(notice, "street", wishes, today, now)
        if made.action == "push" and counts(notice):
            rang.append(now)
            assert today < RESIDENT_PUSHES_A_DAY


def test_the_fourth_of_the_day_goes_into_the_digest_of_the_evening() -> None:
    notice = Notice(kind="lost_cat", family="resident", expires_at=NOON + timedelta(days=7))
    made = decide(notice, "street", Wishes(), 3, NOON)
    assert made == Decision("digest", "day_full", paris(2026, 11, 23, 18, 30))
    grave = Notice(
        kind="danger_now", family="resident", expires_at=NOON + timedelta(hours=2), severe=True
    )
    assert decide(grave, "street", Wishes(), 3, NOON).action == "push"


def test_a_danger_of_two_hours_is_never_told_in_the_morning() -> None:
    night = paris(2026, 11, 24, 1, 0)
    danger = Notice(
        kind="danger_now",
        family="resident",
        expires_at=night + timedelta(hours=2),
        night="opt_in",
        severe=True,
    )
    assert decide(danger, "street", Wishes(), 0, night).reason == "over_by_then"
    asked = Wishes(rings_at_night=frozenset({"danger_now"}))
    assert decide(danger, "street", asked, 0, night) == Decision("push", "asked_at_night")


def test_a_digest_never_comes_at_night() -> None:
    early = Quiet(windows=dict.fromkeys(range(7), (17 * 60, 9 * 60)))
    assert next_time(NOON, 18 * 60 + 30, early) == paris(2026, 11, 24, 9, 0)


def test_an_open_page_gets_five_seconds_unless_it_is_urgent() -> None:
    notice = Notice(kind="road", family="resident", expires_at=NOON + timedelta(days=1))
    assert rings_from(notice, NOON, urgent=False) == NOON + timedelta(seconds=5)
    assert rings_from(notice, NOON, urgent=True) == NOON


def test_rings_are_seen_from_the_home() -> None:
    assert ring_of("gbwc9z1", "gbwc9z1") == "street"
    assert ring_of("gbwc9z1", "gbwc9zz") == "neighbourhood"
    assert ring_of("gbwc9z1", "u09tvw0") == "farther"

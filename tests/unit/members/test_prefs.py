"""What a member's choices mean at a moment: nights, snoozes, and how each kind is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from realtime.members.prefs import DEFAULT, Prefs, Quiet, RoomPrefs, default_room
from realtime.members.prefs.model import CHAT_KINDS, WORDS

# A Monday in winter; Paris is an hour ahead.
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-11-23T20:59:59", None),
        ("2026-11-23T21:00:00", "2026-11-24T06:00:00"),
        ("2026-11-23T23:30:00", "2026-11-24T06:00:00"),
        ("2026-11-24T05:59:59", "2026-11-24T06:00:00"),
        ("2026-11-24T06:00:00", None),
        # The hour of 29 March 2026 that does not exist, and that of 25 October that comes twice.
        ("2026-03-28T22:00:00", "2026-03-29T05:00:00"),
        ("2026-10-24T21:00:00", "2026-10-25T06:00:00"),
    ],
)
def test_a_night_is_quiet_in_the_members_own_time(now: str, ends: str | None) -> None:
    assert Quiet().until(at(now)) == (None if ends is None else at(ends))


def test_a_day_names_the_evening_on_which_its_night_begins() -> None:
    fridays = Quiet(days=frozenset({5}))
    assert fridays.until(at("2026-11-27T22:00:00")) == at("2026-11-28T06:00:00")
    assert fridays.until(at("2026-11-28T03:00:00")) == at("2026-11-28T06:00:00")
    assert fridays.until(at("2026-11-28T22:00:00")) is None


def test_a_siesta_ends_the_same_day() -> None:
    siesta = Quiet(begins=13 * 60, ends=14 * 60)
    assert siesta.until(at("2026-11-23T12:30:00")) == at("2026-11-23T13:00:00")
    assert siesta.until(at("2026-11-23T13:00:00")) is None


def test_no_quiet_hours_are_none() -> None:
    assert Quiet(is_on=False).until(at("2026-11-23T23:00:00")) is None
    assert Quiet(begins=0, ends=0).until(at("2026-11-23T23:00:00")) is None


def test_only_what_is_urgent_or_near_rings_by_default() -> None:
    ways = {
        (ring, urgency): DEFAULT.way("lost_cat", ring, urgency)
        for ring in ("street", "farther")
        for urgency in ("high", "normal", "none")
    }
    assert ways == {
        ("street", "high"): "push",
        ("street", "normal"): "push",
        ("street", "none"): "badge",
        ("farther", "high"): "push",
        ("farther", "normal"): "digest",
        ("farther", "none"): "digest",
    }
    for kind, urgency in CHAT_KINDS.items():
        assert (DEFAULT.way(kind, "farther", urgency) == "push") == (kind in WORDS), kind
    chosen = Prefs(ways={"lost_cat": {"street": "off"}})
    assert chosen.way("lost_cat", "street", "high") == "off"
    assert chosen.way("lost_cat", "farther", "high") == "push"


def test_a_room_rings_by_its_level_and_not_while_snoozed() -> None:
    hour = timedelta(hours=1)
    assert RoomPrefs("all").rings(NOON, mentioned=False)
    assert not RoomPrefs("mentions").rings(NOON, mentioned=False)
    assert RoomPrefs("mentions").rings(NOON, mentioned=True)
    assert not RoomPrefs("nothing").rings(NOON, mentioned=True)
    assert not RoomPrefs("all", NOON + hour).rings(NOON, mentioned=True)
    assert RoomPrefs("all", NOON - hour).rings(NOON, mentioned=False)
    assert [r for r in ("street", "group:x", "direct:x") if default_room(r).level == "all"] == [
        "direct:x"
    ]
    assert RoomPrefs("nothing").is_muted
    assert not RoomPrefs("mentions", NOON + hour).is_muted, "a snooze still counts"

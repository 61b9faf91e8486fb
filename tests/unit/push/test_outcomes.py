"""The retry table, row by row; the breaker; what a message looks like on the wire."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.push.breaker import AT_ONCE, THROTTLED_OF_THEM, Breaker
from realtime.push.outcomes import (
    LONGEST_BLOCK,
    Answer,
    backoff,
    gives_up_at,
    outcome_of,
    retry_after,
)
from realtime.push.payload import LONGEST, STEP, Content, Payload, Words, headers_for, topic_of

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DATE = "Mon, 23 Nov 2026 12:05:00 GMT"
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("answer", "meaning", "how"),
    [
        (Answer(200), "accepted", ""),
        (Answer(201), "accepted", ""),
        (Answer(202), "accepted", ""),
        (Answer(204), "accepted", ""),
        (Answer(307, {"location": "http://127.0.0.1/"}), "failed", ""),
        (Answer(400, body=b'{"reason":"BadWebPushTopic"}'), "anew", "no_topic"),
        (Answer(400, body=b'{"reason":"VapidPkHashMismatch"}'), "anew", "other_key"),
        (Answer(403, body=b'{"reason":"VapidPkHashMismatch"}'), "anew", "other_key"),
        (Answer(403, body=b"the VAPID credentials do not correspond to"), "anew", "other_key"),
        (Answer(400), "failed", ""),
        (Answer(401), "refused", ""),
        (Answer(403, body=b'{"reason":"BadJwtToken"}'), "refused", ""),
        (Answer(404), "gone", ""),
        (Answer(410), "gone", ""),
        (Answer(406), "blocked", ""),
        (Answer(429), "blocked", ""),
        (Answer(408), "later", ""),
        (Answer(0), "later", ""),
        (Answer(413), "anew", "small"),
        (Answer(500), "later", ""),
        (Answer(502), "later", ""),
        (Answer(503), "later", ""),
        (Answer(504), "later", ""),
        (Answer(418), "failed", ""),
    ],
)
def test_each_row_of_the_table(answer: Answer, meaning: str, how: str) -> None:
    found = outcome_of(answer, 1, NOW)
    assert (found.meaning, found.how) == (meaning, how)


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        ("", MINUTE),
        ("7", timedelta(seconds=7)),
        ("0", timedelta(seconds=1)),
        ("86400", LONGEST_BLOCK),
        ("9" * 40, LONGEST_BLOCK),
        (DATE, 5 * MINUTE),
        ("Mon, 23 Nov 2020 12:05:00 GMT", timedelta(seconds=1)),
        ("soon", MINUTE),
        ("-5", MINUTE),
        ("٣", MINUTE),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_bounded(told: str, wait: timedelta) -> None:
    headers = {"retry-after": told} if told else {}
    assert retry_after(Answer(429, headers), NOW, MINUTE) == wait


def test_mozilla_away_is_left_alone_for_two_minutes() -> None:
    assert outcome_of(Answer(503), 1, NOW).wait == 2 * MINUTE


@settings(deadline=None)
@given(st.integers(1, 50))
def test_a_backoff_is_never_longer_than_a_minute(tries: int) -> None:
    assert timedelta(0) <= backoff(tries) <= MINUTE


@settings(deadline=None)
@given(st.binary(max_size=80), st.text(max_size=80), st.integers(0, 600))
def test_no_answer_is_a_fault_and_its_reason_is_short(body: bytes, told: str, status: int) -> None:
    headers = {"retry-after": told, "x-wns-error-description": told}
    found = outcome_of(Answer(status, headers, body), 1, NOW)
    assert len(found.reason) <= 70
    assert "\n" not in found.reason
    assert found.wait <= LONGEST_BLOCK


def test_the_vendors_word_is_kept() -> None:
    apple = outcome_of(Answer(400, body=b'{"reason":"BadTtl"}'), 1, NOW)
    microsoft = outcome_of(
        Answer(400, {"x-wns-error-description": "Ttl value conflicts with <header>"}), 1, NOW
    )
    assert apple.reason == "400 BadTtl"
    assert microsoft.reason == "400 Ttl value conflicts with header"


def test_what_is_urgent_is_given_up_after_five_minutes() -> None:
    end = NOW + timedelta(hours=2)
    assert gives_up_at(NOW, end, urgent=True) == NOW + 5 * MINUTE
    assert gives_up_at(NOW, end, urgent=False) == end
    assert gives_up_at(NOW, NOW + MINUTE, urgent=True) == NOW + MINUTE


def test_a_blocked_service_is_left_alone_and_then_asked_half_as_much() -> None:
    breaker = Breaker()
    assert breaker.block("a", NOW + MINUTE)
    assert not breaker.block("a", NOW + MINUTE), "many in flight hear it together"
    assert breaker.blocked_for("a", NOW) == MINUTE
    assert breaker.blocked_for("b", NOW) is None
    assert breaker.blocked_for("a", NOW + MINUTE) is None
    for _ in range(AT_ONCE // 2):
        assert breaker.has_room("a")
        breaker.begin("a")
    assert not breaker.has_room("a")
    woken: list[int] = []
    breaker.when_room("a", lambda: woken.append(1))
    breaker.when_room("a", lambda: woken.append(2))
    breaker.end("a")
    assert woken == [1]
    for _ in range(2_000):
        breaker.succeeded("a", NOW)
    breaker.end("a")
    assert woken == [1, 2]


def test_a_place_given_to_somebody_who_left_goes_to_the_next() -> None:
    breaker, woken = Breaker(), list[str]()
    first, second = (lambda: woken.append("first")), (lambda: woken.append("second"))
    breaker.begin("a")
    breaker.when_room("a", first)
    breaker.when_room("a", second)
    breaker.end("a")
    breaker.give_up("a", first)
    assert woken == ["first", "second"]
    third = lambda: woken.append("third")  # noqa: E731
    breaker.when_room("a", third)
    breaker.give_up("a", third)
    breaker.begin("a")
    breaker.end("a")
    assert woken == ["first", "second"]


def test_one_too_many_is_about_that_phone_and_several_are_about_us() -> None:
    breaker = Breaker()
    for number in range(200):
        breaker.succeeded("a", NOW)
        if number % 20 == 0:
            assert not breaker.throttle("a", NOW + MINUTE)
    assert breaker.blocked_for("a", NOW) is None
    closed = [breaker.throttle("a", NOW + MINUTE) for _ in range(THROTTLED_OF_THEM)]
    assert closed.count(True) == 1
    assert breaker.blocked_for("a", NOW) == MINUTE


def test_after_a_block_the_first_answer_decides() -> None:
    breaker = Breaker()
    for _ in range(THROTTLED_OF_THEM):
        breaker.throttle("a", NOW + MINUTE)
    # It was under way when the service closed.
    breaker.succeeded("a", NOW)
    breaker.throttle("a", NOW + 2 * MINUTE)
    assert breaker.blocked_for("a", NOW + MINUTE) == MINUTE, "still closed"
    breaker.succeeded("a", NOW + 2 * MINUTE)
    for _ in range(THROTTLED_OF_THEM - 1):
        breaker.throttle("a", NOW + 3 * MINUTE)
    assert breaker.blocked_for("a", NOW + 2 * MINUTE) is None, "what closed it is forgotten"
    assert breaker.throttle("a", NOW + 3 * MINUTE)


def test_who_waits_for_a_place_hears_at_once_that_there_is_none() -> None:
    breaker, woken = Breaker(), list[int]()
    for number in range(3):
        breaker.when_room("a", lambda number=number: woken.append(number))  # type: ignore[misc]
    breaker.block("a", NOW + MINUTE)
    assert woken == [0, 1, 2]


CONTENT = Content(
    words={"fr": Words("Chat perdu", "Zone"), "en": Words("Lost cat", "Area")},
    path="/alertes/x",
    tag="a-x",
    kind="lost_cat",
)


@settings(deadline=None)
@given(st.text(max_size=3_000), st.text(max_size=3_000), st.text("abc.", max_size=90))
def test_every_message_is_json_padded_and_small(title: str, body: str, token: str) -> None:
    told = replace(CONTENT, words={"fr": Words(title, body)})
    payload = Payload(told, "en", "https://palier.example.org", "r")
    for small in (False, True):
        plain = payload.bytes_for(token, small=small)
        assert len(plain) <= LONGEST
        assert len(plain) % STEP == 0
        read: Any = orjson.loads(plain)
        assert read["notification"]["data"]["token"] == token
        assert title.startswith(read["notification"]["title"][:60])


@pytest.mark.parametrize("text", ["@token@", "\ud83d", '"@token@"'])
def test_words_that_look_like_our_mark_change_nothing(text: str) -> None:
    told = replace(CONTENT, words={"fr": Words(text.encode("utf8", "replace").decode(), text[:0])})
    read = orjson.loads(Payload(told, "fr", "https://o", "r").bytes_for("t.t.t"))
    assert read["notification"]["data"]["token"] == "t.t.t"


@settings(deadline=None)
@given(st.text(min_size=1))
def test_a_topic_is_32_characters_of_base64url(tag: str) -> None:
    assert len(topic_of(tag)) == 32
    assert set(topic_of(tag)) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )


def test_microsoft_is_told_about_its_cache() -> None:
    wns, end = "https://wns2-par02p.notify.windows.com", NOW + timedelta(days=3)
    headers = headers_for(wns, "vapid", "t", "normal", end, NOW)
    assert headers["X-WNS-Cache-Policy"] == "cache"
    assert headers["TTL"] == "86400"
    assert headers_for(wns, "vapid", "t", "high", NOW, NOW)["X-WNS-Cache-Policy"] == "no-cache"
    apple = headers_for("https://web.push.apple.com", "v", "t", "low", end, NOW)
    assert "X-WNS-Cache-Policy" not in apple

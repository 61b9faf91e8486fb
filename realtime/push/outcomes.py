"""What a push service's answer means. Pure; it rests on RFC 8030 and on what Google's, Mozilla's,
Apple's and Microsoft's are known to say.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

# "anew" has a change in `how`; "blocked" and "refused" concern the whole origin.
Meaning = Literal["accepted", "gone", "anew", "failed", "later", "blocked", "refused"]
How = Literal["", "no_topic", "other_key", "small"]

THROTTLED = timedelta(seconds=60)
UNAVAILABLE = timedelta(seconds=120)
LONGEST_BLOCK = timedelta(minutes=15)
# Somebody has to look at it: our key, our clock or our address is wrong.
REFUSED_FOR = timedelta(minutes=5)
_LONGEST_BACKOFF = 60.0
_KEY_MISMATCH = (b"VapidPkHashMismatch", b"do not correspond", b"MismatchSenderId")


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` 0: no answer (time out, reset, no such name). Header names in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`wait`: before the next try, for "later", "blocked" and "refused"."""

    meaning: Meaning
    reason: str
    how: How = ""
    wait: timedelta = timedelta(0)


def outcome_of(answer: Answer, tries: int, now: datetime) -> Outcome:
    """`tries` counts this one."""
    status = answer.status
    if status in (200, 201, 202, 204):
        return Outcome("accepted", "")
    if status in (404, 410):
        return Outcome("gone", str(status))
    if status in (400, 403) and any(word in answer.body for word in _KEY_MISMATCH):
        return Outcome("anew", "key_mismatch", "other_key")
    if status == 400 and b"BadWebPushTopic" in answer.body:
        return Outcome("anew", "topic", "no_topic")
    if status == 413:
        return Outcome("anew", "too_large", "small")
    return _of_the_origin(answer, now) or _of_the_moment(answer, tries, now)


def _of_the_origin(answer: Answer, now: datetime) -> Outcome | None:
    if answer.status in (401, 403):
        return Outcome("refused", str(answer.status), wait=REFUSED_FOR)
    if answer.status in (406, 429):
        # 406 is how Microsoft's says 429.
        return Outcome("blocked", "throttled", wait=retry_after(answer, now, THROTTLED))
    return None


def _of_the_moment(answer: Answer, tries: int, now: datetime) -> Outcome:
    if answer.status == 503:
        return Outcome("later", "503", wait=retry_after(answer, now, UNAVAILABLE))
    if answer.status in (0, 408, 500, 502, 504):
        return Outcome("later", str(answer.status or "no_answer"), wait=backoff(tries))
    # 3xx too: a push service has no reason to send us elsewhere.
    return Outcome("failed", _reason_of(answer))


def retry_after(answer: Answer, now: datetime, usual: timedelta) -> timedelta:
    """Seconds or an HTTP date (RFC 9110 §10.2.3), never longer than a quarter of an hour."""
    told = answer.headers.get("retry-after", "").strip()
    wait = usual
    if told.isascii() and told.isdigit():
        wait = timedelta(seconds=min(int(told), 86_400))
    elif told:
        try:
            wait = parsedate_to_datetime(told).astimezone(UTC) - now
        except (ValueError, TypeError):
            wait = usual
    return min(max(wait, timedelta(seconds=1)), LONGEST_BLOCK)


def backoff(tries: int) -> timedelta:
    """Full jitter: nobody knows why it failed, and all would come back at once."""
    return timedelta(seconds=random.uniform(0, min(_LONGEST_BACKOFF, 2.0 ** min(tries, 10))))


def _reason_of(answer: Answer) -> str:
    """The vendor's word for it, short and harmless in a log."""
    said = answer.headers.get("x-wns-error-description", "")
    if not said and b'"reason"' in answer.body:
        said = (
            answer.body.split(b'"reason"', 1)[1]
            .strip(b' :"}')
            .split(b'"', 1)[0]
            .decode("ascii", "replace")
        )
    words = "".join(c for c in said[:60] if c.isalnum() or c in " _-")
    return f"{answer.status} {words}".strip()


def gives_up_at(raised_at: datetime, expires_at: datetime, *, urgent: bool) -> datetime:
    """After it nothing is tried again. What was urgent five minutes ago goes by mail instead."""
    return min(expires_at, raised_at + timedelta(minutes=5)) if urgent else expires_at

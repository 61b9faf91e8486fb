"""What is said on a connection to a push service: HTTP/1.1 (RFC 9112), one POST and its answer.

Pure. Answers are short or cut: an endpoint is a stranger's choice, and so is what it says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from realtime.push.outcomes import Answer

MOST_HEAD = 16_384
# Of a body. Where one goes on beyond it, the connection is given up.
READ = 2_048
_END = b"\r\n\r\n"
_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9]{2})(?: .*)?")
_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_LENGTH = re.compile(r"[0-9]{1,12}")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?")


class BadAnswer(ValueError):
    """Not HTTP, too much of it, or not all of it."""


class Told(NamedTuple):
    """`keeps`: the connection is good for another request."""

    answer: Answer
    keeps: bool


def request_of(netloc: str, target: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """All of it, for one write. No line ends in any word: each is ours, or was checked."""
    fields = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    head = (
        f"POST {target} HTTP/1.1\r\nHost: {netloc}\r\nContent-Length: {len(body)}\r\n{fields}\r\n"
    )
    return head.encode("ascii") + body


def read_answer(held: bytes, *, ended: bool = False) -> Told | None:
    """The answer that `held` begins with; None while more is to come, which `ended` denies.

    Raises BadAnswer.
    """
    start, status = 0, 0
    # 1xx is only said on the way.
    while status < 200:
        end = held.find(_END, start)
        if end > MOST_HEAD or (end < 0 and (ended or len(held) > MOST_HEAD)):
            raise BadAnswer("no head")
        if end < 0:
            return None
        version, status, fields = _head(held[start:end])
        start = end + len(_END)
    rest = held[start:]
    body, size = _body(status, fields, rest)
    if size is None and len(body) < READ:
        if len(rest) > MOST_HEAD:
            raise BadAnswer("more around the body than in it")
        if not ended:
            return None
        if "content-length" in fields or "transfer-encoding" in fields:
            raise BadAnswer("cut short")
    is_last = ended or version == b"0" or "close" in fields.get("connection", "").lower()
    return Told(Answer(status, fields, body[:READ]), size == len(rest) and not is_last)


def _head(held: bytes) -> tuple[bytes, int, dict[str, str]]:
    first, *lines = held.split(b"\r\n")
    found = _STATUS.fullmatch(first)
    if found is None:
        raise BadAnswer("no status line")
    fields: dict[str, str] = {}
    for line in lines:
        raw, colon, value = line.partition(b":")
        if not colon or not _NAME.fullmatch(raw):
            raise BadAnswer("no header line")
        name, told = raw.decode("ascii").lower(), value.strip(b" \t").decode("latin-1")
        fields[name] = f"{fields[name]}, {told}" if name in fields else told
    return found[1], int(found[2]), fields


def _body(status: int, fields: Mapping[str, str], rest: bytes) -> tuple[bytes, int | None]:
    """What is there of it, and how much of `rest` it is: None while its end is not in sight."""
    if status in (204, 304):
        return b"", 0
    if "transfer-encoding" in fields:
        return _chunks(rest)
    length = fields.get("content-length")
    if length is None:
        return rest, None
    if not _LENGTH.fullmatch(length):
        raise BadAnswer("no length")
    size = int(length)
    return rest[:size], size if size <= len(rest) else None


def _chunks(rest: bytes) -> tuple[bytes, int | None]:
    """The same for a body in chunks (§7.1)."""
    body, at = b"", 0
    while len(body) < READ and (line := rest.find(b"\r\n", at)) >= 0:
        found = _CHUNK.fullmatch(rest[at:line])
        if found is None:
            raise BadAnswer("no chunk")
        size = int(found[1], 16)
        if size == 0:
            # Trailers, if any, then an empty line.
            end = rest.find(_END, line)
            return body, None if end < 0 else end + len(_END)
        body += rest[line + 2 : line + 2 + size]
        # Each ends with a line end of its own.
        at = line + 2 + size + 2
    return body, None

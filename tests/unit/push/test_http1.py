"""What a push service says on the wire, read a byte at a time or all at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.push.posting.http1 import MOST_HEAD, READ, BadAnswer, read_answer, request_of

CREATED = b"HTTP/1.1 201 Created\r\nLocation: /m/1\r\nTTL: 60\r\nContent-Length: 0\r\n\r\n"
CHUNKED = b"HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n"
# As it came, its status, its body, and whether the connection can carry another.
ANSWERS = [
    (CREATED, 201, b"", True),
    (b"HTTP/1.1 204 \r\n\r\n", 204, b"", True),
    (b"HTTP/1.1 201\r\ncontent-length:0\r\n\r\n", 201, b"", True),
    (b"HTTP/1.0 201 Created\r\nContent-Length: 0\r\n\r\n", 201, b"", False),
    (b"HTTP/1.1 429 Slow\r\nConnection: Close\r\nContent-Length: 2\r\n\r\nno", 429, b"no", False),
    (b"HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\ngone", 410, b"gone", True),
    (b"HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + CREATED, 201, b"", True),
    (CHUNKED + b"3\r\nBad\r\n8;x=y\r\nJwtToken\r\n0\r\n\r\n", 400, b"BadJwtToken", True),
    (CHUNKED + b"3\r\nBad\r\n0\r\nX-More: 1\r\n\r\n", 400, b"Bad", True),
    (b"HTTP/1.1 413 Big\r\nContent-Length: 5000\r\n\r\n" + b"x" * READ, 413, b"x" * READ, False),
    (CHUNKED + b"FFFF\r\n" + b"x" * READ, 400, b"x" * READ, False),
]  # fmt: skip


@pytest.mark.parametrize(("held", "status", "body", "keeps"), ANSWERS)
def test_an_answer_is_read_once_it_is_all_there(
    held: bytes, status: int, body: bytes, keeps: bool
) -> None:
    for cut in range(len(held)):
        assert read_answer(held[:cut]) is None
    told = read_answer(held)
    assert told is not None
    assert (told.answer.status, told.answer.body, told.keeps) == (status, body, keeps)


def test_headers_are_known_by_their_names_in_lower_case() -> None:
    told = read_answer(b"HTTP/1.1 429 Slow\r\nRETRY-AFTER: \t40 \r\nContent-Length: 0\r\n\r\n")
    assert told is not None
    assert told.answer.headers["retry-after"] == "40"


def test_without_a_length_the_body_goes_on_to_the_end() -> None:
    held = b"HTTP/1.1 503 Away\r\nRetry-After: 9\r\n\r\nback soon"
    assert read_answer(held) is None
    told = read_answer(held, ended=True)
    assert told is not None
    assert told.answer.body == b"back soon"
    assert not told.keeps


@pytest.mark.parametrize("held", [held for held, *_ in ANSWERS if b"Created" in held])
def test_what_follows_an_answer_costs_the_connection(held: bytes) -> None:
    told = read_answer(held + b"HTTP/1.1 410 Gone\r\n")
    assert told is not None
    assert told.answer.status == 201
    assert not told.keeps


@pytest.mark.parametrize(
    "held",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"HTTP/2 201\r\n\r\n",
        b"HTTP/1.1 99 Low\r\n\r\n",
        b"HTTP/1.1 201 Created\r\nno colon\r\n\r\n",
        b"HTTP/1.1 201 Created\r\n folded: x\r\n\r\n",
        b"HTTP/1.1 201 Created\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 201 Created\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"HTTP/1.1 201 Created\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n",
        CHUNKED + b"-1\r\n",
        CHUNKED + b"0x3\r\nBad\r\n",
        # Without an end: of the head, of the way there, of what stands round a body.
        b"x" * (MOST_HEAD + 1),
        b"HTTP/1.1 100 Continue\r\n\r\n" * MOST_HEAD,
        CHUNKED + b"1\r\nB\r\n1;" + b"x" * (MOST_HEAD + 1),
        CHUNKED + b"0\r\nX: " + b"x" * (MOST_HEAD + 1),
    ],
)
def test_what_is_not_an_answer_is_refused(held: bytes) -> None:
    with pytest.raises(BadAnswer):
        read_answer(held)


@pytest.mark.parametrize("held", [held for held, *_, keeps in ANSWERS if keeps])
def test_an_answer_that_ends_half_way_is_none(held: bytes) -> None:
    for cut in range(len(held)):
        with pytest.raises(BadAnswer):
            read_answer(held[:cut], ended=True)


@given(st.binary(max_size=200), st.sampled_from([b"", CREATED[:-2], CHUNKED]), st.booleans())
def test_whatever_comes_is_an_answer_or_none(noise: bytes, before: bytes, ended: bool) -> None:
    try:
        told = read_answer(before + noise, ended=ended)
    except BadAnswer:
        return
    assert told is not None or not ended
    assert told is None or len(told.answer.body) <= READ


def test_a_request_is_one_piece() -> None:
    made = request_of("push.example:443", "/a?b=%2F", {"TTL": "60"}, b"\x00\xff")
    assert made == (
        b"POST /a?b=%2F HTTP/1.1\r\nHost: push.example:443\r\nContent-Length: 2\r\nTTL: 60\r\n\r\n"
        b"\x00\xff"
    )

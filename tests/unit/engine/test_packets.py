"""Reading what clients send: the protocol, and nothing beyond it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.engine.packets import (
    BinaryPacket,
    BrokenPacket,
    Connect,
    Disconnect,
    Event,
    Ignored,
    depth_within,
    read,
)

VALID = [
    '2["message.post",{"key":"01J","to":"street","text":"Bonjour"}]',
    '217["sync",{"positions":{"street:gbwc9z1":["e",41]}}]',
    '2["typing"]',
    "0",
    '0{"token":"abc"}',
    '0/custom,{"token":"abc"}',
    "1",
    "31[]",
    '52-["a",{"_placeholder":true,"num":0}]',
]


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize(
    ("text", "packet"),
    [
        ('2["read",{"a":1}]', Event("read", {"a": 1}, None)),
        ('27["read",{"a":1}]', Event("read", {"a": 1}, 7)),
        ('2["typing"]', Event("typing", None, None)),
        ('2["x",1,"2"]', Event("x", [1, "2"], None)),
        ("0", Connect("/", None)),
        ('0{"token":"t"}', Connect("/", {"token": "t"})),
        ("0/other", Connect("/other", None)),
        ('0/other,{"a":1}', Connect("/other", {"a": 1})),
        ("0/other?x=1,", Connect("/other", None)),
        ("1", Disconnect()),
        ("1/,", Disconnect()),
        ("312[1]", Ignored()),
    ],
)
def test_packets_of_the_protocol_are_read(text: str, packet: object):
    assert read(text) == packet


@pytest.mark.parametrize(
    "text",
    [
        "", "abc", "9", "4{}", "2", "2{}", "2[]", "2[1]", '2[""]', '2["a"', "2[NaN]", '2[{"a":1}]',
        '2abc["a"]', '2-1["a"]', '22147483649["a"]', '2²["a"]', "2" + "1" * 100 + '["a"]',
        '2/other,["a"]', "1/other", "0[1]", '0"text"', "0{", "3{}", "3", '2["' + "x" * 65 + '"]',
        '2["\\ud800"]',
    ],
)  # fmt: skip
def test_anything_else_is_a_broken_packet(text: str):
    with pytest.raises(BrokenPacket):
        read(text)


@pytest.mark.parametrize("text", ["5", '52-["a",{"_placeholder":true,"num":0}]', "69999999-[]"])
def test_binary_packets_are_told_apart(text: str):
    with pytest.raises(BinaryPacket):
        read(text)


def test_json_may_nest_eight_deep_and_no_deeper():
    assert read(f'2["a",{nested(8)}]') is not None
    for depth in (9, 200, 5_000, 30_000):
        with pytest.raises(BrokenPacket):
            read(f'2["a",{nested(depth)}]')


def test_many_brackets_side_by_side_are_no_depth():
    assert read('2["a",{"list":[' + ",".join(["{}"] * 500) + "]}]") is not None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=20,
)


@given(json_values, st.integers(0, 6))
def test_depth_is_the_longest_way_down(value: object, limit: int):
    def depth(item: object) -> int:
        if isinstance(item, dict):
            return 1 + max(map(depth, item.values()), default=0)
        if isinstance(item, list):
            return 1 + max(map(depth, item), default=0)
        return 0

    assert depth_within(value, limit) == (depth(value) <= limit)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A valid packet with a few characters lost, doubled or replaced."""
    text = draw(st.sampled_from(VALID))
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(text)))
        piece = draw(
            st.sampled_from(["", "[", "]", "{", "}", '"', "\\u", "9" * 30, "\x1e", "é", ","])
        )
        text = text[:at] + piece + text[at + draw(st.integers(0, 3)) :]
    return text


# 17 s on two idle cores; a busy machine must not make it fail.
@pytest.mark.timeout(300)
@settings(max_examples=20_000, deadline=None)
@given(mutated() | st.text(max_size=60))
def test_no_packet_does_worse_than_being_broken(text: str):
    try:
        packet = read(text)
    except BrokenPacket:
        return
    assert isinstance(packet, Connect | Disconnect | Event | Ignored)

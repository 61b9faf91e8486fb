"""Frames are built once and mean the same on every transport."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.engine.frames import ack_frame, event_frame, join, packet_frame, websocket_bytes


def messages(data: bytes) -> list[bytes]:
    """The text messages in a server's WebSocket stream (RFC 6455 §5.2)."""
    found = []
    while data:
        assert data[0] == 0x81, "one unfragmented text frame, no extension bits"
        size, start = data[1], 2
        if size == 126:
            size, start = int.from_bytes(data[2:4], "big"), 4
        elif size == 127:
            size, start = int.from_bytes(data[2:10], "big"), 10
        found.append(data[start : start + size])
        data = data[start + size :]
    return found


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
def test_a_frame_carries_any_length(size: int):
    assert messages(websocket_bytes(b"x" * size)) == [b"x" * size]


def test_an_event_carries_its_name_and_one_argument():
    frame = event_frame("message.posted", b'{"seq":1}')
    assert frame.packets == (b'42["message.posted",{"seq":1}]',)
    assert messages(frame.ws) == list(frame.packets)


def test_an_ack_carries_the_commands_number():
    assert ack_frame(7, b'{"ok":true}').packets == (b'437[{"ok":true}]',)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=20))
def test_joined_frames_stay_separate_messages_in_order(packets: list[bytes]):
    joined = join([packet_frame(packet) for packet in packets])
    assert messages(joined.ws) == packets
    assert list(joined.packets) == packets


@given(st.text(max_size=20))
def test_any_event_name_is_escaped(name: str):
    packet = event_frame(name, b"{}").packets[0]
    assert orjson.loads(packet[2:]) == [name, {}]

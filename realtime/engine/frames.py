"""What goes down the wire, encoded once and shared by every recipient.

A server's WebSocket frames are unmasked (RFC 6455 §5.1), so one frame is byte-identical for all.
A `Frame` keeps both forms: WebSocket bytes, and the Engine.IO packets for long-polling.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import orjson

SEPARATOR: Final = b"\x1e"  # between the packets of a long-polling payload (Engine.IO 4)
_TEXT: Final = 0x81  # FIN + text: one message, one frame
_BINARY: Final = 0x82


class Frame:
    """One or more Engine.IO packets, ready for any transport."""

    __slots__ = ("packets", "ws")

    def __init__(self, ws: bytes, packets: tuple[bytes, ...]) -> None:
        self.ws = ws
        self.packets = packets


def websocket_bytes(packet: bytes, opcode: int = _TEXT) -> bytes:
    """An unmasked frame around `packet` (RFC 6455 §5.2)."""
    size = len(packet)
    if size < 126:
        return bytes((opcode, size)) + packet
    if size < 65_536:
        return bytes((opcode, 126)) + size.to_bytes(2, "big") + packet
    return bytes((opcode, 127)) + size.to_bytes(8, "big") + packet


def packet_frame(packet: bytes) -> Frame:
    """A frame of one Engine.IO text packet."""
    return Frame(websocket_bytes(packet), (packet,))


def binary_frame(payload: bytes, base64_text: bytes) -> Frame:
    """A binary packet. Only the conformance server sends these."""
    return Frame(websocket_bytes(payload, _BINARY), (b"b" + base64_text,))


def event_frame(name: str, payload: bytes) -> Frame:
    """`name` with one argument. `payload` is that argument, already JSON."""
    return packet_frame(b"42[" + orjson.dumps(name) + b"," + payload + b"]")


def ack_frame(ack: int, answer: bytes) -> Frame:
    """The answer to the command that carried the id `ack`; `answer` is JSON."""
    return packet_frame(b"43%d[" % ack + answer + b"]")


def join(frames: Sequence[Frame]) -> Frame:
    """Several frames as one write. They stay separate messages for the client."""
    if len(frames) == 1:
        return frames[0]
    return Frame(
        b"".join([frame.ws for frame in frames]),
        tuple(packet for frame in frames for packet in frame.packets),
    )


PING: Final = packet_frame(b"2")
PONG: Final = packet_frame(b"3")
PROBE_ANSWER: Final = packet_frame(b"3probe")
NOOP: Final = packet_frame(b"6")
CLOSE: Final = packet_frame(b"1")
DISCONNECT: Final = packet_frame(b"41")

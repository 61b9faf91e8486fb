"""Socket.IO packets as clients send them, read strictly.

Text only, the main namespace only, JSON at most eight deep. Whatever a client of the protocol would
never send is a BrokenPacket: the socket is closed, nobody else notices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import orjson

MAX_DEPTH: Final = 8
_MAX_ACK: Final = 2**31
_ACK_DIGITS: Final = 10
_MAX_NAME: Final = 64


class BrokenPacket(Exception):
    """The packet does not follow the protocol, or exceeds what we accept of it."""


class BinaryPacket(BrokenPacket):
    """A packet that announces or is binary."""


@dataclass(frozen=True, slots=True)
class Connect:
    """A client asks for a namespace, with its auth object."""

    namespace: str
    auth: object


@dataclass(frozen=True, slots=True)
class Disconnect:
    """A client leaves, its transport stays."""


@dataclass(frozen=True, slots=True)
class Event:
    """A command. `payload` is its one argument; None for none, a list for several."""

    name: str
    payload: object
    ack: int | None


@dataclass(frozen=True, slots=True)
class Ignored:
    """Well-formed, without a meaning here: acks for events we never ask to be acked."""


Packet = Connect | Disconnect | Event | Ignored


def read(text: str) -> Packet:
    """The Socket.IO packet in an Engine.IO message."""
    kind = text[:1]
    if kind == "2":
        return _read_event(text)
    if kind == "0":
        return _read_connect(text)
    if kind == "1":
        if text[1:] not in ("", "/", "/,"):
            raise BrokenPacket("disconnect from another namespace")
        return Disconnect()
    if kind == "3":
        _read_ack_id(text)
        return Ignored()
    if kind in ("5", "6"):
        raise BinaryPacket("binary packet")
    raise BrokenPacket("unknown packet type")


def depth_within(value: object, limit: int) -> bool:
    """Whether arrays and objects are nested at most `limit` deep."""
    if isinstance(value, dict):
        return limit > 0 and all(depth_within(item, limit - 1) for item in value.values())
    if isinstance(value, list):
        return limit > 0 and all(depth_within(item, limit - 1) for item in value)
    return True


def _read_event(text: str) -> Event:
    ack, start = _read_ack_id(text)
    arguments = _read_json(text, start)
    if not isinstance(arguments, list) or not arguments or not isinstance(arguments[0], str):
        raise BrokenPacket("an event is an array that starts with its name")
    name = arguments[0]
    if not 0 < len(name) <= _MAX_NAME:
        raise BrokenPacket("event name too long")
    if len(arguments) == 2:
        return Event(name, arguments[1], ack)
    return Event(name, arguments[1:] or None, ack)


def _read_connect(text: str) -> Connect:
    namespace, start = "/", 1
    if text[1:2] == "/":
        comma = text.find(",")
        end = len(text) if comma < 0 else comma
        namespace, start = text[1:end].partition("?")[0], min(end + 1, len(text))
        if len(namespace) > _MAX_NAME or not namespace.isprintable():
            raise BrokenPacket("namespace")
    auth = _read_json(text, start) if start < len(text) else None
    if auth is not None and not isinstance(auth, dict):
        raise BrokenPacket("auth is an object")
    return Connect(namespace, auth)


def _read_ack_id(text: str) -> tuple[int | None, int]:
    """The ack id after the packet type, and where the JSON starts."""
    start = text.find("[", 0, _ACK_DIGITS + 2)
    if start < 0:
        raise BrokenPacket("no array")
    digits = text[1:start]
    if not digits:
        return None, start
    if not (digits.isascii() and digits.isdigit()) or int(digits) > _MAX_ACK:
        raise BrokenPacket("ack id")
    return int(digits), start


def _read_json(text: str, start: int) -> object:
    # Eight brackets cannot nest deeper than eight: most packets need no walk.
    nested = text.count("[") + text.count("{") > MAX_DEPTH + 1
    try:
        value: object = orjson.loads(text[start:])
    except ValueError:
        raise BrokenPacket("not JSON") from None
    if nested and not depth_within(value, MAX_DEPTH + 1):
        raise BrokenPacket("nested too deeply")
    return value

"""Socket.IO made fast and strict. Knows no domain: an `Edge` stands behind it."""

from realtime.engine.edge import ConnectionRefused, Edge, Request
from realtime.engine.engine import Engine
from realtime.engine.fan_out import FanOut
from realtime.engine.frames import Frame, event_frame
from realtime.engine.options import EngineOptions
from realtime.engine.socket import Socket

__all__ = [
    "ConnectionRefused",
    "Edge",
    "Engine",
    "EngineOptions",
    "FanOut",
    "Frame",
    "Request",
    "Socket",
    "event_frame",
]

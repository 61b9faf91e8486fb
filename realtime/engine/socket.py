"""One client: what it says, when it must answer, how it ends."""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from realtime.engine import reasons
from realtime.engine.frames import PING, PONG, packet_frame
from realtime.engine.outgoing import JOINED, LEFT, OPENED, Outgoing

if TYPE_CHECKING:
    from realtime.engine.packets import Event
    from realtime.engine.transport import Transport

_PROBE_DATA_MAX: Final = 128


class Socket(Outgoing):
    """A connected client. `session` is a slot for the edge, `id` is safe to log."""

    __slots__ = (
        "binding", "commands", "id", "ip", "left_by_client", "opened_at", "pinged", "pong_due",
        "session", "sid", "slot", "space", "stamp", "tokens", "upgrading", "worker",
    )  # fmt: skip

    def __init__(self, server: Transport, sid: str, ip: str, binding: str | None) -> None:
        super().__init__(server)
        self.sid = sid  # the transport's secret: whoever has it may poll
        self.id: str = server.generate_id()
        self.ip: str = ip
        self.session: Any = None
        self.binding = binding
        self.left_by_client = False
        self.upgrading = False
        self.pinged = False  # a pong is missing
        self.pong_due = False  # the next visit looks for it
        self.slot = -1
        self.commands: deque[Event] | None = None
        self.worker: asyncio.Task[None] | None = None
        self.space: asyncio.Future[None] | None = None
        self.opened_at = self.stamp = server.now()
        self.tokens = float(server.options.packets_burst)

    def close(self, reason: str) -> None:
        """End it. For reasons in MAY_RECONNECT the client may come back, else it is told not to."""
        if self.closed:
            return
        self.closed = self.closing = True
        was_joined = self.stage == JOINED
        self.stage = LEFT
        self.stop_sending()
        final = was_joined and reason not in reasons.MAY_RECONNECT
        self.link.end(reason, self.server.farewell if final else None)
        self.backlog = self.commands = None
        self.release()
        self.server.forget(self, reason, was_joined=was_joined)

    def leave(self) -> None:
        """The client left the namespace; its transport is still open."""
        self.stage = LEFT
        self.stop_sending()
        self.commands = None
        self.release()

    def heard(self, packet: str, request: web.Request) -> Awaitable[None] | None:
        """Take one Engine.IO packet. What is returned must be awaited before the next is read."""
        kind = packet[:1]
        if not self.may_speak():
            self.violate(reasons.FLOOD)
        elif kind == "4":
            return self.server.layer.heard(self, packet[1:], request)
        elif kind == "3":
            self.pinged = False
        elif kind == "2" and len(packet) <= _PROBE_DATA_MAX:
            self.push(PONG if len(packet) == 1 else packet_frame(b"3" + packet[1:].encode()))
        elif kind == "b":
            return self._heard_base64(packet)
        elif kind == "1":
            self.left_by_client = True
            self.close(reasons.CLIENT)
        elif kind not in ("5", "6") or len(packet) > 1:
            self.violate(reasons.BROKEN)
        return None

    def _heard_base64(self, packet: str) -> Awaitable[None] | None:
        """Polling's form of a binary packet."""
        try:
            content = base64.b64decode(packet[1:], validate=True)
        except ValueError:
            self.violate(reasons.BROKEN, "base64")
            return None
        return self.server.layer.heard_binary(self, content)

    def violate(self, reason: str, detail: str = "") -> None:
        """The client broke the protocol: one log line, and it is gone."""
        if not self.closed:
            self.server.note_violation(self, reason, detail)
            self.close(reason)

    def visit(self) -> float | None:
        """The wheel's turn: ping, miss the pong, or miss the CONNECT."""
        if self.closed:
            return None
        options = self.server.options
        if self.stage == OPENED and self.server.connect_is_late(self):
            self.close(reasons.NEVER_CONNECTED)
            return None
        if self.stage == LEFT and self.pong_due:
            self.close(reasons.REFUSED)
            return None
        if self.pong_due:
            if self.pinged and self.space is None:  # a paused reading cannot see the pong
                self.close(reasons.SILENT)
                return None
            self.pong_due = False
            if options.ping_interval > options.ping_timeout:
                return float(options.ping_interval - options.ping_timeout)
        self.push(PING)
        self.pinged = self.pong_due = True
        return float(options.ping_timeout)

    def release(self) -> None:
        """Go on reading: there is room for commands again."""
        if self.space is not None and not self.space.done():
            self.space.set_result(None)
        self.space = None

    def may_speak(self) -> bool:
        """A token bucket; false for a flood."""
        options = self.server.options
        if not options.limits_on:
            return True
        now = self.server.now()
        rate = options.packets_per_second
        self.tokens = min(options.packets_burst, self.tokens + (now - self.stamp) * rate)
        self.stamp = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

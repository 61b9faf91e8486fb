"""One client, over whatever transport it has at the moment.

Order is kept by one rule: a frame is written straight to the transport only while nothing waits
before it; otherwise it joins the backlog, which the link empties. No task, queue or timer exists
for an idle socket.
"""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Final, Protocol

from aiohttp import web
from engineio.async_socket import AsyncSocket

from realtime.engine import reasons
from realtime.engine.frames import PING, PONG, Frame, event_frame, packet_frame

if TYPE_CHECKING:
    from realtime.engine.packets import Event
    from realtime.engine.transport import Transport

_PROBE_DATA_MAX: Final = 128

# How far a socket is on its way; a plain int because it is compared for every packet.
OPENED: Final = 0  # an Engine.IO session, no CONNECT yet
CONNECTING: Final = 1  # the edge is asked
JOINED: Final = 2  # connected: it hears events and may give commands
LEFT: Final = 3  # refused or disconnected, its transport still open


class Pausable(Protocol):
    """The part of aiohttp's protocol that says whether its transport's buffer is full."""

    _paused: bool


class Link(Protocol):
    """What carries a socket's frames: see links.py."""

    protocol: Pausable | None

    def write(self, data: bytes) -> None: ...
    def wake(self) -> None: ...
    def end(self, reason: str, farewell: Frame | None) -> None: ...


class Socket(AsyncSocket):  # type: ignore[misc]  # the library has no types
    """A connected client. `session` is a slot for the edge, `id` is safe to log."""

    __slots__ = (
        "_protocol", "_write", "backlog", "backlog_bytes", "binding", "closed", "closing",
        "commands", "early", "id", "ip", "left_by_client", "link", "opened_at", "pinged",
        "pong_due", "server", "session", "sid", "slot", "space", "stage", "stamp", "tokens",
        "upgrading", "worker",
    )  # fmt: skip

    def __init__(self, server: Transport, sid: str, ip: str, binding: str | None) -> None:
        self.server = server
        self.sid = sid  # the transport's secret: whoever has it may poll
        self.id: str = server.generate_id()
        self.ip: str = ip
        self.session: Any = None
        self.binding = binding
        self.stage = OPENED
        self.closed = False
        self.closing = False
        self.left_by_client = False
        self.upgrading = False
        self.pinged = False  # a pong is missing
        self.pong_due = False  # the next visit looks for it
        self.slot = -1
        self.link: Link
        self.backlog: deque[Frame] | None = None
        self.backlog_bytes = 0
        self.early: list[Frame] | None = None
        self.commands: deque[Event] | None = None
        self.worker: asyncio.Task[None] | None = None
        self.space: asyncio.Future[None] | None = None
        self.opened_at = self.stamp = server.now()
        self.tokens = float(server.options.packets_burst)
        # Set while a frame may go straight to the transport; `_write` belongs to it.
        self._protocol: Pausable | None = None
        self._write: Any = None

    # What the edge calls.

    def emit(self, name: str, payload: bytes) -> None:
        """Send one event; `payload` is the JSON of its argument."""
        self.send(event_frame(name, payload))

    def send(self, frame: Frame) -> None:
        """Send a frame, in order with every other. Dropped when the socket is closed."""
        protocol = self._protocol
        if protocol is not None and not protocol._paused:
            try:
                self._write(frame.ws)
            except RuntimeError:  # uvloop: the connection went this very moment
                self._fail(reasons.GONE)
        elif self.stage == JOINED:
            self.push(frame)
        elif self.early is not None:
            self.early.append(frame)

    def close(self, reason: str) -> None:
        """End it. For reasons in MAY_RECONNECT the client may come back, else it is told not to."""
        if self.closed:
            return
        self.closed = self.closing = True
        was_joined = self.stage == JOINED
        self.stage = LEFT
        self._protocol = self.early = None
        final = was_joined and reason not in reasons.MAY_RECONNECT
        self.link.end(reason, self.server.farewell if final else None)
        self.backlog = self.commands = None
        self.release()
        self.server.forget(self, reason, was_joined=was_joined)

    # What the transport calls.

    def push(self, frame: Frame) -> None:
        """Send at the Engine.IO level, whether or not the socket has joined."""
        if self.closing:
            return
        link = self.link
        if not self.backlog and link.protocol is not None and not link.protocol._paused:
            try:
                link.write(frame.ws)
            except RuntimeError:
                self._fail(reasons.GONE)
            return
        self._protocol = None
        if self.backlog is None:
            self.backlog = deque()
        self.backlog.append(frame)
        self.backlog_bytes += len(frame.ws)
        options = self.server.options
        if len(self.backlog) > options.out_packets or self.backlog_bytes > options.out_bytes:
            self._fail(reasons.SLOW)
            return
        link.wake()

    def take_backlog(self) -> deque[Frame]:
        """Everything that waits, handed to the link."""
        backlog = self.backlog or deque()
        self.backlog, self.backlog_bytes = None, 0
        return backlog

    def carry_on(self, link: Link) -> None:
        """From here on frames travel by `link`; directly, as soon as nothing waits."""
        self.link = link
        if self.backlog:
            link.wake()
        else:
            self.backlog, self.backlog_bytes = None, 0
            if link.protocol is not None and self.stage == JOINED and not self.closing:
                self._write = link.write
                self._protocol = link.protocol

    def join(self, connected: Frame) -> None:
        """The edge admitted it: first the CONNECT answer, then what was sent meanwhile."""
        early, self.early = self.early, None
        self.push(connected)
        self.stage = JOINED
        for frame in early or ():
            self.push(frame)
        self.carry_on(self.link)

    def leave(self) -> None:
        """The client left the namespace; its transport is still open."""
        self.stage = LEFT
        self._protocol = self.commands = None
        self.release()

    def heard(self, packet: str, request: web.Request) -> Awaitable[None] | None:
        """Take one Engine.IO packet. What is returned must be awaited before the next is read."""
        kind = packet[:1]
        if not self._may_speak():
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

    def _fail(self, reason: str) -> None:
        """Send nothing more. Closed on the next tick: the caller may be walking over sockets."""
        if not self.closing:
            self.closing = True
            self._protocol = self.backlog = None
            asyncio.get_running_loop().call_soon(self.close, reason)

    def _may_speak(self) -> bool:
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

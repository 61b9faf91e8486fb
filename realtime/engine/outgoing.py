"""The sending half of a socket: one rule keeps the order.

A frame is written straight to the transport only while nothing waits before it; otherwise it joins
the backlog, which the link empties. No task, queue or timer exists for an idle socket.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from os import write
from typing import TYPE_CHECKING, Any, Final, Protocol

from engineio.async_socket import AsyncSocket

from realtime.engine import reasons
from realtime.engine.frames import Frame, event_frame, packet_frame

if TYPE_CHECKING:
    from realtime.engine.transport import Transport

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
    transport: Any  # None when its descriptor is not ours to write to
    descriptor: int

    def write(self, data: bytes) -> None: ...
    def wake(self) -> None: ...
    def end(self, reason: str, farewell: Frame | None) -> None: ...


class Outgoing(AsyncSocket):  # type: ignore[misc]  # the library has no types
    """What a client is sent, over whatever link it has at the moment."""

    __slots__ = (
        "_descriptor", "_protocol", "_transport", "_write", "backlog", "backlog_bytes", "closed",
        "closing", "early", "link", "server", "stage",
    )  # fmt: skip

    def __init__(self, server: Transport) -> None:
        self.server = server
        self.stage = OPENED
        self.closed = False
        self.closing = False
        self.link: Link
        self.backlog: deque[Frame] | None = None
        self.backlog_bytes = 0
        self.early: list[Frame] | None = None
        # Set while a frame may go straight to the transport; `_write` belongs to it.
        self._protocol: Pausable | None = None
        self._write: Any = None
        # Set while `write_to_all` may make the system call itself: nothing waits in its buffer.
        self._transport: Any = None
        self._descriptor = -1

    def emit(self, name: str, payload: bytes) -> None:
        """Send one event; `payload` is the JSON of its argument."""
        self.send(event_frame(name, payload))

    def send(self, frame: Frame) -> None:
        """Send a frame, in order with every other. Dropped when the socket is closed."""
        protocol = self._protocol
        if protocol is not None and not protocol._paused:
            self._transport = None
            try:
                self._write(frame.ws)
            except RuntimeError:  # uvloop: the connection went this very moment
                self._fail(reasons.GONE)
        elif self.stage == JOINED:
            self.push(frame)
        elif self.early is not None:
            self.early.append(frame)

    def push(self, frame: Frame) -> None:
        """Send at the Engine.IO level, whether or not the socket has joined."""
        if self.closing:
            return
        link = self.link
        if not self.backlog and link.protocol is not None and not link.protocol._paused:
            self._transport = None
            try:
                link.write(frame.ws)
            except RuntimeError:
                self._fail(reasons.GONE)
            return
        self._protocol = self._transport = None
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

    def take_packets(self, most: int) -> list[bytes]:
        """The next packets that wait, no more than `most`; the rest goes on waiting."""
        waiting: list[bytes] = []
        backlog = self.take_backlog()
        while backlog and len(waiting) < most:
            waiting += backlog.popleft().packets
        backlog.extendleft(packet_frame(packet) for packet in reversed(waiting[most:]))
        if backlog:
            self.backlog = backlog
            self.backlog_bytes = sum(len(frame.ws) for frame in backlog)
        return waiting[:most]

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
                self._descriptor = link.descriptor

    def join(self, connected: Frame) -> None:
        """The edge admitted it: first the CONNECT answer, then what was sent meanwhile."""
        early, self.early = self.early, None
        self.push(connected)
        self.stage = JOINED
        for frame in early or ():
            self.push(frame)
        self.carry_on(self.link)

    def mind_buffer(self) -> None:
        """Somebody else writes to the transport: the next direct write looks at its buffer."""
        self._transport = None

    def stop_sending(self) -> None:
        """Whatever comes now is dropped."""
        self._protocol = self._transport = self.early = None

    def _fail(self, reason: str) -> None:
        """Send nothing more. Closed on the next tick: the caller may be walking over sockets."""
        if not self.closing:
            self.closing = True
            self._protocol = self._transport = self.backlog = None
            asyncio.get_running_loop().call_soon(self.close, reason)


def write_to_all(sockets: Iterable[Outgoing], frame: Frame) -> None:
    """As `send` to each, with the system call made here where nothing waits before it.

    For a frame that is alone on its way: the event loop would spend half as much again on it. One
    loop without a call per socket: that call was a tenth of a delivery.
    """
    data = frame.ws
    size = len(data)
    for socket in sockets:
        transport = socket._transport or _emptied(socket)
        # A closing transport's descriptor may belong to somebody else soon.
        if transport is None or transport.is_closing():
            socket.send(frame)
            continue
        try:
            sent = write(socket._descriptor, data)
        except BlockingIOError:
            sent = 0
        except OSError:
            socket._fail(reasons.GONE)
            continue
        if sent < size:
            socket._transport = None
            socket._write(data[sent:])


def _emptied(socket: Outgoing) -> Any:
    """The transport, once all that was handed to it has left; else None.

    Asked only of sockets that were written to in another way since: asked of each, it was a
    twentieth of a delivery.
    """
    transport = None if socket._protocol is None else socket.link.transport
    if transport is None or transport.get_write_buffer_size():
        return None
    socket._transport = transport
    return transport

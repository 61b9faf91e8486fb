"""Joins what goes to the same sockets into one write.

Idle, a post leaves on the next tick of the loop. While a flush has happened within the last 4 ms,
posts wait for the rest of those 4 ms and each socket gets them joined: one system call instead of
many. Long walks are cut into slices so that pings and other rooms get their turn, and urgent frames
go before slices that wait.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from realtime.engine.frames import Frame, join
from realtime.engine.outgoing import write_to_all
from realtime.engine.socket import Socket

WINDOW_SECONDS: Final = 0.004
# About 4 ms of system calls.
_SLICE: Final = 512
_TURN: Final = 256  # of those, for one recipient set before the next gets its turn


class _Walk:
    """One joined frame on its way over a list of sockets."""

    __slots__ = ("at", "frame", "key", "sockets", "urgent")

    def __init__(self, key: str, frame: Frame, sockets: list[Socket], *, urgent: bool) -> None:
        self.key = key
        self.frame = frame
        self.sockets = sockets
        self.urgent = urgent
        self.at = 0

    def step(self, count: int, *, is_alone: bool) -> int:
        """Send to the next `count` sockets; how many that were.

        `is_alone`: nothing else goes to them in this tick, which the loop could join to it.
        """
        frame, at = self.frame, self.at
        part = self.sockets[at : at + count]
        if is_alone:
            write_to_all(part, frame)
        else:
            for socket in part:
                socket.send(frame)
        self.at = at + len(part)
        return len(part)

    @property
    def is_done(self) -> bool:
        return self.at >= len(self.sockets)


class FanOut:
    """Frames per recipient set. Used from the event loop only."""

    def __init__(self, audience: Callable[[str], Iterable[Socket]]) -> None:
        self._audience = audience
        self._posted: dict[str, list[Frame]] = {}
        self._walks: deque[_Walk] = deque()
        self._walking: set[str] = set()
        self._timer: asyncio.Handle | None = None
        self._flushed_at = -1.0

    def post(self, key: str, frame: Frame, *, urgent: bool = False) -> None:
        """Send `frame` to the audience of `key`, after all that was posted to that key before."""
        self._posted.setdefault(key, []).append(frame)
        if urgent:
            self._complete(key)
            self._start(key, urgent=True)
            self._plan(at_once=True)
        elif self._timer is None:
            self._plan()

    def flush(self, key: str | None = None) -> None:
        """Everything posted so far (to `key`) is with its sockets when this returns."""
        keys = [key] if key is not None else [*self._walking, *self._posted]
        for each in keys:
            self._complete(each)
            self._start(each, urgent=False)
            self._complete(each)

    def _plan(self, *, at_once: bool = False) -> None:
        loop = asyncio.get_running_loop()
        wait = self._flushed_at + WINDOW_SECONDS - loop.time()
        if self._timer is not None:
            self._timer.cancel()
        if at_once or self._walks or wait <= 0:
            self._timer = loop.call_soon(self._tick)
        else:
            self._timer = loop.call_later(wait, self._tick)

    def _tick(self) -> None:
        self._timer = None
        # A key that is still being walked joins what comes meanwhile.
        for key in [key for key in self._posted if key not in self._walking]:
            self._start(key, urgent=False)
        self._walk_on()

    def _start(self, key: str, *, urgent: bool) -> None:
        frames = self._posted.pop(key, None)
        sockets = list(self._audience(key)) if frames else []
        if not frames or not sockets:
            return
        walk = _Walk(key, join(frames), sockets, urgent=urgent)
        self._walking.add(key)
        if urgent:
            self._walks.appendleft(walk)
        else:
            self._walks.append(walk)

    def _walk_on(self) -> None:
        """One slice of sending, shared by the walks; the rest on later ticks."""
        left = _SLICE
        is_alone = len(self._walks) == 1
        while self._walks and left > 0:
            walk = self._walks.popleft()
            turn = left if walk.urgent else min(left, _TURN)
            left -= walk.step(turn, is_alone=is_alone)
            if walk.is_done:
                self._walking.discard(walk.key)
            elif walk.urgent:
                self._walks.appendleft(walk)
            else:
                self._walks.append(walk)
        self._flushed_at = asyncio.get_running_loop().time()
        if self._timer is None and (self._walks or self._posted):
            self._plan()

    def _complete(self, key: str) -> None:
        """Finish the walk of `key` now. There is at most one."""
        if key not in self._walking:
            return
        walk = next(walk for walk in self._walks if walk.key == key)
        walk.step(len(walk.sockets), is_alone=False)
        self._walks.remove(walk)
        self._walking.discard(key)

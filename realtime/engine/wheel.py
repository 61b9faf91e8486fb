"""One timer for all sockets: pings, pong deadlines and the wait for CONNECT.

Stock keeps a sleeping task per connection. Here a socket stands in the slot of its next visit and
one timer walks the slots; it does not run while there is no socket.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final, Protocol

TICK_SECONDS: Final = 0.1
# A slot of thousands is visited in parts, so that other work gets its turn.
_VISITS_AT_ONCE: Final = 256


class Visited(Protocol):
    """What stands in the wheel. `slot` belongs to the wheel."""

    slot: int

    def visit(self) -> float | None:
        """Called when due. Seconds to the next visit, None for never."""


class Wheel:
    """Visits sockets when they are due, up to one tick early and never late by design."""

    def __init__(self, horizon: float) -> None:
        self._slots: list[set[Visited]] = [set() for _ in range(int(horizon / TICK_SECONDS) + 2)]
        self._due: deque[Visited] = deque()
        self._now = 0
        self._started = 0.0
        self._count = 0
        self._timer: asyncio.TimerHandle | None = None

    def add(self, visited: Visited, seconds: float) -> None:
        """Visit once, `seconds` from now; replaces an earlier appointment."""
        if visited.slot >= 0:
            self.remove(visited)
        if self._timer is None:
            self._start()
        ticks = max(1, min(int(seconds / TICK_SECONDS), len(self._slots) - 1))
        visited.slot = (self._now + ticks) % len(self._slots)
        self._slots[visited.slot].add(visited)
        self._count += 1

    def remove(self, visited: Visited) -> None:
        """Forget it. Harmless when it does not stand here."""
        if visited.slot >= 0:
            self._slots[visited.slot].discard(visited)
            visited.slot = -1
            self._count -= 1

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _start(self) -> None:
        loop = asyncio.get_running_loop()
        self._now = 0
        self._started = loop.time()
        self._timer = loop.call_later(TICK_SECONDS, self._tick)

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        # A loop that was held up visits every slot it missed.
        while self._started + (self._now + 1) * TICK_SECONDS <= loop.time() + 0.001:
            self._now += 1
            self._take(self._now % len(self._slots))
        self._visit_some()
        if self._count or self._due:
            self._timer = loop.call_at(self._started + (self._now + 1) * TICK_SECONDS, self._tick)
        else:
            self._timer = None

    def _take(self, slot: int) -> None:
        due, self._slots[slot] = self._slots[slot], set()
        for visited in due:
            visited.slot = -1
        self._count -= len(due)
        self._due.extend(due)

    def _visit_some(self) -> None:
        for _ in range(min(_VISITS_AT_ONCE, len(self._due))):
            visited = self._due.popleft()
            if visited.slot >= 0:  # given a later appointment while it waited
                continue
            again = visited.visit()
            if again is not None:
                self.add(visited, again)
        if self._due:
            asyncio.get_running_loop().call_soon(self._visit_some)

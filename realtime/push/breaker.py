"""Which push services are asked at present, and how hard. One per worker; pure but for its state.

A service that throttles is left alone until it said, then asked half as much at once; every
success makes that one more. The others go on: one that is blocked stalls nobody else's phones. A
"too many" alone is about one phone, which waits by itself; a fifth of the answers is about us.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

AT_ONCE = 64
FEWEST = 2
# A fifth of 20 would come about by chance where one phone in 25 is throttled for itself.
LAST_ANSWERS = 50
THROTTLED_OF_THEM = 10


@dataclass(slots=True)
class _Origin:
    limit: float = AT_ONCE
    in_flight: int = 0
    blocked_until: datetime | None = None
    waiting: list[Callable[[], None]] = field(default_factory=list)
    throttled: deque[bool] = field(default_factory=lambda: deque(maxlen=LAST_ANSWERS))


class Breaker:
    """By origin: a place to send, or how long to wait."""

    def __init__(self) -> None:
        self._origins: dict[str, _Origin] = {}

    def blocked_for(self, origin: str, now: datetime) -> timedelta | None:
        until = self._of(origin).blocked_until
        return None if until is None or until <= now else until - now

    def has_room(self, origin: str) -> bool:
        state = self._of(origin)
        return state.in_flight < int(state.limit)

    def when_room(self, origin: str, wake: Callable[[], None]) -> None:
        """Call once, in turn, when a place is free."""
        self._of(origin).waiting.append(wake)

    def give_up(self, origin: str, wake: Callable[[], None]) -> None:
        """Who waited was cancelled: a place it was just given goes to the next."""
        waiting = self._of(origin).waiting
        if wake in waiting:
            waiting.remove(wake)
        elif waiting:
            waiting.pop(0)()

    def begin(self, origin: str) -> None:
        self._of(origin).in_flight += 1

    def end(self, origin: str) -> None:
        state = self._of(origin)
        state.in_flight -= 1
        if state.waiting and state.in_flight < int(state.limit):
            state.waiting.pop(0)()

    def succeeded(self, origin: str, now: datetime) -> None:
        state = self._of(origin)
        state.throttled.append(False)
        if state.blocked_until is not None and state.blocked_until <= now:
            # It is open again: what closed it is forgotten. Until then one "too many" closes it.
            state.blocked_until = None
            state.throttled.clear()
        state.limit = min(AT_ONCE, state.limit + 1 / state.limit)

    def throttle(self, origin: str, until: datetime) -> bool:
        """True when this "too many" was one too many: the origin is blocked from now."""
        state = self._of(origin)
        state.throttled.append(True)
        return sum(state.throttled) >= THROTTLED_OF_THEM and self.block(origin, until)

    def block(self, origin: str, until: datetime) -> bool:
        """True when it was open before: the first of many in flight."""
        state = self._of(origin)
        if state.blocked_until is not None and state.blocked_until >= until:
            return False
        # Answers to what was in flight together halve it once.
        was_open = state.blocked_until is None or until - state.blocked_until > _TOGETHER
        state.blocked_until = until
        # Who waits for a place need not any more: the answer is "later".
        waiting, state.waiting = state.waiting, []
        for wake in waiting:
            wake()
        if was_open:
            state.limit = max(FEWEST, state.limit / 2)
        return was_open

    def _of(self, origin: str) -> _Origin:
        state = self._origins.get(origin)
        if state is None:
            state = self._origins[origin] = _Origin()
        return state


_TOGETHER = timedelta(seconds=10)

"""Who may come in once more: ten sockets an account, and a minute outside after a flood."""

from __future__ import annotations

from datetime import datetime, timedelta

SOCKETS_PER_ACCOUNT = 10
OUTSIDE = timedelta(seconds=60)
# A socket whose phone went into a tunnel is forgotten after that many seconds.
_RETRY_SECONDS = 20


class Doorstep:
    """One per node. Off with the limits."""

    def __init__(self, *, is_on: bool) -> None:
        self._is_on = is_on
        self._outside: dict[str, datetime] = {}

    def wait_of(self, account: str, held: int, now: datetime) -> int | None:
        """Seconds until an account that holds `held` sockets may open another; None: now."""
        if not self._is_on:
            return None
        until = self._outside.get(account)
        if until is not None and until > now:
            return max(1, round((until - now).total_seconds()))
        return _RETRY_SECONDS if held >= SOCKETS_PER_ACCOUNT else None

    def put_outside(self, account: str, now: datetime) -> None:
        """Its socket was closed for a flood."""
        self._outside = {name: until for name, until in self._outside.items() if until > now}
        self._outside[account] = now + OUTSIDE

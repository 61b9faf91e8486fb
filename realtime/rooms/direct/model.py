"""What a direct thread is, who sees it and who may write in it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

# New requests of one member in a day; answers, contacts and alerts do not count.
REQUESTS = 5
REQUESTS_OF_NEW = 2
REQUEST_TIME = timedelta(days=1)
# The newest are listened to; older ones come back with their next message.
SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Two accounts and how far they have come. Times in milliseconds.

    `alert` is what put them in touch: both may write at once, wherever they live.
    """

    topic: str
    low: str
    high: str
    opener: str
    alert: str | None
    opened_at: int
    asked_at: int | None
    accepted_at: int | None
    declined_at: int | None
    last_at: int

    def other(self, account: str) -> str:
        return self.low if account == self.high else self.high

    def holds(self, account: str) -> bool:
        return account in (self.low, self.high)

    @property
    def is_open(self) -> bool:
        """Both wanted it: they are contacts."""
        return self.accepted_at is not None

    def is_shown_to(self, account: str) -> bool:
        """The other side sees nothing before the first message, and nothing once declined."""
        if not self.holds(account):
            return False
        if account == self.opener or self.is_open:
            return True
        return self.asked_at is not None and self.declined_at is None

    def may_write(self, account: str) -> bool:
        """The opener has one message until it is answered, unless an alert put them in touch."""
        if account != self.opener or self.is_open or self.alert is not None:
            return True
        return self.asked_at is None

    def state(self, account: str) -> str:
        """The word of the wire for this side."""
        if self.is_open:
            return "open"
        return "asked" if account == self.opener else "request"


def pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)

"""What follows an alert outside the sockets is a job in the alert's own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from realtime.db import Tx


def promise(
    tx: Tx,
    name: str,
    about: Mapping[str, object],
    now: datetime,
    *,
    expires_at: datetime | None = None,
) -> None:
    """The outbox takes it from here."""

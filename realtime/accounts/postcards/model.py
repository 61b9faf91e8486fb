"""A code of 40 bits and a check symbol, as it is printed, typed and compared. Pure."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from realtime.clock import from_millis
from realtime.ids import CROCKFORD

SYMBOLS = 8
TRIES = 5
HOLDS = timedelta(days=30)
# How long an account outlives its visit while its card is on the way.
KEEPS_ACCOUNT = timedelta(days=60)
QUOTA_TIME = timedelta(days=30)
PER_ACCOUNT, PER_DOOR, PER_BUILDING = 2, 2, 20
# What people read for what was printed (Crockford).
_READ_AS = str.maketrans("OIL", "011", "- \u00a0\u202f\u2010\u2011\u2013\t\r\n.")


@dataclass(frozen=True, slots=True)
class Card:
    """One card. `wrong` counts the tries of the account that asks now."""

    id: str
    account: str
    building: str
    door: str
    code: bytes
    asked_at: int
    redeemed_at: int | None
    refused_at: int | None
    wrong: int

    def holds(self, now: datetime) -> bool:
        """Neither refused, nor tried to death, nor too old."""
        fresh = now < from_millis(self.asked_at) + HOLDS
        return fresh and self.refused_at is None and self.wrong < TRIES


def new_code() -> str:
    """`XXXX-XXXX-C`."""
    symbols = "".join(secrets.choice(CROCKFORD) for _ in range(SYMBOLS))
    return shown(symbols + check_symbol(symbols))


def shown(symbols: str) -> str:
    return f"{symbols[:4]}-{symbols[4:8]}-{symbols[8:]}"


def read_code(typed: str) -> str | None:
    """What was typed in the one printed form; None when it cannot be a code of ours."""
    symbols = typed.strip().upper().translate(_READ_AS)
    if len(symbols) != SYMBOLS + 1 or not set(symbols) <= set(CROCKFORD):
        return None
    if check_symbol(symbols[:SYMBOLS]) != symbols[SYMBOLS]:
        return None
    return shown(symbols)


def check_symbol(symbols: str) -> str:
    """A polynomial over GF(32): finds every wrong symbol and every swap of two neighbours."""
    total = 0
    for symbol in symbols:
        total = _doubled(total) ^ CROCKFORD.index(symbol)
    return CROCKFORD[_doubled(total)]


def _doubled(number: int) -> int:
    """Times x, modulo x^5 + x^2 + 1."""
    number <<= 1
    return number ^ 0b100101 if number & 0b100000 else number

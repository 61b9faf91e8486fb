"""Names we give to things. A ULID sorts by time; an account id says nothing about its age."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import NewType

AccountId = NewType("AccountId", str)
MessageId = NewType("MessageId", str)
Topic = NewType("Topic", str)

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ULID_PATTERN = f"^[0-7][{CROCKFORD}]{{25}}$"


def new_ulid(now: datetime) -> str:
    """48 bits of milliseconds, 80 random bits, Crockford base 32 (26 characters)."""
    return _crockford((round(now.timestamp() * 1000) << 80) | secrets.randbits(80))


def new_account_id() -> AccountId:
    """80 random bits in hex. The first two characters are the account's shard."""
    return AccountId(secrets.token_hex(10))


def new_token() -> str:
    """256 random bits, base64url (43 characters): a session token, shown once, stored hashed."""
    return secrets.token_urlsafe(32)


def first_ulid(at: datetime) -> str:
    """The smallest of those made in that millisecond: ids made before it sort before it."""
    return _crockford(round(at.timestamp() * 1000) << 80)


def millis_of_ulid(ulid: str) -> int:
    """When it was made. What somebody else made up may be of the year 10889: no `datetime`."""
    number = 0
    for letter in ulid[:10]:
        number = number * 32 + CROCKFORD.index(letter)
    return number


def _crockford(number: int) -> str:
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))

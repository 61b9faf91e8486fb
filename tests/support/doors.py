"""Signed-in members of a running server, straight into its database: quicker than `demo`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from realtime.accounts.store import hash_of
from realtime.clock import to_millis
from realtime.db import Tx, open_database
from realtime.ids import new_token, new_ulid
from realtime.keyring import Keyring
from realtime.members.model import Member
from tests.support.canary import house_behind
from tests.support.residents import settle


def open_doors(
    tx: Tx, members: Sequence[Member], now: datetime, keyring: Keyring | None = None
) -> list[str]:
    """Settle the members and sign each in; their session tokens. With a keyring, in a home."""
    settle(tx, *members)
    for member in members:
        if keyring is not None:
            house_behind(tx, keyring, member)
    tokens = [new_token() for _ in members]
    tx.many(
        """INSERT INTO session (token_hash, id, account, label, created_at, seen_at)
           VALUES (:hash, :id, :account, 'test', :at, :at)""",
        [
            {
                "hash": hash_of(token),
                "id": new_ulid(now),
                "account": member.account,
                "at": to_millis(now),
            }
            for token, member in zip(tokens, members, strict=True)
        ],
    )
    return tokens


async def let_in(
    url: str,
    *members: Member,
    visit: timedelta = timedelta(hours=48),
    keyring: Keyring | None = None,
) -> list[str]:
    """The same from outside, beside a running server. A visitor's time begins now."""
    now = datetime.now(UTC)
    arrived = [replace(member, visitor_until=now + visit) for member in members]
    db = await asyncio.to_thread(open_database, url)
    tokens = await db.write(open_doors, arrived, now, keyring)
    await db.close()
    return tokens

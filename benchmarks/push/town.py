"""As many members as phones, awake, in one cell; and the cat they are rung for."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from hashlib import sha256

from benchmarks.push.phones import subscription
from realtime.clock import to_millis
from realtime.db import Database, Tx, open_database
from realtime.ids import new_ulid
from realtime.keyring import Keyring
from realtime.members.model import Member
from realtime.members.prefs import Prefs, Quiet, save_prefs
from realtime.outbox import add
from realtime.push.endpoints import keys_of
from realtime.push.keys import KeyRing
from realtime.push.model import Device, Target
from realtime.push.sealing import endpoint_name, sealed
from realtime.push.store import add_device
from tests.integration.alerts.asking import HOME, raise_one
from tests.support.push_service import Phone
from tests.support.residents import Town, member, settle

SECRET = "a secret for the benchmark"
AT_ONCE = 1_000
_AWAKE = Prefs(quiet=Quiet(is_on=False))


async def settle_town(
    url: str, keys: KeyRing, phones: list[Phone], ports: list[int], count: int
) -> None:
    keyring = Keyring(sha256(SECRET.encode()).digest())
    db = await asyncio.to_thread(open_database, url)
    try:
        for start in range(0, count, AT_ONCE):
            some = range(start, min(count, start + AT_ONCE))
            made = [(member(HOME), subscription(phones, ports, n)) for n in some]
            await db.write(_arrive, keyring, keys.current.id, made)
    finally:
        await db.close()


def _arrive(
    tx: Tx, keyring: Keyring, key: str, made: list[tuple[Member, dict[str, object]]]
) -> None:
    now = datetime.now(UTC)
    settle(tx, *(one for one, _ in made))
    for one, told in made:
        session = new_ulid(now)
        tx.run(
            """INSERT INTO session (token_hash, id, account, label, created_at, seen_at)
               VALUES (:hash, :id, :account, 'x', :at, :at)""",
            hash=session.encode(),
            id=session,
            account=one.account,
            at=to_millis(now),
        )
        save_prefs(tx, one.account, _AWAKE)
        add_device(tx, _device(keyring, key, one, told, now), _name(keyring, told), session)


def _name(keyring: Keyring, told: dict[str, object]) -> str:
    return endpoint_name(keyring, str(told["endpoint"]))


def _device(
    keyring: Keyring, key: str, one: Member, told: dict[str, object], now: datetime
) -> Device:
    own_id, endpoint = new_ulid(now), str(told["endpoint"])
    given: dict[str, str] = told["keys"]  # type: ignore[assignment]
    target = Target(endpoint, *keys_of(given["p256dh"], given["auth"]))
    return Device(
        id=own_id,
        account=one.account,
        device=new_ulid(now),
        origin=endpoint.rpartition("/push/")[0],
        sealed=sealed(keyring, own_id, target),
        key=key,
        label="x",
        created_at=now,
        seen_at=now,
    )


async def wait_for_worker(url: str) -> None:
    """Until it has done something that is nobody's business."""
    db: Database = await asyncio.to_thread(open_database, url)
    try:
        now = datetime.now(UTC)
        await db.write(add, "push.ended", {"alert": "none"}, now)
        async with asyncio.timeout(60):
            while await db.read(lambda tx: tx.value("SELECT count(*) FROM job")):
                await asyncio.sleep(0.1)
    finally:
        await db.close()


async def raise_cat(url: str) -> None:
    db: Database = await asyncio.to_thread(open_database, url)
    try:
        town = Town(db)
        town.now = datetime.now(UTC)
        author = member(HOME)
        await town.settle(author)
        await raise_one(town, author)
    finally:
        await db.close()

"""What an account does with its devices: ring this one, no longer, try it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from realtime.db import Tx
from realtime.errors import Refused
from realtime.ids import new_ulid
from realtime.keyring import Keyring
from realtime.members.model import Member
from realtime.push import store
from realtime.push.endpoints import Allowed, keys_of
from realtime.push.keys import KeyRing
from realtime.push.model import MOST_DEVICES, Device, Target
from realtime.push.sealing import endpoint_name, opened, sealed
from realtime.wire.http_push import SubscriptionPut


class Gates(Protocol):
    """What it takes to let a device in."""

    @property
    def keyring(self) -> Keyring: ...
    @property
    def keys(self) -> KeyRing: ...
    @property
    def allowed(self) -> Allowed: ...


def subscribe(
    tx: Tx,
    gates: Gates,
    member: Member,
    session: str,
    asked: SubscriptionPut,
    label: str,
    now: datetime,
) -> None:
    """This browser rings for this account, and for no other that used it before."""
    endpoint = asked.subscription.endpoint
    origin = gates.allowed.origin_of(endpoint)
    given = keys_of(asked.subscription.keys.p256dh, asked.subscription.keys.auth)
    key = gates.keys.current if asked.key is None else gates.keys.find_public(asked.key)
    if key is None:
        raise Refused("bad_key")
    keyring = gates.keyring
    name = endpoint_name(keyring, endpoint)
    target = Target(endpoint, *given)
    known = store.find_by_endpoint(tx, name)
    if known is not None and _is_it(keyring, known, member, asked.device, target, key.id):
        store.note_seen(tx, known.id, session, label, now)
        store.forget_device(tx, asked.device, but=known.id)
        return
    store.forget_endpoint(tx, name)
    store.forget_device(tx, asked.device)
    own_id = new_ulid(now)
    made = Device(
        id=own_id,
        account=member.account,
        device=asked.device,
        origin=origin,
        sealed=sealed(keyring, own_id, target),
        key=key.id,
        label=label,
        created_at=now,
        seen_at=now,
    )
    store.add_device(tx, made, name, session)
    store.forget_oldest(tx, member.account, MOST_DEVICES)


def unsubscribe(tx: Tx, member: Member, device: str) -> None:
    store.forget_device(tx, device, account=member.account)


def _is_it(
    keyring: Keyring, known: Device, member: Member, device: str, target: Target, key: str
) -> bool:
    """The same browser of the same account, with the same keys."""
    same = (known.account, known.device, known.key) == (member.account, device, key)
    return same and opened(keyring, known.id, known.sealed) == target

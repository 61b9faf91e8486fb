"""Arrive, change one's name, move house: what a member does about being one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from realtime.accounts import actions, store
from realtime.accounts.actions import NewSession, changed_account
from realtime.accounts.emails.actions import greet
from realtime.accounts.homes.actions import dwelling_at, find_lived, move_in
from realtime.accounts.model import is_guessable
from realtime.accounts.postcards.store import drop_pending
from realtime.accounts.vouching.store import close_requests, revoke_received
from realtime.db import Tx
from realtime.errors import Refused
from realtime.journal import Changed
from realtime.keyring import Keyring
from realtime.members.honest import require_honest
from realtime.members.lookalikes import is_dressed_up, looks_like
from realtime.members.model import Member
from realtime.members.rights import Act, Rights
from realtime.members.store import get_member, list_names_around, save_member, save_name
from realtime.places.model import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody at the door, all checked but the quotas."""

    email: str
    password_hash: str
    name: str
    language: str
    address: Address
    door: str
    label: str


def sign_up(
    tx: Tx, keyring: Keyring, newcomer: Newcomer, visitor_time: timedelta, now: datetime
) -> Changed[NewSession]:
    """A visitor from now on, without waiting for any mail."""
    dwelling = dwelling_at(tx, keyring, newcomer.address, newcomer.door)
    account = actions.create(
        tx,
        email=newcomer.email,
        password_hash=newcomer.password_hash,
        name=newcomer.name,
        language=newcomer.language,
        home=dwelling.home,
        visitor_time=visitor_time,
        now=now,
    )
    move_in(tx, keyring, account, dwelling, now, is_new=True)
    greet(tx, account, newcomer.email, now)
    return Changed(actions.open_session(tx, account, newcomer.label, now))


def require_password(password: str, email: str, name: str) -> None:
    """Refused("invalid") for what an attacker tries first."""
    if is_guessable(password, email, name):
        raise Refused("invalid", field="password")


def require_name(name: str) -> None:
    """Refused("confusable_name") for an office's, or one in another's clothes."""
    require_honest(name, "display_name")
    if is_dressed_up(name):
        raise Refused("confusable_name", field="display_name")


def rename(
    tx: Tx, member: Member, rights: Rights, name: str | None, language: str | None, now: datetime
) -> Changed[Member]:
    """Another name or language; messages already written show the new name."""
    changed = replace(member, name=name or member.name, language=language or member.language)
    if changed == member:
        return Changed(member)
    if changed.name != member.name:
        require_name(changed.name)
        reads_names = rights.may(member, Act.READ_STREET, now)
        if reads_names and looks_like(changed.name, list_names_around(tx, member)):
            raise Refused("confusable_name", field="display_name")
    save_name(tx, changed.account, changed.name, changed.language)
    return Changed(changed, [changed_account(member.account)])


def move_house(
    tx: Tx,
    keyring: Keyring,
    member: Member,
    rights: Rights,
    address: Address,
    door: str,
    visitor_time: timedelta,
    now: datetime,
) -> Changed[Member]:
    """Live elsewhere from now on, as a visitor; the old rooms close at once.

    Only a proved home earns a new visit: moving on and on would be a visit without end. Who may
    not prove one has none to move: docs/decisions/0018.
    """
    member = get_member(tx, member.account, to_change=True)
    rights.require(member, Act.VERIFY, now)
    dwelling = dwelling_at(tx, keyring, address, door)
    lived = find_lived(tx, keyring, member.account)
    if lived is not None and lived.door == dwelling.door:
        return Changed(member)
    move_in(tx, keyring, member.account, dwelling, now, is_new=False)
    drop_pending(tx, member.account)
    close_requests(tx, member.account, now)
    revoke_received(tx, member.account, now)
    store.forget_proofs(tx, member.account)
    was_proved = member.level != "none"
    moved = replace(
        member,
        level="none",
        verified_at=None,
        visitor_until=now + visitor_time if was_proved else member.visitor_until,
        home_cell=dwelling.home.cell,
        street=dwelling.home.street,
        city=dwelling.home.city,
        street_is_neighbourhood=dwelling.home.street_is_neighbourhood,
        household=member.account,
    )
    save_member(tx, moved)
    return Changed(get_member(tx, member.account), [changed_account(member.account)])

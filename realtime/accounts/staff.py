"""Accounts that speak for an organisation: made or converted by the operator's command line."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from realtime.accounts import store
from realtime.accounts.actions import changed_account
from realtime.db import Tx
from realtime.ids import new_account_id
from realtime.journal import Changed
from realtime.members.model import Member
from realtime.members.store import add_member, get_member, save_member


def enrol(
    tx: Tx,
    email: str,
    password_hash: str,
    house: str,
    cell: str,
    now: datetime,
    *,
    trust_claims: bool,
) -> Changed[tuple[str, bool]]:
    """The account of this e-mail becomes staff, or a new one is made: (account, is new).

    Only a confirmed e-mail names its owner. `trust_claims` also takes the newest sign-up with
    that e-mail: for trials on loopback, where no mail is ever opened.
    """
    known = [
        account
        for account, _ in store.list_candidates(tx, email, 1)
        if trust_claims or store.get_email(tx, account)[1] is not None
    ]
    if known:
        member = get_member(tx, known[0], to_change=True)
        save_member(tx, _speaking(member, house, cell, now))
        return Changed((member.account, False), [changed_account(member.account)])
    account = str(new_account_id())
    store.add_account(tx, account, email, password_hash, now, confirmed=True)
    newcomer = Member(
        account=account,
        name=house,
        language="fr",
        level="organisation",
        verified_at=now,
        visitor_until=now,
        home_cell=cell,
        street=house,
        city=house,
        street_is_neighbourhood=False,
        household=account,
    )
    add_member(tx, newcomer)
    return Changed((account, True))


def _speaking(member: Member, house: str, cell: str, now: datetime) -> Member:
    """No longer a resident: institutions never read residents' rooms."""
    return replace(
        member,
        level="organisation",
        verified_at=now,
        home_cell=cell,
        street=house,
        city=house,
        street_is_neighbourhood=False,
        household=member.account,
    )

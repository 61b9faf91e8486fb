"""Sign up, sign in, sign out. Each is a plain function of a transaction.

Whatever changes who an account is returns `account.changed` on the account's own topic: every node
hears it, looks again, and closes or re-arranges the sockets concerned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from realtime.accounts import store
from realtime.accounts.model import Candidate, Home, OpenSession
from realtime.accounts.passwords import TRIED
from realtime.db import Tx
from realtime.errors import Refused
from realtime.ids import new_account_id, new_token, new_ulid
from realtime.journal import Changed, Event
from realtime.members.model import Member
from realtime.members.store import add_member

# Enough for every device of a life; a stolen password cannot fill the table.
SESSIONS_KEPT = 50
# A session in use is noted once a day, not at every request.
TOUCHED_EVERY = timedelta(days=1)
# An event each: a write function stays within 20 ms.
LAPSED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class NewSession:
    """A sign-in just made. The token is shown this once."""

    account: str
    session: str
    token: str


def changed_account(account: str) -> Event:
    """Tell every device of this account to look again."""
    return Event(f"account:{account}", "account.changed", account)


def candidates(tx: Tx, email: str) -> list[Candidate]:
    """The accounts a sign-in with this e-mail may mean, in the order they are tried."""
    return store.list_candidates(tx, email, claims=TRIED - 1)[:TRIED]


def open_session(tx: Tx, account: str, label: str, now: datetime) -> NewSession:
    """A new sign-in; the oldest go when there are too many."""
    made = NewSession(account, new_ulid(now), new_token())
    store.add_session(tx, made.session, account, store.hash_of(made.token), label, now)
    store.end_oldest_sessions(tx, account, SESSIONS_KEPT)
    return made


def sign_in(
    tx: Tx, matched: Candidate, new_hash: str | None, label: str, now: datetime
) -> Changed[NewSession]:
    """After the password matched: `new_hash` replaces one that was made at an older cost."""
    if store.find_password_hash(tx, matched.account) != matched.password_hash:
        # The password was changed between the look-up and now.
        raise Refused("wrong_credentials")
    if new_hash is not None:
        store.save_password_hash(tx, matched.account, new_hash)
    return Changed(open_session(tx, matched.account, label, now))


def sign_out(tx: Tx, account: str, session: str) -> Changed[bool]:
    """End one sign-in, this device's or another's; its sockets close."""
    if not store.end_session(tx, account, session):
        return Changed(False)
    return Changed(True, [changed_account(account)])


def end_lapsed(tx: Tx, now: datetime) -> Changed[int]:
    """Sign-ins over for good: their sockets close, their phones fall silent."""
    accounts = store.end_lapsed(tx, now, LAPSED_AT_ONCE)
    return Changed(len(accounts), [changed_account(account) for account in sorted(set(accounts))])


def touch(tx: Tx, session: str, now: datetime) -> bool:
    """The sign-in is in use: it lives another 30 days. True when that was noted."""
    return store.touch_session(tx, session, now, now - TOUCHED_EVERY)


def sessions(tx: Tx, account: str, now: datetime) -> list[OpenSession]:
    return store.list_sessions(tx, account, now)


def about(tx: Tx, account: str) -> dict[str, object]:
    """What only its owner sees of an account."""
    email, confirmed_at = store.get_email(tx, account)
    return {"email": email, "email_confirmed": confirmed_at is not None}


def password_hash(tx: Tx, account: str) -> str:
    found = store.find_password_hash(tx, account)
    if found is None:
        raise Refused("not_signed_in")
    return found


def create(
    tx: Tx,
    *,
    email: str,
    password_hash: str,
    name: str,
    language: str,
    home: Home,
    visitor_time: timedelta,
    now: datetime,
) -> str:
    """A visitor account: its id. The e-mail is a claim; the household is the member's own."""
    account = new_account_id()
    store.add_account(tx, account, email, password_hash, now)
    member = Member(
        account=account,
        name=name,
        language=language,
        level="none",
        verified_at=None,
        visitor_until=now + visitor_time,
        home_cell=home.cell,
        street=home.street,
        city=home.city,
        street_is_neighbourhood=home.street_is_neighbourhood,
        household=account,
    )
    add_member(tx, member)
    return account

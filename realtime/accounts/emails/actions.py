"""What is mailed about an account, and what the mailed links do.

Nobody learns from an answer whether an e-mail is known: each way does the same work and promises
one mail; only the mail carries the difference. Tokens are made when the mail is written, so that
none ever lies in the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from realtime.accounts import store as accounts
from realtime.accounts.actions import changed_account
from realtime.accounts.emails import store
from realtime.db import Tx
from realtime.errors import Refused
from realtime.ids import new_token
from realtime.journal import Changed
from realtime.mail import Letter
from realtime.members.store import find_member
from realtime.outbox import add

JOB = "mail.account"
LINK_HOLDS = timedelta(minutes=15)
_WORTH_SENDING = timedelta(hours=6)
# Where the web client reads a link's token: after #, so that no log ever sees it.
_PAGES = {"confirm": "confirmer", "reset": "mot-de-passe"}


def greet(tx: Tx, account: str, email: str, now: datetime) -> None:
    """After a sign-up: the link to confirm, or word to whom the e-mail belongs already."""
    owner = store.find_confirmed(tx, email)
    if owner is None:
        _promise(tx, "confirm", account, now)
    else:
        _promise(tx, "known", owner, now)


def ask_again(tx: Tx, account: str, now: datetime) -> Changed[None]:
    """Another link to confirm, for somebody signed in."""
    email, confirmed_at = accounts.get_email(tx, account)
    if confirmed_at is None:
        greet(tx, account, email, now)
    return Changed(None)


def forgot(tx: Tx, email: str, now: datetime) -> Changed[None]:
    """A link to choose a new password; nobody's is a mail that the worker throws away."""
    account = store.find_confirmed(tx, email) or store.find_newest_claim(tx, email)
    _promise(tx, "reset", account or "", now)
    return Changed(None)


def confirm(tx: Tx, token: str, now: datetime) -> Changed[str]:
    """The e-mail is the account's own from now on: the account."""
    account, email = _opened(tx, token, "confirm", now)
    if store.find_confirmed(tx, email) is not None:
        # Somebody else confirmed it first: the claim stays a claim.
        raise Refused("link_dead")
    store.drop_links(tx, account, "confirm")
    accounts.confirm_email(tx, account, now)
    return Changed(account, [changed_account(account)])


def require_link(tx: Tx, token: str, now: datetime) -> None:
    """Refused("link_dead") before the price of a password hash is paid."""
    _opened(tx, token, "reset", now)


def reset(tx: Tx, token: str, password_hash: str, now: datetime) -> Changed[str]:
    """A new password; every sign-in ends. Who opens the mail has also proved the e-mail."""
    account, email = _opened(tx, token, "reset", now)
    store.drop_links(tx, account, "reset")
    if store.find_confirmed(tx, email) is None:
        accounts.confirm_email(tx, account, now)
    return _new_password(tx, account, password_hash, "", now)


def change_password(
    tx: Tx, account: str, old_hash: str, new_hash: str, session: str, now: datetime
) -> Changed[str]:
    """By somebody who knows the old one: the other devices are signed out."""
    if accounts.find_password_hash(tx, account) != old_hash:
        raise Refused("wrong_credentials")
    return _new_password(tx, account, new_hash, session, now)


def _new_password(
    tx: Tx, account: str, password_hash: str, session: str, now: datetime
) -> Changed[str]:
    accounts.save_password_hash(tx, account, password_hash)
    accounts.end_sessions(tx, account, but=session)
    _promise(tx, "changed", account, now)
    return Changed(account, [changed_account(account)])


def compose(tx: Tx, about: Mapping[str, str], origin: str, now: datetime) -> Letter | None:
    """The letter of a promised mail, with a fresh link; None when there is nobody to write to."""
    template, account = about["template"], about["account"]
    member = find_member(tx, account) if account else None
    if member is None:
        return None
    email, confirmed_at = accounts.get_email(tx, account)
    if template == "confirm" and confirmed_at is not None:
        return None
    fields = {"link": f"{origin}/connexion"}
    if template in _PAGES:
        token = new_token()
        expires_at = now + LINK_HOLDS
        store.add_link(tx, accounts.hash_of(token), account, template, email, expires_at)
        fields["link"] = f"{origin}/{_PAGES[template]}#{token}"
    return Letter(email, member.language, template, fields)


def forget_links(tx: Tx, now: datetime) -> int:
    """A schedule of the worker."""
    return store.drop_expired(tx, now, limit=500)


def _opened(tx: Tx, token: str, purpose: str, now: datetime) -> tuple[str, str]:
    found = store.find_link(tx, accounts.hash_of(token), purpose, now)
    # A changed e-mail leaves its old links behind.
    if found is None or accounts.get_email(tx, found[0])[0] != found[1]:
        raise Refused("link_dead")
    return found


def _promise(tx: Tx, template: str, account: str, now: datetime) -> None:
    about = {"template": template, "account": account}
    add(tx, JOB, about, now, expires_at=now + _WORTH_SENDING)

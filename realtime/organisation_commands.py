"""What an operator asks about organisations: found one with its staff, dismiss who left it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from secrets import token_urlsafe

from realtime import app
from realtime.accounts.actions import changed_account
from realtime.accounts.passwords import Hasher, cost_for
from realtime.accounts.staff import enrol
from realtime.accounts.store import end_sessions, list_candidates
from realtime.announcements.founding import appoint, dismiss, found
from realtime.announcements.store import find_house
from realtime.announcements.territory import seat_of, territory_from
from realtime.clock import Clock
from realtime.commands import prepare, run_loop
from realtime.db import Tx, open_database
from realtime.errors import BadSetting
from realtime.geo.areas import BadArea
from realtime.journal import Changed, Event, append
from realtime.settings import Settings

# A trial on loopback trusts claims: of one e-mail so many at most are looked at.
_CLAIMS = 50


def found_organisation(settings: Settings, name: str, territory: Path, staff: list[str]) -> None:
    """Create it, and say how its staff sign in: passwords are shown now and never again."""
    prepare(settings)
    try:
        given = territory_from(territory.read_bytes())
    except (OSError, BadArea) as error:
        raise BadSetting(f"--territory: {error}") from None
    print("\n".join(run_loop(lambda: _found_organisation(settings, name, given, staff))))


async def _found_organisation(
    settings: Settings, name: str, territory: tuple[str, tuple[str, ...]], staff: list[str]
) -> list[str]:
    db = open_database(settings.database)
    hasher = Hasher(cost_for(settings.data_dir))
    now = Clock(settings.clock_offset).now()
    passwords = {email.strip().lower(): token_urlsafe(12) for email in staff}
    hashes = {email: await hasher.hash(password) for email, password in passwords.items()}

    def write(tx: Tx) -> list[str]:
        house = found(tx, name, *territory, now)
        lines, events = [f"{name}: {house.id}"], list[Event]()
        for email, hashed in hashes.items():
            enrolled = enrol(
                tx,
                email,
                hashed,
                name,
                seat_of(house),
                now,
                trust_claims=settings.is_loopback,
            )
            account, is_new = enrolled.value
            appoint(tx, house, account)
            events += enrolled.events
            how = f"password {passwords[email]}" if is_new else "signs in as before"
            lines.append(f"  {email}: account {account}, {how}")
        append(tx, events, now)
        return lines

    try:
        return await db.write(write)
    finally:
        hasher.close()
        await db.close()


def dismiss_staff(settings: Settings, staff: list[str]) -> None:
    """They speak for no organisation any more, and are signed out everywhere."""
    prepare(settings)
    accounts = run_loop(lambda: _dismiss_staff(settings, staff))
    print(f"{len(accounts)} accounts speak for nobody any more: {', '.join(accounts)}")


async def _dismiss_staff(settings: Settings, staff: list[str]) -> list[str]:
    shop = app.build_worker(settings)

    def act(tx: Tx, now: datetime) -> Changed[list[str]]:
        accounts, events = list[str](), list[Event]()
        for email in staff:
            speaking = _speaking(tx, email.strip().lower())
            if not speaking:
                raise BadSetting(f"--staff: {email} speaks for no organisation")
            for account in speaking:
                dismiss(tx, account)
                # What is on their devices was told to the organisation.
                end_sessions(tx, account)
                events.append(changed_account(account))
            accounts += speaking
        return Changed(accounts, events)

    try:
        return (await shop.committer.commit(act)).value
    finally:
        await shop.db.close()


def _speaking(tx: Tx, email: str) -> list[str]:
    known = (account for account, _ in list_candidates(tx, email, _CLAIMS))
    return [account for account in known if find_house(tx, account) is not None]

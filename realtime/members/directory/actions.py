"""Say something of oneself, look who is around, welcome who arrives.

Every answer depends on cells, names and choices alone: two homes of one cell read the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from realtime.clock import millis_to_iso
from realtime.db import Tx
from realtime.errors import Refused
from realtime.geo.cells import BLOCK, ring
from realtime.journal import Changed, Event
from realtime.members.blocks.store import list_apart
from realtime.members.directory import store
from realtime.members.directory.model import ARRIVALS_SHOWN, ARRIVED, PAGE, Listing
from realtime.members.directory.store import Listed
from realtime.members.model import Member, short_name
from realtime.members.names import authors_of
from realtime.members.rights import Act, Rights
from realtime.members.store import find_member
from realtime.members.words import fold
from realtime.wire.directory import DirectoryAsked, ListingSet

Rendered = dict[str, object]


def change_listing(tx: Tx, member: Member, asked: ListingSet) -> Changed[Listing]:
    """Nobody is told: others see it the next time they look."""
    before = store.find_listing(tx, member.account)
    given: dict[str, Any] = {
        name: tuple(dict.fromkeys(value)) if isinstance(value, list) else value
        for name, value in asked.model_dump(exclude_none=True).items()
    }
    listing = replace(before, **given)
    if listing != before:
        store.save_listing(tx, member.account, listing)
    if before.announced and not listing.announced:
        store.delete_arrival(tx, member.account)
    return Changed(listing)


def render_listing(listing: Listing) -> Rendered:
    """The shape `wire.directory.Listing`."""
    return asdict(listing) | {"skills": list(listing.skills), "loans": list(listing.loans)}


def page(
    tx: Tx, member: Member, rights: Rights, asked: DirectoryAsked, now: datetime
) -> tuple[list[Listed], str | None]:
    """Who chose to be found in the ring, by name; and from where the next page goes on.

    In the street full names, beyond it first name and initial: they are searched and ordered as
    they are shown, or a search would tell the rest.
    """
    in_street = asked.ring == "street"
    rights.require(member, Act.READ_STREET if in_street else Act.SEE_NEIGHBOURS, now)
    is_street = in_street and not member.street_is_neighbourhood
    cells = ring(member.home_cell if is_street else member.home_cell[:BLOCK])
    apart = list_apart(tx, member.account)
    shown = [
        one if is_street else one._replace(name=short_name(one.name))
        for one in store.list_listed(tx, cells)
        if one.account not in apart and one.account != member.account
    ]
    ordered = sorted((fold(one.name), one.account, one) for one in shown if _matches(one, asked.q))
    after = _parse_cursor(asked.after)
    left = [one for name, account, one in ordered if (name, account) > after]
    if len(left) <= PAGE:
        return left, None
    last = left[PAGE - 1]
    return left[:PAGE], f"{last.account} {fold(last.name)}"


def _matches(one: Listed, asked: str) -> bool:
    """Each word asked for, somewhere in the name, the skills or the loans."""
    if not asked:
        return True
    words = f"{fold(one.name)} {fold(one.skills)} {fold(one.loans)}"
    return all(word in words for word in fold(asked).split())


def _parse_cursor(text: str | None) -> tuple[str, str]:
    if text is None:
        return "", ""
    account, sign, name = text.partition(" ")
    if not sign:
        raise Refused("invalid", field="after")
    return name, account


def shows_pets_to(tx: Tx, member: Member, rights: Rights, owner: str, now: datetime) -> bool:
    """Whether this member finds the owner's pets in the directory."""
    listing = store.find_listing(tx, owner)
    if not (listing.listed and listing.shows_pets and rights.may(member, Act.SEE_NEIGHBOURS, now)):
        return False
    other = find_member(tx, owner)
    if other is None or other.level in ("none", "organisation"):
        return False
    return member.is_neighbour_of(other) and owner not in list_apart(tx, member.account)


def render_neighbours(found: Sequence[Listed], pets: dict[str, list[Rendered]]) -> list[Rendered]:
    """The shape `wire.directory.Neighbour` of each; `pets` by account."""
    return [
        {
            "member": {"account": one.account, "name": one.name, "level": one.level},
            "skills": list(store.texts(one.skills)),
            "loans": list(store.texts(one.loans)),
            "pets": pets.get(one.account, []),
        }
        for one in found
    ]


def arrive(tx: Tx, member: Member, now: datetime) -> list[Event]:
    """A home was confirmed: those around hear it, unless the member chose otherwise."""
    if not store.find_listing(tx, member.account).announced:
        return []
    store.add_arrival(tx, member.account, member.home_cell[:BLOCK], now)
    return [Event(member.neighbourhood_topic, "member.arrived", member.account)]


def arrivals(tx: Tx, member: Member, rights: Rights, now: datetime) -> list[Rendered]:
    """The shape `wire.directory.Arrival` of each, the newest first."""
    rights.require(member, Act.SEE_NEIGHBOURS, now)
    found = _newcomers(tx, member, now)
    accounts = [account for account, _ in found]
    names = authors_of(tx, accounts)
    welcomed = store.list_welcomed(tx, member.account, accounts)
    return [
        {"member": names[account], "at": millis_to_iso(at), "welcomed": account in welcomed}
        for account, at in found
    ]


def _newcomers(tx: Tx, member: Member, now: datetime) -> list[tuple[str, int]]:
    apart = list_apart(tx, member.account)
    cells = ring(member.home_cell[:BLOCK])
    return [
        (account, at)
        for account, at in store.list_arrivals(tx, cells, now - ARRIVED, ARRIVALS_SHOWN)
        if account not in apart and account != member.account
    ]


def welcome(tx: Tx, member: Member, rights: Rights, account: str, now: datetime) -> Changed[None]:
    """One tap; the newcomer hears who. A second one changes nothing."""
    rights.require(member, Act.WRITE_NEIGHBOURHOOD, now)
    if account not in (newcomer for newcomer, _ in _newcomers(tx, member, now)):
        raise Refused("not_found")
    if not store.add_welcome(tx, account, member.account, now):
        return Changed(None)
    told = Event(f"account:{account}", "member.welcomed", f"{account}:{member.account}")
    return Changed(None, [told])


def render_arrivals(tx: Tx, accounts: Sequence[str]) -> list[Rendered]:
    """What `member.arrived` of each carries. Who chose otherwise since is not named any more."""
    hidden = store.list_unannounced(tx, accounts)
    names = authors_of(tx, accounts)
    return [{"member": None if account in hidden else names[account]} for account in accounts]


def render_welcomes(tx: Tx, account: str, givers: Sequence[str]) -> list[Rendered]:
    """What `member.welcomed` carries to a newcomer from each of these."""
    apart = list_apart(tx, account)
    names = authors_of(tx, givers)
    return [{"by": None if giver in apart else names[giver]} for giver in givers]

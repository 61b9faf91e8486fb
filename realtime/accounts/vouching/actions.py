"""Ask neighbours to vouch, vouch for one, and take back what a fake account said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from realtime.accounts import store as accounts
from realtime.accounts.actions import changed_account
from realtime.accounts.homes.actions import find_lived, get_lived
from realtime.accounts.homes.store import list_door
from realtime.accounts.store import take_turns
from realtime.accounts.verification import require_below, verify
from realtime.accounts.vouching import store
from realtime.accounts.vouching.model import (
    ASK_TIME,
    ASKS,
    HOLDS,
    NEEDED,
    PER_HOUSEHOLD,
    QUOTA_TIME,
    Request,
    Vouch,
    are_enough,
    reason_against,
)
from realtime.db import Tx
from realtime.errors import Refused
from realtime.geo.cells import ring
from realtime.ids import new_ulid
from realtime.journal import Changed, Event
from realtime.keyring import Keyring
from realtime.members.model import Member
from realtime.members.rights import TABLE, Act, Rights
from realtime.members.store import find_member, get_member, save_member

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Open:
    """A request with who asks, how many households spoke, and whether the reader is one."""

    request: Request
    newcomer: Member
    vouches: int
    is_mine: bool
    has_mine: bool
    is_housemate: bool = False


@dataclass(frozen=True, slots=True)
class Vouched:
    """How far a request has come."""

    vouches: int
    needed: int
    is_verified: bool


def ask(tx: Tx, member: Member, rights: Rights, now: datetime) -> Changed[Request]:
    """Let the street know that a newcomer asks for two neighbours' word."""
    rights.require(member, Act.VERIFY, now)
    take_turns(tx, member.account)
    require_below(member, "vouched")
    if store.find_open_of(tx, member.account, now - HOLDS) is not None:
        raise Refused("already_asked")
    if store.count_requests(tx, member.account, now - ASK_TIME) >= ASKS:
        raise Refused("vouch_request_quota")
    request = new_ulid(now)
    store.add_request(tx, request, member.account, now)
    return Changed(_get_request(tx, request))


def list_open(
    tx: Tx, keyring: Keyring, member: Member, rights: Rights, now: datetime
) -> list[Open]:
    """The member's own request, and those of the ring that wait for this member's word.

    Who proved their home lately may not vouch for neighbours yet, but may say who lives with them.
    """
    own = store.find_open_of(tx, member.account, now - HOLDS)
    found = [] if own is None else [_open(tx, own, member)]
    if member.standing(now) in TABLE[Act.VOUCH]:
        housemates = _list_door_of(tx, keyring, member)
        may_vouch = rights.may(member, Act.VOUCH, now)
        for request in store.list_open_near(tx, ring(member.home_cell), now - HOLDS, SHOWN):
            is_housemate = request.account in housemates
            if request.account != member.account and (may_vouch or is_housemate):
                found.append(_open(tx, request, member, is_housemate=is_housemate))
    return [one for one in found if one is not None]


def get_open(
    tx: Tx, keyring: Keyring, member: Member, rights: Rights, asked: str, now: datetime
) -> Open:
    """A request by its link, for who may give their word or say that they live together."""
    request = _get_request(tx, asked)
    is_housemate = (
        member.standing(now) in TABLE[Act.VOUCH]
        and request.account != member.account
        and request.account in _list_door_of(tx, keyring, member)
    )
    found = _open(tx, request, member, is_housemate=is_housemate)
    if found is None or not request.is_open(now):
        raise Refused("not_found")
    reason = reason_against(member, found.newcomer, rights, now)
    if reason is not None and not is_housemate:
        raise Refused("may_not_vouch", reason=reason)
    return found


def _list_door_of(tx: Tx, keyring: Keyring, member: Member) -> set[str]:
    """The accounts behind the member's door, their own among them."""
    lived = find_lived(tx, keyring, member.account)
    return set() if lived is None else set(list_door(tx, lived.door))


def _open(tx: Tx, request: Request, reader: Member, *, is_housemate: bool = False) -> Open | None:
    newcomer = find_member(tx, request.account)
    if newcomer is None:
        return None
    given = store.list_vouches(tx, request.id)
    return Open(
        request=request,
        newcomer=newcomer,
        vouches=len({vouch.household for vouch in given}),
        is_mine=request.account == reader.account,
        has_mine=any(vouch.household == reader.household for vouch in given),
        is_housemate=is_housemate,
    )


def vouch(
    tx: Tx, keyring: Keyring, member: Member, rights: Rights, asked: str, now: datetime
) -> Changed[Vouched]:
    """One household's word for a neighbour; the second one lets them in."""
    request = _get_request(tx, asked)
    # Always in this order, so that two neighbours never wait for each other.
    take_turns(tx, f"vouch {request.id}")
    take_turns(tx, f"vouch of {member.household}")
    # Who gives it may be falling at this moment.
    member = get_member(tx, member.account, to_change=True)
    newcomer = find_member(tx, request.account, to_change=True)
    if newcomer is None or not _get_request(tx, asked).is_open(now):
        raise Refused("not_found")
    reason = reason_against(member, newcomer, rights, now)
    if reason is not None:
        raise Refused("may_not_vouch", reason=reason)
    given = store.list_vouches(tx, request.id)
    if any(member.household == vouch.household for vouch in given):
        raise Refused("already_vouched")
    if store.count_given(tx, member.account, member.household, now - QUOTA_TIME) >= PER_HOUSEHOLD:
        raise Refused("vouch_quota")
    door = get_lived(tx, keyring, member.account).door
    word = Vouch(request.id, member.account, newcomer.account, member.household, door)
    store.add_vouch(tx, word, now)
    given.append(word)
    if not are_enough(given):
        return Changed(Vouched(len(given), NEEDED, False), [changed_account(newcomer.account)])
    store.close_requests(tx, newcomer.account, now)
    store.note_effect(tx, request.id, now)
    proved = verify(tx, newcomer, "vouched", now)
    return Changed(Vouched(len(given), NEEDED, True), proved.events)


def take_in(tx: Tx, keyring: Keyring, member: Member, asked: str, now: datetime) -> Changed[Member]:
    """ "They live with me": somebody behind the same door joins the member's household.

    At level `vouched`, which may not vouch; and the household's quotas are shared, not doubled.
    """
    request = _get_request(tx, asked)
    take_turns(tx, f"vouch {request.id}")
    member = get_member(tx, member.account, to_change=True)
    newcomer = find_member(tx, request.account, to_change=True)
    if newcomer is None or not _get_request(tx, asked).is_open(now):
        raise Refused("not_found")
    if newcomer.account == member.account:
        raise Refused("may_not_vouch", reason="self")
    if member.standing(now) not in TABLE[Act.VOUCH]:
        raise Refused("may_not_vouch", reason="level")
    door = get_lived(tx, keyring, member.account).door
    if get_lived(tx, keyring, newcomer.account).door != door:
        raise Refused("may_not_vouch", reason="not_near")
    store.close_requests(tx, newcomer.account, now)
    return verify(
        tx, newcomer, "vouched", now, detail=_taken_in_by(member), household=member.household
    )


def _get_request(tx: Tx, request: str) -> Request:
    found = store.find_request(tx, request)
    if found is None:
        raise Refused("not_found")
    return found


def revoke(tx: Tx, fake: Member, visitor_time: timedelta, now: datetime) -> Changed[list[str]]:
    """A fake account falls; those it spoke for stand only if others' words remain.

    The accounts that fell, the fake one first. They keep what else proved their home.
    """
    fake = get_member(tx, fake.account, to_change=True)
    fallen = [fake.account]
    save_member(tx, replace(fake, level="none", verified_at=None, visitor_until=now))
    accounts.forget_proofs(tx, fake.account)
    spoken_for = {
        *store.revoke_given(tx, fake.account, now),
        *accounts.take_back_proofs(tx, "vouched", _taken_in_by(fake)),
    }
    for account in sorted(spoken_for):
        neighbour = find_member(tx, account, to_change=True)
        if neighbour is None or neighbour.level != "vouched":
            continue
        if not _stands(tx, account):
            save_member(tx, _without_vouches(tx, neighbour, visitor_time, now))
            fallen.append(account)
    events: list[Event] = [changed_account(account) for account in fallen]
    return Changed(fallen, events)


def _taken_in_by(member: Member) -> str:
    """The detail of the proof that is this member's word alone."""
    return f"household {member.account}"


def _stands(tx: Tx, account: str) -> bool:
    """Two neighbours' words are left, or one of the household."""
    return are_enough(store.list_standing_for(tx, account)) or any(
        method == "vouched" and detail for method, detail, _ in accounts.list_proofs(tx, account)
    )


def _without_vouches(tx: Tx, member: Member, visitor_time: timedelta, now: datetime) -> Member:
    """At the level of the position that was proved before, or a visitor with time to prove."""
    if any(method == "location" for method, _, _ in accounts.list_proofs(tx, member.account)):
        return replace(member, level="location")
    return replace(member, level="none", verified_at=None, visitor_until=now + visitor_time)

"""`me` as the wire tells it: the member, the standing, and what may be done now."""

from __future__ import annotations

from datetime import datetime

from realtime.clock import to_iso
from realtime.members.model import Member
from realtime.members.rights import Act, Rights

# The `rights` a client needs to draw its screens.
_SHOWN = (
    Act.READ_STREET,
    Act.WRITE_STREET,
    Act.READ_NEIGHBOURHOOD,
    Act.WRITE_NEIGHBOURHOOD,
    Act.RECEIVE_ALERTS,
    Act.VOUCH,
)


def me_of(member: Member, rights: Rights, now: datetime) -> dict[str, object]:
    """The shape `wire.members.Me`."""
    status = member.status(now)
    return {
        "account": member.account,
        "name": member.name,
        "language": member.language,
        "status": status,
        "level": member.level,
        "visitor_until": None if status == "verified" else to_iso(member.visitor_until),
        "home": member.home,
        "street": member.street,
        "city": member.city,
        "street_is_neighbourhood": member.street_is_neighbourhood,
        "rights": {act.value: rights.may(member, act, now) for act in _SHOWN},
    }

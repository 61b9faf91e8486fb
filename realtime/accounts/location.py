"""A position from the browser, once: near the home it was claimed for, or not. Nothing of it stays.

Kept are the method, how exact it was in three steps, and the day.
"""

from __future__ import annotations

from datetime import datetime

from realtime.accounts.homes.actions import get_lived
from realtime.accounts.verification import require_below, verify
from realtime.db import Tx
from realtime.errors import Refused
from realtime.geo.cells import OutOfRange, cell_at, metres_between
from realtime.journal import Changed
from realtime.keyring import Keyring
from realtime.members.model import Member
from realtime.members.rights import Act, Rights
from realtime.members.store import get_member
from realtime.places.ip_area import Surroundings

VAGUEST_M = 250.0
FARTHEST_M = 250.0
# Cells of 9 characters are 5 m wide: finer than any receiver.
_FINE = 9
_STEPS = (25, 100, 250)


def prove(
    tx: Tx,
    keyring: Keyring,
    member: Member,
    rights: Rights,
    position: tuple[float, float],
    accuracy: float,
    surroundings: Surroundings | None,
    now: datetime,
) -> Changed[Member]:
    """Level `location` when position and connection agree with the address."""
    member = get_member(tx, member.account, to_change=True)
    rights.require(member, Act.VERIFY, now)
    require_below(member, "location")
    if accuracy > VAGUEST_M:
        raise Refused("too_vague")
    home = get_lived(tx, keyring, member.account).sealed
    try:
        here = cell_at(*position, _FINE)
    except OutOfRange:
        raise Refused("too_far") from None
    apart = metres_between(here, cell_at(home.lon, home.lat, _FINE))
    if apart > FARTHEST_M + accuracy:
        raise Refused("too_far")
    if surroundings is not None and not surroundings.may_hold(member.home_cell):
        raise Refused("too_far")
    step = next(step for step in _STEPS if accuracy <= step)
    return verify(tx, member, "location", now, detail=f"{step} m")

"""Whom an alert puts in touch: its author with whoever saw something, wherever they live."""

from __future__ import annotations

from datetime import datetime

from realtime.alerts import store
from realtime.alerts.model import OPEN
from realtime.alerts.sightings import store as sightings
from realtime.db import Tx
from realtime.errors import Refused
from realtime.members.model import Member
from realtime.members.rights import Act, Rights


def other_side(
    tx: Tx, member: Member, rights: Rights, alert_id: str, witness: str | None, now: datetime
) -> str:
    """The author, for everybody; for the author, a witness who reported a sighting.

    Also from outside the alert's cells: a poster hangs anywhere. Refused("not_found") when there is
    no such alert or witness, and for an institution's, which answers elsewhere.
    """
    rights.require(member, Act.WRITE_DIRECT, now)
    alert = store.get_alert(tx, alert_id)
    if alert.organisation is not None or alert.state in ("withdrawn", "removed", "archived"):
        raise Refused("not_found")
    if alert.author != member.account:
        if alert.state not in OPEN:
            raise Refused("alert_closed")
        if witness not in (None, alert.author):
            raise Refused("not_found")
        return alert.author
    if witness is None or not sightings.count_by(tx, alert_id, witness):
        raise Refused("not_found")
    return witness

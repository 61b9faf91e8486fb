"""Neighbours answer an alert: seen here, true, unfounded. The owner hears a sighting first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from realtime.alerts import store as alerts
from realtime.alerts.area import is_near
from realtime.alerts.audience import hears_area, tell
from realtime.alerts.filter import require_act
from realtime.alerts.model import CONFIRMED_BY, OPEN, Alert, disputed, moved
from realtime.alerts.ringing import ring_confirmed
from realtime.alerts.showing import show_photos
from realtime.alerts.sightings import store
from realtime.alerts.sightings.model import SHOWN_AFTER, Sighting
from realtime.db import Tx
from realtime.errors import Refused
from realtime.geo.cells import OutOfRange, cell_at
from realtime.ids import new_ulid
from realtime.journal import Changed, Event
from realtime.members.model import Member
from realtime.members.rights import Act, Rights
from realtime.outbox import add
from realtime.wire.alerts import SightingAnswer, SightingAsked

# A sighting from before the loss is somebody else's cat; a clock may be five minutes wrong.
AHEAD = timedelta(minutes=5)
BEFORE = timedelta(days=1)
MOST_PER_MEMBER = 20


def report(
    tx: Tx,
    member: Member,
    rights: Rights,
    asked: SightingAsked,
    now: datetime,
    *,
    house: str | None = None,
) -> Changed[str]:
    """Seen here. The owners hear at once, the others when it is shown. Its id."""
    alert = _readable(tx, member, rights, asked.id, now, house=house)
    moved(alert, "sight", now)  # refused when it is over
    if not alert.occurred_at - BEFORE <= asked.at <= now + AHEAD:
        raise Refused("invalid", field="at")
    require_act({"text": asked.text})
    if store.count_by(tx, alert.id, member.account) >= MOST_PER_MEMBER:
        raise Refused("quota_sightings")
    sighting = Sighting(
        id=new_ulid(now),
        alert=alert.id,
        author=member.account,
        at=asked.at,
        cell=_cell(alert, asked),
        text=asked.text,
        photo=asked.photo,
        told_at=now,
        state="shown" if alert.belongs_to(member.account, house) else "waiting",
    )
    store.add_sighting(tx, sighting)
    if asked.photo is not None:
        show_photos(tx, member.account, [asked.photo], sighting.id)
    alerts.listen(tx, alert.id, member.account, "reporter")
    if sighting.state == "shown":
        return Changed(
            sighting.id, tell(tx, alert, "alert.sighted", rights, now, about=sighting.id)
        )
    add(tx, "push.sighting", {"sighting": sighting.id}, now, expires_at=alert.expires_at)
    return Changed(sighting.id, _tell_owners(tx, alert, sighting))


def answer(
    tx: Tx,
    member: Member,
    rights: Rights,
    asked: SightingAnswer,
    now: datetime,
    *,
    house: str | None = None,
) -> Changed[str]:
    """The owner shows a waiting sighting to all, or keeps it out."""
    sighting = store.get_sighting(tx, asked.sighting)
    alert = alerts.get_alert_to_change(tx, sighting.alert)
    if not alert.belongs_to(member.account, house):
        raise Refused("not_found")
    sighting = store.get_sighting(tx, asked.sighting)
    if sighting.state != "waiting":
        return Changed(sighting.id)
    if asked.accept:
        return Changed(sighting.id, _show(tx, alert, sighting, rights, now))
    store.set_state(tx, sighting.id, "declined")
    return Changed(sighting.id, _tell_owners(tx, alert, sighting))


def show_due(tx: Tx, rights: Rights, now: datetime, limit: int) -> Changed[int]:
    """Sightings nobody answered within ten minutes are shown."""
    events: list[Event] = []
    due = store.list_waiting_since(tx, now - SHOWN_AFTER, limit)
    for sighting in due:
        alert = alerts.get_alert_to_change(tx, sighting.alert)
        if store.get_sighting(tx, sighting.id).state != "waiting":
            continue  # its owner was quicker
        if alert.state in OPEN:
            events += _show(tx, alert, sighting, rights, now)
        else:
            store.set_state(tx, sighting.id, "declined")
            events += _tell_owners(tx, alert, sighting)
    return Changed(len(due), events)


def _show(tx: Tx, alert: Alert, sighting: Sighting, rights: Rights, now: datetime) -> list[Event]:
    """Everybody hears; the owners' devices also learn that it waits no longer."""
    store.set_state(tx, sighting.id, "shown")
    told = tell(tx, alert, "alert.sighted", rights, now, about=sighting.id)
    topics = {event.topic for event in told}
    owners = _tell_owners(tx, alert, sighting)
    return [*told, *(event for event in owners if event.topic not in topics)]


def _tell_owners(tx: Tx, alert: Alert, sighting: Sighting) -> list[Event]:
    return [
        Event(f"account:{account}", "alert.sighted", sighting.id)
        for account in alerts.list_owners(tx, alert)
    ]


def confirm(tx: Tx, member: Member, rights: Rights, alert_id: str, now: datetime) -> Changed[str]:
    """My household saw it too. At night a danger rings only once two have, and rings then."""
    alert = _may_judge(tx, member, rights, alert_id, now)
    after = moved(alert, "confirm", now)
    if not store.say(tx, alert.id, member.household, member.account, "confirm", now):
        return Changed(alert.id)
    households = store.count_voices(tx, [alert.id])[alert.id, "confirm"]
    if alert.row.quiet == "confirmed" and households == CONFIRMED_BY and after.state == "active":
        after = replace(after, rang_at=now)
        ring_confirmed(tx, after, now)
    alerts.save_alert(tx, after)
    return Changed(alert.id, tell(tx, after, "alert.updated", rights, now))


def dispute(tx: Tx, member: Member, rights: Rights, alert_id: str, now: datetime) -> Changed[str]:
    """My household says it is unfounded; the third household suspends it and the operator reads."""
    alert = _may_judge(tx, member, rights, alert_id, now)
    moved(alert, "dispute", now)
    if not store.say(tx, alert.id, member.household, member.account, "dispute", now):
        return Changed(alert.id)
    households = store.count_voices(tx, [alert.id]).get((alert.id, "dispute"), 0)
    after = disputed(alert, households, now)
    alerts.save_alert(tx, after)
    if after.state == "disputed" and alert.state != "disputed":
        add(tx, "mail.alert_disputed", {"alert": alert.id}, now)
    return Changed(alert.id, tell(tx, after, "alert.updated", rights, now))


def _may_judge(tx: Tx, member: Member, rights: Rights, alert_id: str, now: datetime) -> Alert:
    """Households are verified accounts; an author does not judge the own alert."""
    alert = _readable(tx, member, rights, alert_id, now)
    rights.require(member, Act.WRITE_NEIGHBOURHOOD, now)
    if member.household == alert.household:
        raise Refused("own_alert")
    return alert


def _readable(
    tx: Tx,
    member: Member,
    rights: Rights,
    alert_id: str,
    now: datetime,
    *,
    house: str | None = None,
) -> Alert:
    """Held until the end of the transaction; absent for those it does not concern."""
    alert = alerts.get_alert_to_change(tx, alert_id)
    if alert.organisation is not None and alert.belongs_to(member.account, house):
        return alert  # institutions hear no alerts but their own
    rights.require(member, Act.RECEIVE_ALERTS, now)
    concerned = (
        hears_area(member, alert, rights, now)
        or is_near(alert.cell, member.home_cell)
        or alerts.is_listening(tx, alert.id, member.account)
    )
    if not concerned:
        raise Refused("not_found")
    return alert


def _cell(alert: Alert, asked: SightingAsked) -> str:
    try:
        cell = cell_at(asked.place.lon, asked.place.lat)
    except OutOfRange:
        raise Refused("invalid", field="place") from None
    if not is_near(cell, alert.cell):
        raise Refused("too_far_from_alert")
    return cell

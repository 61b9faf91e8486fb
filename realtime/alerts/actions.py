"""What its author does with an alert, and reading it: allow, change, tell everybody concerned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from realtime.alerts import store
from realtime.alerts.area import Reached, is_near
from realtime.alerts.audience import hears_area, tell
from realtime.alerts.drafting import details_of, drafted, require_acts, severity_of
from realtime.alerts.model import (
    Alert,
    prolonged,
    resolved,
    updated,
    widened,
    withdrawn,
)
from realtime.alerts.pairing import pair
from realtime.alerts.pets.store import get_card
from realtime.alerts.quotas import require_quota
from realtime.alerts.ringing import ring_off, ring_phones
from realtime.alerts.showing import show_photos
from realtime.alerts.sightings.store import find_sighting, list_reporters
from realtime.db import Tx
from realtime.errors import Refused
from realtime.ids import new_token
from realtime.journal import Changed, Event
from realtime.members.model import Member
from realtime.members.rights import Act, Rights
from realtime.photos import store as photos
from realtime.wire.alerts import (
    AlertAsked,
    AlertFollow,
    AlertResolve,
    AlertUpdate,
    StillMissing,
)

MOST_IN_SYNC = 200


def raise_alert(
    tx: Tx,
    member: Member,
    rights: Rights,
    asked: AlertAsked,
    reached: Reached,
    now: datetime,
    *,
    house: tuple[str, str] | None = None,
    conversation: str | None = None,
) -> Changed[str]:
    """Tell everybody in the area, and put the phones' job in the same transaction. Its id."""
    alert = drafted(tx, member, rights, asked, reached, now, house)
    if house is None:
        require_quota(tx, member.household, now, urgent=alert.urgency == "high")
    alert = replace(alert, conversation=conversation)
    store.add_alert(tx, alert)
    store.listen(tx, alert.id, member.account, "author")
    show_photos(tx, member.account, _photos(tx, member, asked, now), alert.id)
    ring_phones(tx, alert, now)
    events = tell(tx, alert, "alert.raised", rights, now)
    return Changed(alert.id, [*events, *pair(tx, alert, rights, now)])


def update(
    tx: Tx,
    member: Member,
    rights: Rights,
    asked: AlertUpdate,
    now: datetime,
    *,
    house: str | None = None,
    cells: Sequence[str] = (),
) -> Changed[str]:
    """New words or a new area, which `cells` cover; silent unless severity rises."""
    before = get_own(tx, member, asked.id, house)
    changes: dict[str, object] = {}
    if asked.title is not None:
        changes["title"] = asked.title
    if asked.body is not None:
        changes["body"] = asked.body
    if asked.severity is not None:
        changes["severity"] = severity_of(before.kind, asked.severity)
    if asked.details is not None:
        changes["details"], mark = details_of(tx, member, before.kind, asked.details)
        changes["hidden_mark"] = mark or before.hidden_mark
    after, rings = updated(before, now, **changes)
    require_acts(after.title, after.body, after.details)
    if asked.radius_m is not None:
        after = widened(after, asked.radius_m, cells)
    if asked.photos is not None:
        show_photos(tx, member.account, asked.photos, after.id)
        photos.forget_used_by(tx, [after.id], but=asked.photos)
    store.save_alert(tx, after, area_moved=after.reached != before.reached)
    if rings:
        ring_phones(tx, after, now)
    return Changed(after.id, _told_anew(tx, after, rights, now))


def still_missing(
    tx: Tx,
    member: Member,
    rights: Rights,
    asked: StillMissing,
    now: datetime,
    *,
    house: str | None = None,
    cells: Sequence[str] = (),
) -> Changed[str]:
    """Another life, perhaps a wider area, which `cells` cover; phones ring at most once a day."""
    before = get_own(tx, member, asked.id, house)
    after, rings = prolonged(before, now)
    if asked.radius_m is not None:
        after = widened(after, asked.radius_m, cells)
    store.save_alert(tx, after, area_moved=after.reached != before.reached)
    if rings:
        ring_phones(tx, after, now)
    return Changed(after.id, _told_anew(tx, after, rights, now))


def resolve(
    tx: Tx,
    member: Member,
    rights: Rights,
    asked: AlertResolve,
    now: datetime,
    *,
    house: str | None = None,
) -> Changed[str]:
    """Over, with its outcome; those who helped are thanked by name."""
    alert = get_own(tx, member, asked.id, house)
    reporters = list_reporters(tx, alert.id)
    thanked = reporters if asked.thanks is None else [a for a in reporters if a in asked.thanks]
    after = replace(resolved(alert, asked.outcome, thanked, now), keeps_photos=asked.keep_photos)
    store.save_alert(tx, after)
    ring_off(tx, after, now)
    return Changed(after.id, tell(tx, after, "alert.resolved", rights, now))


def withdraw(
    tx: Tx,
    member: Member,
    rights: Rights,
    alert_id: str,
    now: datetime,
    *,
    house: str | None = None,
) -> Changed[str]:
    """Taken back within two minutes."""
    after = withdrawn(get_own(tx, member, alert_id, house), now)
    store.save_alert(tx, after)
    ring_off(tx, after, now)
    return Changed(after.id, tell(tx, after, "alert.withdrawn", rights, now))


def get_kind_and_cell(
    tx: Tx, member: Member, alert_id: str, house: str | None = None
) -> tuple[str, str]:
    """Of an own alert that another circle is wanted for; a drawn area has none."""
    alert = store.get_alert(tx, alert_id)
    if not alert.belongs_to(member.account, house):
        raise Refused("not_found")
    if alert.radius_m is None:
        raise Refused("invalid", field="radius_m")
    return alert.kind, alert.cell


def get_own(tx: Tx, member: Member, alert_id: str, house: str | None = None) -> Alert:
    """An alert this member raised, or of the `house` the member speaks for now: to be changed."""
    alert = store.get_alert_to_change(tx, alert_id)
    if not alert.belongs_to(member.account, house):
        raise Refused("not_found")
    return alert


def follow(
    tx: Tx, member: Member, rights: Rights, asked: AlertFollow, now: datetime
) -> Changed[None]:
    """Hear all of it wherever I live, or no longer. Other devices of mine hear that too."""
    alert = get_readable(tx, member, rights, asked.id, now)
    if asked.follow:
        changed = store.listen(tx, alert.id, member.account, "follower")
    else:
        changed = store.stop_listening(tx, alert.id, member.account)
    if not changed or hears_area(member, alert, rights, now):
        return Changed(None)
    # It appears on my other devices as an upsert; gone again, it leaves them at the next `sync`.
    event = Event(member.account_topic, "alert.updated", alert.id, alert.version)
    return Changed(None, [event] if asked.follow else [])


def get_readable(
    tx: Tx,
    member: Member,
    rights: Rights,
    alert_id: str,
    now: datetime,
    *,
    house: str | None = None,
) -> Alert:
    """An alert this member may open: own, heard at home, listened to, near. Else it is absent."""
    alert = store.get_alert(tx, alert_id)
    if alert.belongs_to(member.account, house) or hears_area(member, alert, rights, now):
        return alert
    if store.is_listening(tx, alert_id, member.account):
        return alert
    act = Act.READ_OFFICIAL if alert.organisation is not None else Act.RECEIVE_ALERTS
    rights.require(member, act, now)
    if alert.state == "archived" or not is_near(alert.cell, member.home_cell):
        raise Refused("not_found")
    return alert


def may_see_photo(
    tx: Tx,
    member: Member,
    rights: Rights,
    used_by: str,
    now: datetime,
    *,
    house: str | None = None,
) -> bool:
    """Whether a photo that an alert or a sighting shows is for this member."""
    sighting = find_sighting(tx, used_by)
    alert = store.find_alert(tx, used_by if sighting is None else sighting.alert)
    if alert is None or alert.state in ("withdrawn", "removed"):
        return False
    if sighting is not None and sighting.state != "shown":
        return member.account == sighting.author or alert.belongs_to(member.account, house)
    try:
        get_readable(tx, member, rights, alert.id, now, house=house)
    except Refused:
        return False
    return True


def list_open(
    tx: Tx, member: Member, rights: Rights, now: datetime, *, house: str | None = None
) -> list[Alert]:
    """Every open alert this member hears, newest first."""
    cells = [member.home_cell[:end] for end in (5, 6, 7)]
    ids = store.list_open_ids(
        tx,
        member.account,
        cells,
        now,
        house=house,
        official_only=not rights.may(member, Act.RECEIVE_ALERTS, now),
        limit=MOST_IN_SYNC,
    )
    found = {alert.id: alert for alert in store.list_alerts(tx, ids)} if ids else {}
    return [found[alert_id] for alert_id in ids]


def _told_anew(tx: Tx, alert: Alert, rights: Rights, now: datetime) -> list[Event]:
    """Other colours or a wider area may make it the same animal as another's."""
    return [*tell(tx, alert, "alert.updated", rights, now), *pair(tx, alert, rights, now)]


def _photos(tx: Tx, member: Member, asked: AlertAsked, now: datetime) -> list[str]:
    """Those given, or a copy of the card's."""
    card = asked.details.card
    if asked.photos or card is None:
        return asked.photos
    on_card = get_card(tx, member.account, card).photo
    if on_card is None:
        return []
    copied = new_token()
    return [copied] if photos.copy(tx, on_card, copied, member.account, now) else []

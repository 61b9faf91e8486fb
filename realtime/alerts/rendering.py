"""Alerts and sightings as they cross the wire: the same for everybody who hears them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from realtime.alerts import store
from realtime.alerts.model import Alert
from realtime.alerts.sightings import store as voices
from realtime.alerts.sightings.model import Sighting
from realtime.clock import to_iso
from realtime.db import Tx
from realtime.members.model import short_name
from realtime.members.store import Named, list_named
from realtime.photos import store as photos

Rendered = dict[str, object]


def render_alert(tx: Tx, alert_id: str) -> Rendered:
    return render_alerts(tx, [store.get_alert(tx, alert_id)])[0]


def render_by_id(tx: Tx, ids: Collection[str]) -> dict[str, Rendered]:
    """The same of those that are still there."""
    alerts = store.list_alerts(tx, ids)
    return {alert.id: shown for alert, shown in zip(alerts, render_alerts(tx, alerts), strict=True)}


def render_alerts(tx: Tx, alerts: Sequence[Alert]) -> list[Rendered]:
    """The shape `wire.alerts.Alert` of each, in a handful of queries for all."""
    if not alerts:
        return []
    ids = [alert.id for alert in alerts]
    sightings = voices.list_shown(tx, ids)
    names = list_named(
        tx,
        {alert.author for alert in alerts}
        | {account for alert in alerts for account in alert.thanked}
        | {sighting.author for sighting in sightings},
    )
    pictures = photos.list_used_by(tx, [*ids, *(one.id for one in sightings if one.photo)])
    counted = voices.count_voices(tx, ids)
    seen: dict[str, list[Rendered]] = defaultdict(list)
    for sighting in sightings:
        seen[sighting.alert].append(_sighting(sighting, names, pictures))
    matches: dict[str, list[str]] = defaultdict(list)
    for one, other in store.list_matches(tx, ids):
        matches[one].append(other)
    return [
        _alert(alert, names, pictures)
        | {
            "confirms": counted.get((alert.id, "confirm"), 0),
            "disputes": counted.get((alert.id, "dispute"), 0),
            "sightings": [] if _is_unsaid(alert) else seen[alert.id],
            "matches": matches[alert.id],
        }
        for alert in alerts
    ]


def _is_unsaid(alert: Alert) -> bool:
    """Taken back or taken down: that it was is said, its words are not."""
    return alert.state in ("withdrawn", "removed")


def _alert(
    alert: Alert,
    names: Mapping[str, Named],
    pictures: Mapping[str, list[Rendered]],
) -> Rendered:
    unsaid = _is_unsaid(alert)
    return {
        "id": alert.id,
        "kind": alert.kind,
        "severity": alert.severity,
        "urgency": alert.urgency,
        "state": alert.state,
        "version": alert.version,
        "author": author_of(names, alert.author),
        "organisation": None
        if alert.organisation is None
        else {"id": alert.organisation, "name": alert.organisation_name},
        "title": alert.title if alert.state != "removed" else "",
        "body": "" if unsaid else alert.body,
        "occurred_at": to_iso(alert.occurred_at),
        "area": area_of(alert.cell, alert.radius_m, alert.cells),
        "details": {} if unsaid else alert.details,
        "photos": [] if unsaid else pictures.get(alert.id, []),
        "raised_at": to_iso(alert.raised_at),
        "updated_at": to_iso(alert.updated_at),
        "expires_at": to_iso(alert.expires_at),
        "closed_at": None if alert.closed_at is None else to_iso(alert.closed_at),
        "outcome": alert.outcome,
        "thanks": [author_of(names, account) for account in alert.thanked],
        "conversation": alert.conversation,
    }


def area_of(cell: str, radius_m: int | None, cells: Iterable[str]) -> Rendered:
    """A circle needs no cells: whoever draws it knows the centre of its cell."""
    return {
        "cell": cell,
        "radius_m": radius_m,
        "cells": list(cells) if radius_m is None else None,
    }


def render_sightings(tx: Tx, sightings: Sequence[Sighting]) -> list[Rendered]:
    if not sightings:
        return []
    names = list_named(tx, {sighting.author for sighting in sightings})
    pictures = photos.list_used_by(tx, [one.id for one in sightings if one.photo])
    return [_sighting(sighting, names, pictures) for sighting in sightings]


def _sighting(
    sighting: Sighting, names: Mapping[str, Named], pictures: Mapping[str, list[Rendered]]
) -> Rendered:
    found = pictures.get(sighting.id, [])
    return {
        "id": sighting.id,
        "alert": sighting.alert,
        "author": author_of(names, sighting.author),
        "at": to_iso(sighting.at),
        "cell": sighting.cell,
        "text": sighting.text,
        "photo": found[0] if found else None,
        "told_at": to_iso(sighting.told_at),
        "state": sighting.state,
    }


def author_of(names: Mapping[str, Named], account: str) -> Rendered:
    """First name and initial: an alert goes beyond the street."""
    named = names.get(account)
    return {
        "account": account,
        "name": "" if named is None else short_name(named.name),
        "level": "none" if named is None else named.level,
    }

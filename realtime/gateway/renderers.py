"""Which event carries what: each kind rendered from the object's present state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from realtime.alerts.rendering import render_alert, render_sightings
from realtime.alerts.sightings.store import get_sighting
from realtime.alerts.store import get_alert
from realtime.announcements.actions import render_one
from realtime.db import Tx
from realtime.fanout.rendering import Rendering
from realtime.gateway.prefs import render_prefs
from realtime.journal import Numbered
from realtime.members.blocks.actions import render_blocked
from realtime.members.directory.actions import render_arrival, render_welcome
from realtime.members.me import me_of
from realtime.members.model import Member
from realtime.members.rights import Rights
from realtime.members.store import find_member, get_member
from realtime.rooms.direct import reading as direct
from realtime.rooms.groups import reading as groups
from realtime.rooms.rendering import render_reaction, render_told
from realtime.rooms.store import list_read


def rendering_of(rights: Rights) -> Rendering:
    """Every kind of `wire.EVENTS` that has a seq."""

    def message(tx: Tx, event: Numbered, now: datetime) -> Mapping[str, object]:
        return {"message": render_told(tx, event)}

    def reaction(tx: Tx, event: Numbered, now: datetime) -> Mapping[str, object]:
        return render_reaction(tx, event)

    def read(tx: Tx, event: Numbered, now: datetime) -> Mapping[str, object]:
        return {"read": list_read(tx, event.object)}

    def account(tx: Tx, event: Numbered, now: datetime) -> Mapping[str, object]:
        member = get_member(tx, event.object)
        return {"me": me_of(member, rights, now), "read": list_read(tx, member.account)}

    def alert(tx: Tx, event: Numbered, now: datetime) -> Mapping[str, object]:
        return {"alert": render_alert(tx, event.object)}

    def group(tx: Tx, event: Numbered, now: datetime) -> Mapping[str, object]:
        return groups.render_event(tx, event.object, rights, _reader(tx, event), now)

    def thread(tx: Tx, event: Numbered, now: datetime) -> Mapping[str, object]:
        return direct.render_event(tx, event.object, _reader(tx, event), rights, now)

    return Rendering(
        {
            "group.changed": group,
            "direct.changed": thread,
            "block.changed": _blocked,
            "member.arrived": _arrived,
            "member.welcomed": _welcomed,
            "message.posted": message,
            "message.edited": message,
            "message.deleted": message,
            "reaction.changed": reaction,
            "read.moved": read,
            "account.changed": account,
            "alert.raised": alert,
            "alert.updated": alert,
            "alert.resolved": alert,
            "alert.withdrawn": alert,
            "alert.sighted": _sighted,
            "alert.matched": _matched,
            "announcement.published": _published,
            "prefs.changed": _chosen,
        }
    )


def _reader(tx: Tx, event: Numbered) -> Member | None:
    """Whose account topic the event is on; None where many hear it."""
    family, _, account = event.topic.partition(":")
    return find_member(tx, account) if family == "account" else None


def _blocked(tx: Tx, event: Numbered, now: datetime) -> Mapping[str, object]:
    return {"blocked": render_blocked(tx, event.object)}


def _arrived(tx: Tx, event: Numbered, now: datetime) -> Mapping[str, object]:
    return render_arrival(tx, event.object)


def _welcomed(tx: Tx, event: Numbered, now: datetime) -> Mapping[str, object]:
    return render_welcome(tx, event.object)


def _sighted(tx: Tx, event: Numbered, now: datetime) -> Mapping[str, object]:
    """What waits is for the owner's account topic; what was declined, for nobody else."""
    sighting = get_sighting(tx, event.object)
    alert = get_alert(tx, sighting.alert)
    is_owners = event.topic == f"account:{alert.author}"
    seen = sighting.state == "shown" or is_owners
    return {
        "alert": render_alert(tx, alert.id),
        "sighting": render_sightings(tx, [sighting])[0] if seen else None,
    }


def _published(tx: Tx, event: Numbered, now: datetime) -> Mapping[str, object]:
    return {"announcement": render_one(tx, event.object)}


def _chosen(tx: Tx, event: Numbered, now: datetime) -> Mapping[str, object]:
    return {"prefs": render_prefs(tx, event.object)}


def _matched(tx: Tx, event: Numbered, now: datetime) -> Mapping[str, object]:
    """`object` is "mine:other"."""
    mine, _, other = event.object.partition(":")
    return {"alert": render_alert(tx, mine), "other": render_alert(tx, other)}

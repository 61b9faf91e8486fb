"""Which event carries what: each kind rendered from its objects' present state.

What a page of events tells of is read together: a few statements a kind, however many events. One
rendering serves what happens now, what was missed and what a gap lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from realtime.alerts.rendering import render_alerts, render_sightings
from realtime.alerts.rendering import render_by_id as alerts_by_id
from realtime.alerts.sightings.store import list_sightings
from realtime.alerts.store import list_alerts, list_owners
from realtime.announcements.actions import render_by_id as announcements_by_id
from realtime.db import Tx
from realtime.errors import Refused
from realtime.fanout.rendering import Fields, Renderer, Rendering
from realtime.gateway.prefs import render_prefs
from realtime.journal import Numbered
from realtime.members.blocks.actions import render_blocked
from realtime.members.directory.actions import render_arrivals, render_welcomes
from realtime.members.me import me_of
from realtime.members.model import Member
from realtime.members.rights import Rights
from realtime.members.store import find_member, get_member
from realtime.rooms.direct import reading as direct
from realtime.rooms.groups import reading as groups
from realtime.rooms.rendering import render_reactions, render_told
from realtime.rooms.store import list_read


def rendering_of(rights: Rights) -> Rendering:
    """Every kind of `wire.EVENTS` that has a seq."""

    def account(tx: Tx, event: Numbered, now: datetime) -> Fields:
        member = get_member(tx, event.object)
        return {"me": me_of(member, rights, now), "read": list_read(tx, member.account)}

    def group(tx: Tx, ids: Sequence[str], reader: Member | None, now: datetime) -> Sequence[Fields]:
        return groups.render_changed(tx, ids, reader, rights, now)

    def thread(
        tx: Tx, topics: Sequence[str], reader: Member | None, now: datetime
    ) -> Sequence[Fields]:
        return direct.render_changed(tx, topics, reader, rights, now)

    return Rendering(
        {
            "group.changed": _for_reader(group),
            "direct.changed": _for_reader(thread),
            "block.changed": _of_account(_blocked),
            "member.arrived": _arrived,
            "member.welcomed": _for_reader(_welcomed),
            "message.posted": _message,
            "message.edited": _message,
            "message.deleted": _message,
            "reaction.changed": _reaction,
            "read.moved": _of_account(_read),
            "account.changed": _of_account(account),
            "alert.raised": _alert,
            "alert.updated": _alert,
            "alert.resolved": _alert,
            "alert.withdrawn": _alert,
            "alert.sighted": _sighted,
            "alert.matched": _matched,
            "announcement.published": _published,
            "prefs.changed": _of_account(_chosen),
        }
    )


def _of_account(render: Callable[[Tx, Numbered, datetime], Fields]) -> Renderer:
    """The object is the account whose topic it is: a reader has one, and it is rendered once."""

    def rendered(tx: Tx, event: Numbered, now: datetime) -> Fields:
        try:
            return render(tx, event, now)
        except Refused:
            return {}

    return lambda tx, events, now: [rendered(tx, event, now) for event in events]


def _for_reader(
    render: Callable[[Tx, Sequence[str], Member | None, datetime], Sequence[Fields]],
) -> Renderer:
    """`render(tx, objects, reader, now)`: on an account's topic for its owner; `reader` is None
    where many hear it.
    """

    def rendered(tx: Tx, events: Sequence[Numbered], now: datetime) -> Sequence[Fields]:
        by_reader: dict[str, list[Numbered]] = defaultdict(list)
        for event in events:
            family, _, account = event.topic.partition(":")
            by_reader[account if family == "account" else ""].append(event)
        found: dict[Numbered, Fields] = {}
        for account, some in by_reader.items():
            reader = find_member(tx, account) if account else None
            objects = [event.object for event in some]
            found |= zip(some, render(tx, objects, reader, now), strict=True)
        return [found[event] for event in events]

    return rendered


def _named(
    name: str, shown: Mapping[str, Mapping[str, object]], events: Sequence[Numbered]
) -> list[Fields]:
    return [{name: shown[event.object]} if event.object in shown else {} for event in events]


def _message(tx: Tx, events: Sequence[Numbered], now: datetime) -> Sequence[Fields]:
    return [{"message": message} for message in render_told(tx, events)]


def _reaction(tx: Tx, events: Sequence[Numbered], now: datetime) -> Sequence[Fields]:
    return render_reactions(tx, events)


def _read(tx: Tx, event: Numbered, now: datetime) -> Fields:
    return {"read": list_read(tx, event.object)}


def _blocked(tx: Tx, event: Numbered, now: datetime) -> Fields:
    return {"blocked": render_blocked(tx, event.object)}


def _chosen(tx: Tx, event: Numbered, now: datetime) -> Fields:
    return {"prefs": render_prefs(tx, event.object)}


def _arrived(tx: Tx, events: Sequence[Numbered], now: datetime) -> Sequence[Fields]:
    return render_arrivals(tx, [event.object for event in events])


def _welcomed(
    tx: Tx, objects: Sequence[str], reader: Member | None, now: datetime
) -> Sequence[Fields]:
    """`object` is "newcomer:giver"."""
    if reader is None:
        return [{} for _ in objects]
    return render_welcomes(tx, reader.account, [one.partition(":")[2] for one in objects])


def _alert(tx: Tx, events: Sequence[Numbered], now: datetime) -> Sequence[Fields]:
    return _named("alert", alerts_by_id(tx, {event.object for event in events}), events)


def _sighted(tx: Tx, events: Sequence[Numbered], now: datetime) -> Sequence[Fields]:
    """What waits is for its owners' account topics, while the alert is theirs; what was declined,
    for nobody else.
    """
    sightings = list_sightings(tx, {event.object for event in events})
    alerts = list_alerts(tx, {sighting.alert for sighting in sightings})
    owners = {
        alert.id: {f"account:{account}" for account in list_owners(tx, alert)} for alert in alerts
    }
    told = dict(zip((alert.id for alert in alerts), render_alerts(tx, alerts), strict=True))
    by_id = {sighting.id: sighting for sighting in sightings}
    shown = dict(zip(by_id, render_sightings(tx, sightings), strict=True))

    def fields(event: Numbered) -> Fields:
        sighting = by_id.get(event.object)
        if sighting is None or sighting.alert not in told:
            return {}
        is_seen = sighting.state == "shown" or event.topic in owners[sighting.alert]
        return {"alert": told[sighting.alert], "sighting": shown[sighting.id] if is_seen else None}

    return [fields(event) for event in events]


def _matched(tx: Tx, events: Sequence[Numbered], now: datetime) -> Sequence[Fields]:
    """`object` is "mine:other"."""
    pairs = [event.object.partition(":")[::2] for event in events]
    alerts = alerts_by_id(tx, {alert for pair in pairs for alert in pair})
    return [
        {"alert": alerts[mine], "other": alerts[other]}
        if mine in alerts and other in alerts
        else {}
        for mine, other in pairs
    ]


def _published(tx: Tx, events: Sequence[Numbered], now: datetime) -> Sequence[Fields]:
    shown = announcements_by_id(tx, {event.object for event in events})
    return _named("announcement", shown, events)

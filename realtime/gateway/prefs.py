"""The preference commands: what a member chose, whole and with every default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from realtime.alerts.kinds import KINDS
from realtime.clock import millis_to_iso, to_iso, to_millis
from realtime.db import Tx
from realtime.engine import Socket
from realtime.errors import Refused
from realtime.gateway.authority import Authority
from realtime.gateway.dispatch import Route
from realtime.journal import Changed, Event
from realtime.members import prefs as choices
from realtime.members.model import Member
from realtime.members.prefs.model import CHAT_KINDS, RINGS, Prefs, Quiet, RoomPrefs
from realtime.presence.store import find_choice, set_choice
from realtime.wire import prefs as wire

Answer = dict[str, object]
URGENCIES = {name: kind.urgency for name, kind in KINDS.items()} | dict(CHAT_KINDS)
MOST_ROOMS = 500


class PrefsCommands:
    """One method per command: authorise, act, answer."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority

    def routes(self) -> dict[str, Route]:
        return {
            "prefs.get": Route(self.get, "prefs"),
            "prefs.set": Route(self.set, "prefs"),
        }

    async def get(self, socket: Socket, asked: wire.PrefsAsked) -> Answer:
        def read(tx: Tx, member: Member, now: datetime) -> Answer:
            return {"prefs": render_prefs(tx, member.account)}

        return await self._authority.read(socket, read)

    async def set(self, socket: Socket, asked: wire.PrefsSet) -> Answer:
        def write(tx: Tx, member: Member, now: datetime) -> Changed[Answer]:
            before = render_prefs(tx, member.account)
            _choose(tx, member, asked)
            after = render_prefs(tx, member.account)
            return Changed({"prefs": after}, [] if after == before else [changed(member.account)])

        return (await self._authority.write(socket, write)).value


def changed(account: str) -> Event:
    """Tells the member's other devices."""
    return Event(f"account:{account}", "prefs.changed", account)


def _choose(tx: Tx, member: Member, asked: wire.PrefsSet) -> None:
    kept = choices.get_prefs(tx, member.account)
    chosen = _changed(kept, asked)
    if chosen != kept:
        choices.save_prefs(tx, member.account, chosen)
    if asked.rooms is not None:
        _choose_rooms(tx, member, asked.rooms)
    if asked.presence is not None:
        until = asked.presence.away_until
        seen = asked.presence.visible_to
        set_choice(tx, member.account, seen, None if until is None else to_millis(until))


def _changed(kept: Prefs, asked: wire.PrefsSet) -> Prefs:
    chosen = kept
    if asked.ways is not None:
        chosen = replace(chosen, ways=_ways(kept, asked.ways))
    if asked.quiet is not None:
        chosen = replace(chosen, quiet=_quiet(asked.quiet))
    if "snoozed_until" in asked.model_fields_set:
        chosen = replace(chosen, snoozed_until=asked.snoozed_until)
    if asked.digest_at is not None:
        chosen = replace(chosen, digest_at=_minutes(asked.digest_at))
    return chosen


def _choose_rooms(tx: Tx, member: Member, rooms: Mapping[str, wire.RoomChoiceSet | None]) -> None:
    for room, choice in rooms.items():
        own = None if choice is None else RoomPrefs(choice.level, choice.snoozed_until)
        choices.save_room_prefs(tx, member.account, room, own)
    if len(choices.list_room_prefs(tx, member.account)) > MOST_ROOMS:
        raise Refused("invalid", field="rooms")


def _ways(kept: Prefs, asked: dict[str, wire.ByRingSet]) -> dict[str, dict[str, choices.Way]]:
    ways = {kind: dict(by_ring) for kind, by_ring in kept.ways.items()}
    for kind, by_ring in asked.items():
        if kind not in URGENCIES:
            raise Refused("invalid", field=f"ways.{kind}")
        ways[kind] = ways.get(kind, {}) | by_ring.model_dump(exclude_none=True)
    return ways


def _quiet(asked: wire.Quiet) -> Quiet:
    try:
        ZoneInfo(asked.zone)
    except (KeyError, ValueError, OSError):
        raise Refused("invalid", field="quiet.zone") from None
    for kind in asked.passes:
        if kind not in URGENCIES:
            raise Refused("invalid", field=f"quiet.passes.{kind}")
    return Quiet(
        is_on=asked.on,
        begins=_minutes(asked.begins),
        ends=_minutes(asked.ends),
        days=frozenset(asked.days),
        zone=asked.zone,
        passes=asked.passes,
    )


def render_prefs(tx: Tx, account: str) -> Answer:
    """The shape `wire.prefs.Prefs`."""
    kept = choices.get_prefs(tx, account)
    seen, away_until = find_choice(tx, account)
    return {
        "ways": {
            kind: {ring: kept.way(kind, ring, urgency) for ring in RINGS}
            for kind, urgency in URGENCIES.items()
        },
        "quiet": {
            "on": kept.quiet.is_on,
            "begins": _time(kept.quiet.begins),
            "ends": _time(kept.quiet.ends),
            "days": sorted(kept.quiet.days),
            "zone": kept.quiet.zone,
            "passes": dict(kept.quiet.passes),
        },
        "snoozed_until": None if kept.snoozed_until is None else to_iso(kept.snoozed_until),
        "digest_at": _time(kept.digest_at),
        "rooms": {
            room: {
                "level": own.level,
                "snoozed_until": None if own.snoozed_until is None else to_iso(own.snoozed_until),
            }
            for room, own in sorted(choices.list_room_prefs(tx, account).items())
        },
        "presence": {
            "visible_to": seen,
            "away_until": None if away_until is None else millis_to_iso(away_until),
        },
    }


def _minutes(time_of_day: str) -> int:
    hours, _, minutes = time_of_day.partition(":")
    return int(hours) * 60 + int(minutes)


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"

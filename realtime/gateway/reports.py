"""The report command: of anything its reporter can see, or was told alone, as it stands now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from realtime.alerts.actions import get_readable
from realtime.alerts.rendering import render_alert, render_sightings
from realtime.alerts.sightings.store import get_sighting
from realtime.announcements.actions import house_of, list_current
from realtime.clock import to_millis
from realtime.db import Tx
from realtime.engine import Socket
from realtime.errors import Refused
from realtime.gateway.authority import Authority
from realtime.gateway.dispatch import Route
from realtime.journal import Changed
from realtime.members.keys import digest_of, once
from realtime.members.model import Member
from realtime.members.rights import Act, Rights
from realtime.members.store import find_member
from realtime.reports import actions
from realtime.reports.model import number_of
from realtime.rooms import access
from realtime.rooms.direct.store import find_thread
from realtime.rooms.groups.reading import get_group, render_one
from realtime.rooms.model import view_of
from realtime.rooms.rendering import render_page
from realtime.rooms.store import find_written
from realtime.wire.reports import Report
from realtime.wire.words import SENTENCES

Snapshot = Mapping[str, object]


class ReportCommands:
    """One method per command: authorise, act, answer."""

    def __init__(self, authority: Authority, rights: Rights) -> None:
        self._authority = authority
        self._rights = rights

    def routes(self) -> dict[str, Route]:
        return {"report": Route(self.report, "report")}

    async def report(self, socket: Socket, asked: Report) -> dict[str, object]:
        digest = digest_of(asked.model_dump_json().encode())

        def write(tx: Tx, member: Member, now: datetime) -> Changed[str]:

            def act() -> Changed[str]:
                snapshot = _SEEN[asked.kind](tx, member, self._rights, asked.id, now)
                return actions.report(tx, member, asked, snapshot, now)

            return once(tx, member.account, "report", asked.key, digest, act, now)

        return {"number": number_of((await self._authority.write(socket, write)).value)}


# Each answers with the object as the member sees or saw it, or refuses with `not_found`.


def _message(tx: Tx, member: Member, rights: Rights, own_id: str, now: datetime) -> Snapshot:
    written = find_written(tx, own_id)
    if written is None or written.is_deleted:
        raise Refused("not_found")
    if view_of(written.topic) == "direct":
        # Whoever declined or blocked no longer reads it: what was said there is why.
        thread = find_thread(tx, written.topic)
        if thread is None or not thread.holds(member.account):
            raise Refused("not_found")
        return render_page(tx, [written])[0]
    access.require_reader(tx, member, rights, written.topic, now)
    since = rights.reads_since(member, now)
    if since is not None and written.at < to_millis(since):
        raise Refused("not_found")
    return render_page(tx, [written])[0]


def _alert(tx: Tx, member: Member, rights: Rights, own_id: str, now: datetime) -> Snapshot:
    return render_alert(tx, get_readable(tx, member, rights, own_id, now).id)


def _sighting(tx: Tx, member: Member, rights: Rights, own_id: str, now: datetime) -> Snapshot:
    sighting = get_sighting(tx, own_id)
    house = house_of(tx, member, rights, now)
    alert = get_readable(tx, member, rights, sighting.alert, now, house=house)
    if sighting.state != "shown" and not alert.belongs_to(member.account, house):
        raise Refused("not_found")
    return render_sightings(tx, [sighting])[0]


def _announcement(tx: Tx, member: Member, rights: Rights, own_id: str, now: datetime) -> Snapshot:
    for shown in list_current(tx, member, now):
        if shown["id"] == own_id:
            return shown
    raise Refused("not_found")


def _member(tx: Tx, member: Member, rights: Rights, own_id: str, now: datetime) -> Snapshot:
    """Whoever knows the account has met it: an id is 80 random bits."""
    rights.require(member, Act.SEE_NEIGHBOURS, now)
    other = find_member(tx, own_id)
    if other is None or other.account == member.account:
        raise Refused("not_found")
    return {"account": other.account, "name": other.name, "level": other.level}


def _group(tx: Tx, member: Member, rights: Rights, own_id: str, now: datetime) -> Snapshot:
    group, _ = get_group(tx, member, rights, own_id, now)
    return render_one(tx, group, None)


def _filter(tx: Tx, member: Member, rights: Rights, own_id: str, now: datetime) -> Snapshot:
    """Nothing was kept of what it refused: the reporter's note says it."""
    if own_id not in SENTENCES or not own_id.startswith("filter"):
        raise Refused("not_found")
    rights.require(member, Act.RECEIVE_ALERTS, now)
    return {"code": own_id}


_SEEN: dict[str, Callable[[Tx, Member, Rights, str, datetime], Snapshot]] = {
    "message": _message,
    "alert": _alert,
    "sighting": _sighting,
    "announcement": _announcement,
    "member": _member,
    "group": _group,
    "filter": _filter,
}

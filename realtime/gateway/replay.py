"""Catching up without a hole or a repeat: listen, then snapshot, then replay what is newer.

One race, answered once. From `expect` on this node forgets nothing of the topics; the snapshot is
one read of the database; what is newer than the snapshot follows the ack.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from realtime import metrics
from realtime.alerts.actions import list_open
from realtime.alerts.rendering import render_alerts, render_sightings
from realtime.alerts.sightings.store import list_waiting
from realtime.announcements.actions import house_of, list_current
from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.engine import Socket
from realtime.fanout.local import NEVER, Local
from realtime.fanout.rendering import Rendered, Rendering
from realtime.gateway.authority import authorised
from realtime.gateway.sessions import Session
from realtime.gateway.standing import keys_of
from realtime.journal import Head, Missed, Numbered, heads, read_after, seq_before
from realtime.members.blocks.actions import render_blocked
from realtime.members.me import me_of
from realtime.members.model import Followed, Member
from realtime.members.rights import Rights
from realtime.rooms import access
from realtime.rooms.actions import unread
from realtime.rooms.direct import reading as direct
from realtime.rooms.groups import reading as groups
from realtime.rooms.model import EDITED_WITHIN, FLAT, VIEWS, view_of
from realtime.wire.sync import SyncAsked

REPLAY_BYTES = 256 * 1024
# Of messages of a few words a page holds about as many.
REPLAY_EVENTS = 400
RENDERED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """The ack, and from where each topic goes on live."""

    ack: dict[str, object]
    followed: list[Followed]
    keys: tuple[str, ...]
    seen: dict[str, tuple[str, int]]


class Replay:
    """Answers `sync`."""

    def __init__(
        self,
        db: Database,
        local: Local,
        rendering: Rendering,
        rights: Rights,
        clock: Clock,
        on_overtaken: Callable[[str], None] = lambda account: None,
    ) -> None:
        """`on_overtaken(account)`: what the socket hears must be looked at once more."""
        self._db = db
        self._local = local
        self._rendering = rendering
        self._rights = rights
        self._clock = clock
        self._on_overtaken = on_overtaken

    async def sync(self, socket: Socket, asked: SyncAsked) -> dict[str, object]:
        """The ack of `sync`. The socket goes live right after the ack is written."""
        session: Session = socket.session
        session.syncs += 1
        turn = (session.syncs, session.refreshes)
        names = frozenset(followed.topic for followed in session.followed)
        self._local.expect(names)
        try:
            self._local.unfollow(socket)
            session.is_live = False
            snapshot = await self._db.read(self._snapshot, session, asked, self._clock.now())
            while not snapshot.seen.keys() <= names:
                # The rights grew between the two: listen to the new topics too, then look again.
                wider = frozenset(snapshot.seen)
                self._local.expect(wider)
                self._local.settle(names)
                names = wider
                snapshot = await self._db.read(self._snapshot, session, asked, self._clock.now())
        except BaseException:
            self._local.settle(names)
            raise
        # The engine writes the ack in this same step of the loop; live events come after it.
        asyncio.get_running_loop().call_soon(self._go_live, socket, snapshot, names, turn)
        return snapshot.ack

    def _go_live(
        self, socket: Socket, snapshot: _Snapshot, names: frozenset[str], turn: tuple[int, int]
    ) -> None:
        session: Session = socket.session
        syncs, refreshes = turn
        # A later `sync` of the same socket has begun meanwhile: that one goes live.
        if not session.is_gone and session.syncs == syncs:
            seen = snapshot.seen
            if session.refreshes == refreshes:
                session.followed, session.keys = snapshot.followed, snapshot.keys
            else:
                # The standing was read anew meanwhile, and has the last word on what is heard. A
                # group or thread it brought waits for one more look, which knows its head.
                session.followed = [
                    f for f in session.followed if f.view not in FLAT or f.topic in seen
                ]
                seen = {f.topic: seen.get(f.topic, ("", NEVER)) for f in session.followed}
                session.keys = tuple(
                    key for key in session.keys if not _is_flat(key) or key in seen
                )
                self._on_overtaken(session.account)
            session.is_live = True
            self._local.follow(socket, session.keys, seen)
        self._local.settle(names)

    def _snapshot(self, tx: Tx, session: Session, asked: SyncAsked, now: datetime) -> _Snapshot:
        member = authorised(tx, session, now)
        own = access.belongings(tx, member, self._rights, now)
        followed = self._rights.followed(member, now) + access.followed_of(tx, member, own)
        tops = heads(tx, [one.topic for one in followed])
        positions = {t: (p[0], p[1]) for t, p in asked.positions.items() if t in tops}
        withheld = self._withheld(tx, member, positions, tops, now)
        readable = {t: position for t, position in positions.items() if t not in withheld}
        missed = read_after(tx, readable, tops, most=REPLAY_EVENTS)
        reload = missed.reload | withheld
        given, seen = self._page(tx, missed, tops, now)
        counted = unread(tx, member, self._rights, tops, now)
        house = house_of(tx, member, self._rights, now)
        open_alerts = list_open(tx, member, self._rights, now, house=house)
        mine = [alert.id for alert in open_alerts if alert.belongs_to(member.account, house)]
        waiting = list_waiting(tx, mine)
        metrics.SYNC_RELOADS.inc(len(reload))
        ack: dict[str, object] = {
            "me": me_of(member, self._rights, now),
            "topics": [_state(one, tops[one.topic], *counted[one.topic]) for one in followed],
            "events": given,
            "reload": sorted(reload),
            "more": any(seq == NEVER for _, seq in seen.values()),
            "alerts": render_alerts(tx, open_alerts),
            "sightings": render_sightings(tx, waiting),
            "announcements": list_current(tx, member, now),
            "groups": groups.render_mine(tx, own.groups),
            "directs": direct.render_threads(tx, member.account, own.threads),
            "blocked": render_blocked(tx, member.account),
        }
        return _Snapshot(ack, followed, keys_of(member, followed), seen)

    def _withheld(
        self,
        tx: Tx,
        member: Member,
        positions: Mapping[str, tuple[str, int]],
        tops: Mapping[str, Head],
        now: datetime,
    ) -> set[str]:
        """Rooms whose position lies further back than the member reads: they are fetched anew."""
        since = self._rights.reads_since(member, now)
        if since is None:
            return set()
        # An edit tells the words of a message that may be so much older.
        since += EDITED_WITHIN
        return {
            topic
            for topic, (_, seq) in positions.items()
            if view_of(topic) in VIEWS
            and seq < tops[topic].seq
            and seq < seq_before(tx, tops[topic], since)
        }

    def _page(
        self, tx: Tx, missed: Missed, tops: dict[str, Head], now: datetime
    ) -> tuple[list[orjson.Fragment], dict[str, tuple[str, int]]]:
        """Events up to the size of a page. A topic cut short stays silent until the next `sync`."""
        left = set(missed.left)
        given: list[orjson.Fragment] = []
        size = 0
        for at, rendered in enumerate(self._rendered(tx, missed.events, now)):
            size += len(rendered.body)
            if size > REPLAY_BYTES and given:
                left |= {event.topic for event in missed.events[at:]}
                break
            given.append(orjson.Fragment(rendered.body))
        seen = {t: (head.epoch, NEVER if t in left else head.seq) for t, head in tops.items()}
        return given, seen

    def _rendered(self, tx: Tx, events: Sequence[Numbered], now: datetime) -> Iterator[Rendered]:
        """Some at a time: few statements, and little is rendered that has no room in the page."""
        for start in range(0, len(events), RENDERED_AT_ONCE):
            some = events[start : start + RENDERED_AT_ONCE]
            yield from self._rendering.render(tx, some, now)


def _is_flat(key: str) -> bool:
    return key.partition(":")[0] in FLAT


def _state(followed: Followed, head: Head, read: int, waiting: int) -> dict[str, object]:
    return {
        "topic": followed.topic,
        "view": followed.view,
        "title": followed.title,
        "epoch": head.epoch,
        "head": head.seq,
        "read": read,
        "unread": waiting,
    }

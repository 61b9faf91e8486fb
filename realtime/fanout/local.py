"""From events to this node's sockets: who hears a topic, in which order, each event once.

A ring is nine look-ups per event instead of nine memberships per socket: sockets stand under their
home cell, and an event of a cell is given to the nine cells around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from sys import intern
from typing import NamedTuple

import orjson

from realtime import metrics
from realtime.engine import FanOut, Frame, Socket, event_frame
from realtime.fanout.rendering import Rendered
from realtime.fanout.urgency import overtakes
from realtime.geo.cells import ring

_RINGS = ("street", "neighbourhood")
# Events of a topic heard before anybody knows where it stands; the journal has them all.
_STASH = 1_000
NEVER = 2**62


class Position(NamedTuple):
    """The last event of a topic that its sockets on this node were given."""

    epoch: str
    seq: int


@dataclass(slots=True)
class _TopicHere:
    """A topic that somebody on this node follows, or is about to.

    `cursor` is the last seq given to the sockets; None until a first follower brought a head.
    `recent` is kept only while somebody `expects`: they read a snapshot meanwhile.
    `late` are sockets that already hold events up to a seq beyond the cursor.
    """

    epoch: str = ""
    cursor: int | None = None
    followers: int = 0
    expecting: int = 0
    waiting: dict[int, Rendered] = field(default_factory=dict)
    recent: list[tuple[int, Frame]] = field(default_factory=list)
    late: dict[Socket, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Following:
    """What one socket hears. Tuples: as sets they were a tenth of an idle connection's memory."""

    keys: tuple[str, ...]
    topics: tuple[str, ...]


def key_of_ring(family: str, cell: str) -> str:
    """Where a socket stands for the rings of `family`: under its home cell."""
    return intern(f"{family}@{cell}")


def heads_frame(topic: str, epoch: str, seq: int) -> Frame:
    """How far the topic has come: who is not there asks with `sync`."""
    return event_frame("heads", orjson.dumps({topic: [epoch, seq]}))


class Local:
    """The sockets of this node and what each of them hears. Used from the event loop only.

    `on_come` and `on_go` are told of topics that somebody begins to follow, that nobody does.
    """

    def __init__(
        self,
        on_gap: Callable[[str], None],
        on_come: Callable[[str], None] = lambda topic: None,
        on_go: Callable[[str], None] = lambda topic: None,
    ) -> None:
        self._on_gap = on_gap
        self._on_come = on_come
        self._on_go = on_go
        self._topics: dict[str, _TopicHere] = {}
        self._by_key: dict[str, set[Socket]] = {}
        self._following: dict[Socket, _Following] = {}
        self._watchers: dict[str, list[Callable[[Rendered], None]]] = {}
        self._moved: set[str] = set()
        self._fan = FanOut(self._in_time)

    def watch(self, kind: str, callback: Callable[[Rendered], None]) -> None:
        """Tell the gateway of events that concern it, whether or not somebody follows the topic."""
        self._watchers.setdefault(kind, []).append(callback)

    def audience(self, topic: str) -> Iterator[Socket]:
        """Every socket that hears the topic, those that are late too."""
        family, _, cell = topic.partition(":")
        if family in _RINGS:
            for near in ring(cell):
                yield from self._by_key.get(f"{family}@{near}", ())
        else:
            yield from self._by_key.get(topic, ())

    def _in_time(self, topic: str) -> Iterable[Socket]:
        """Those to whom all that is posted goes."""
        here = self._topics.get(topic)
        if here is None or not here.late:
            return self.audience(topic)
        return (socket for socket in self.audience(topic) if socket not in here.late)

    def topics(self) -> Iterable[str]:
        return self._topics.keys()

    def position(self, topic: str) -> Position | None:
        """None while nobody on this node follows the topic."""
        here = self._topics.get(topic)
        return None if here is None or here.cursor is None else Position(here.epoch, here.cursor)

    def expect(self, topics: Iterable[str]) -> None:
        """Listen: from now on nothing of these topics is forgotten, until `settle`."""
        for topic in topics:
            self._get(topic).expecting += 1

    def settle(self, topics: Iterable[str]) -> None:
        """The counterpart of `expect`, after `follow` or when the reader has gone."""
        for topic in topics:
            here = self._topics[topic]
            here.expecting -= 1
            if not here.expecting:
                here.recent.clear()
            self._drop_if_idle(topic, here)

    def follow(
        self, socket: Socket, keys: Iterable[str], seen: Mapping[str, tuple[str, int]]
    ) -> None:
        """From here on the socket hears these topics, each from after the seq it has seen.

        `seen` gives (epoch, seq) per topic; NEVER as seq keeps a topic silent until the next
        `follow`. Topics followed before and named again go on without a break.
        """
        held = self._following.get(socket)
        had_keys, had = (set(held.keys), set(held.topics)) if held else (set[str](), set[str]())
        wanted = set(keys)
        for topic in had - seen.keys():
            self._leave(socket, topic)
        for key in had_keys - wanted:
            self._discard(key, socket)
        joined = seen.keys() - had
        for topic in joined:
            self._join(socket, topic, *seen[topic])
        for key in wanted - had_keys:
            self._by_key.setdefault(key, set()).add(socket)
        self._following[socket] = _Following(tuple(wanted), tuple(seen))
        # Only now: what continues a topic must find the socket in its audience.
        for topic in joined:
            self._advance(topic, self._topics[topic])

    def unfollow(self, socket: Socket) -> None:
        """The socket hears nothing any more."""
        held = self._following.pop(socket, None)
        if held is None:
            return
        # What is on its way arrives before the snapshot that may follow, not after it.
        for topic in held.topics:
            self._fan.flush(topic)
        for key in held.keys:
            self._discard(key, socket)
        for topic in held.topics:
            self._leave(socket, topic)

    def hear(self, events: Sequence[Rendered]) -> None:
        """Events from the bus or the journal, in any order, as often as they like."""
        for event in events:
            for watcher in self._watchers.get(event.kind, ()):
                watcher(event)
            here = self._topics.get(event.topic)
            if here is None:
                continue
            if here.epoch not in ("", event.epoch):
                # The database was restored: only the journal knows how the topic goes on.
                self._on_gap(event.topic)
            elif here.cursor is None or event.seq > here.cursor:
                if len(here.waiting) < _STASH:
                    here.waiting[event.seq] = event
                self._advance(event.topic, here)

    def skip_to(
        self, topic: str, epoch: str, seq: int, tell: Callable[[], None] = lambda: None
    ) -> bool:
        """The journal cannot go on from the cursor: clients hear the head (`tell`) and reload.

        They are told before anything that follows. False when the topic is there already, or
        nobody follows it.
        """
        here = self._topics.get(topic)
        if here is None or here.cursor is None or (here.epoch == epoch and seq <= here.cursor):
            return False
        if here.epoch != epoch:
            # Numbers of another epoch say nothing; a silent socket stays silent.
            here.waiting.clear()
            here.recent.clear()
            here.late = {socket: seen for socket, seen in here.late.items() if seen == NEVER}
        here.epoch, here.cursor = epoch, seq
        here.waiting = {at: event for at, event in here.waiting.items() if at > seq}
        self._moved.add(topic)
        tell()
        self._let_in(topic, here, seq)
        self._advance(topic, here)
        return True

    def take_moved(self) -> Iterator[tuple[str, str, int]]:
        """Topics that moved since the last call, with epoch and head, for `heads`."""
        moved, self._moved = self._moved, set()
        for topic in moved:
            here = self._topics.get(topic)
            if here is not None and here.cursor is not None:
                yield topic, here.epoch, here.cursor

    def send(self, topic: str, frame: Frame) -> None:
        """Something without a seq (heads, typing) to everybody who hears the topic."""
        self._fan.post(topic, frame)
        here = self._topics.get(topic)
        for socket in () if here is None else tuple(here.late):
            socket.send(frame)

    def _get(self, topic: str) -> _TopicHere:
        here = self._topics.get(topic)
        if here is None:
            here = self._topics[topic] = _TopicHere()
            self._on_come(topic)
        return here

    def _join(self, socket: Socket, topic: str, epoch: str, seen: int) -> None:
        self._fan.flush(topic)
        here = self._get(topic)
        here.followers += 1
        if here.cursor is None and seen != NEVER:
            here.epoch, here.cursor = epoch, seen
            here.waiting = {at: event for at, event in here.waiting.items() if at > seen}
        elif seen != NEVER and epoch != here.epoch:
            self._on_gap(topic)
        if here.cursor is None or seen > here.cursor:
            here.late[socket] = seen
            return
        given = [frame for seq, frame in here.recent if seq > seen]
        if len(given) < here.cursor - seen:
            # A skip came between its snapshot and its turn: only the journal has what lies there.
            given = [heads_frame(topic, here.epoch, here.cursor)]
        for frame in given:
            socket.send(frame)

    def _leave(self, socket: Socket, topic: str) -> None:
        here = self._topics[topic]
        here.followers -= 1
        here.late.pop(socket, None)
        self._drop_if_idle(topic, here)

    def _drop_if_idle(self, topic: str, here: _TopicHere) -> None:
        if not here.followers and not here.expecting:
            del self._topics[topic]
            self._on_go(topic)

    def _discard(self, key: str, socket: Socket) -> None:
        sockets = self._by_key[key]
        sockets.discard(socket)
        if not sockets:
            del self._by_key[key]

    def _advance(self, topic: str, here: _TopicHere) -> None:
        """Post what continues the cursor; what lies beyond a hole waits for its neighbour."""
        if here.cursor is None:
            return
        while (event := here.waiting.pop(here.cursor + 1, None)) is not None:
            here.cursor, here.epoch = event.seq, event.epoch
            self._post(here, event)
        if here.waiting:
            self._on_gap(topic)

    def _post(self, here: _TopicHere, event: Rendered) -> None:
        metrics.EVENTS.labels(event.kind).inc()
        frame = event_frame(event.kind, event.body)
        self._moved.add(event.topic)
        if here.expecting:
            here.recent.append((event.seq, frame))
        self._fan.post(event.topic, frame, urgent=overtakes(event))
        self._let_in(event.topic, here, event.seq)

    def _let_in(self, topic: str, here: _TopicHere, seq: int) -> None:
        """Who read up to here from the journal is late no more: what was posted so far is not for
        them.
        """
        in_time = [socket for socket, seen in here.late.items() if seen <= seq]
        if in_time:
            self._fan.flush(topic)
            for socket in in_time:
                del here.late[socket]

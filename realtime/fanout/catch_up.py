"""What the bus lost, the journal has: gaps are filled, and heads are asked for.

A gap waits 50 ms for its neighbour, then the journal is read. Twice a second the node asks for the
heads of its regions that moved in the last five: another process may have written (the worker on
SQLite, any node while Redis is away). When the bus begins to listen, or listens again, it asks at
once. After a pause it asks for as much longer as it was away.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial

from realtime import metrics
from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.errors import Overloaded, StorageFailed
from realtime.fanout.bus import Bus
from realtime.fanout.local import Local, Position, heads_frame
from realtime.fanout.regions import Regions
from realtime.fanout.rendering import Rendered, Rendering
from realtime.journal import Head, heads, heads_of_regions, read_after, regions_of
from realtime.logs import log_for

GAP_WAIT_SECONDS = 0.05
AGAIN_SECONDS = 0.5
# With two reads behind it, who lost a room while the bus is away is out of it well within 2 s.
POLL_SECONDS = 0.5
MOVED_WITHIN_SECONDS = 5
HEADS_SECONDS = 20.0
_REGIONS_AT_ONCE = 200


class CatchUp:
    """Keeps the local delivery whole. `run` is a task of the app."""

    def __init__(self, db: Database, bus: Bus, rendering: Rendering, clock: Clock) -> None:
        self._db = db
        self._rendering = rendering
        self._clock = clock
        self._gaps: set[str] = set()
        self._gap = asyncio.Event()
        self._rung: set[str] = set()
        self._bell = asyncio.Event()
        self._bus = bus
        self._unplaced = asyncio.Event()
        self._regions = Regions(lambda region: bus.follow([region]), self._unplaced.set)
        self._polled = _Moment(clock)
        self._joined = asyncio.Event()
        self.local = Local(self._note_gap, self._regions.come, self._regions.go)
        bus.listen(self.local.hear, self.ring, self._joined.set)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._fill_gaps())
            tasks.create_task(self._answer_bell())
            tasks.create_task(self._place_rooms())
            tasks.create_task(self._poll_heads())
            tasks.create_task(self._tell_heads())

    def _note_gap(self, topic: str) -> None:
        self._gaps.add(topic)
        self._gap.set()

    def ring(self, reached: Mapping[str, int]) -> None:
        """Another node says that these topics moved: read those that would be news here."""
        for topic, seq in reached.items():
            position = self.local.position(topic)
            if position is not None and position.seq < seq:
                self._rung.add(topic)
        if self._rung:
            self._bell.set()

    async def _answer_bell(self) -> None:
        """What rings while one read is under way is read together by the next."""
        while True:
            await self._bell.wait()
            self._bell.clear()
            topics, self._rung = self._rung, set()
            await self._fill(topics, "bus")

    async def _fill_gaps(self) -> None:
        while True:
            await self._gap.wait()
            await asyncio.sleep(GAP_WAIT_SECONDS)
            self._gap.clear()
            topics, self._gaps = self._gaps, set()
            if not await self._fill(topics, "gap"):
                await asyncio.sleep(AGAIN_SECONDS)

    async def _place_rooms(self) -> None:
        """A group or thread is rung for as soon as it is followed here, not a second later."""
        while True:
            await self._unplaced.wait()
            self._unplaced.clear()
            try:
                await self._fill(await self._placed(), "heads")
            except (StorageFailed, Overloaded) as error:
                log_for("fanout").warning("rooms_unplaced", error=str(error))
            except Exception:
                log_for("fanout").exception("rooms_unplaceable")

    async def _placed(self) -> set[str]:
        """The topics that had no region until now: nobody listened for them."""
        unplaced = self._regions.unplaced
        if unplaced:
            self._regions.place(await self._db.read(regions_of, unplaced))
        return set(unplaced)

    async def _poll_heads(self) -> None:
        while True:
            await self._wait_for_poll()
            begun = _Moment(self._clock)
            try:
                behind = await self._behind(MOVED_WITHIN_SECONDS + self._polled.seconds_ago())
            except (StorageFailed, Overloaded) as error:
                log_for("fanout").warning("heads_unread", error=str(error))
                continue
            except Exception:
                log_for("fanout").exception("heads_unreadable")
                continue
            self._polled = begun
            await self._fill(behind, "heads")

    async def _wait_for_poll(self) -> None:
        """Or less: until the bus listens anew, and has joined what else it joins then."""
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):
                await self._joined.wait()
                await asyncio.sleep(GAP_WAIT_SECONDS)
        self._joined.clear()

    async def _behind(self, seconds: int) -> set[str]:
        """Topics that moved in the last `seconds` without being heard of here."""
        behind = await self._placed()
        regions = self._regions.all()
        self._bus.follow(regions)
        for start in range(0, len(regions), _REGIONS_AT_ONCE):
            some = regions[start : start + _REGIONS_AT_ONCE]
            found = await self._db.read(heads_of_regions, some, self._clock.now(), seconds)
            behind |= {head.topic for head in found if self._is_behind(head)}
        return behind

    def _is_behind(self, head: Head) -> bool:
        position = self.local.position(head.topic)
        return position is not None and (
            position.seq < head.seq or position.epoch not in ("", head.epoch)
        )

    async def _fill(self, topics: set[str], by: str) -> bool:
        """Read each topic from its position on and hear it; one too far behind skips ahead.

        False when the database is away: the topics are noted as gaps, to be tried again.
        """
        positions = {t: at for t in topics if (at := self.local.position(t)) is not None}
        if not positions:
            return True
        try:
            events, jumps = await self._db.read(self._read_after, positions)
        except (StorageFailed, Overloaded) as error:
            log_for("fanout").warning("gap_unfilled", error=str(error))
            for topic in topics:
                self._note_gap(topic)
            return False
        except Exception:
            # A fault in one event's words must not end the node; its readers are told to `sync`.
            log_for("fanout").exception("gap_unreadable", topics=sorted(positions)[:20])
            return True
        metrics.GAPS.labels(by).inc(len(events))
        self.local.hear(events)
        for head in jumps:
            self.local.skip_to(head.topic, head.epoch, head.seq, partial(self._tell, head))
        return True

    def _read_after(
        self, tx: Tx, positions: Mapping[str, Position]
    ) -> tuple[list[Rendered], list[Head]]:
        tops = heads(tx, list(positions))
        # A topic nobody had written to when it was first followed has no epoch of its own yet.
        asked = {t: (at.epoch or tops[t].epoch, at.seq) for t, at in positions.items()}
        replay = read_after(tx, asked, tops)
        rendered = self._rendering.render(tx, replay.events, self._clock.now())
        return rendered, [tops[topic] for topic in replay.reload]

    async def _tell_heads(self) -> None:
        while True:
            await asyncio.sleep(HEADS_SECONDS)
            for head in self.local.take_moved():
                self._tell(Head(*head))

    def _tell(self, head: Head) -> None:
        self.local.send(head.topic, heads_frame(*head))


class _Moment:
    """A moment by two clocks: one stands still while the machine sleeps, the other is set."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._steady = time.monotonic()
        self._wall: datetime = clock.now()

    def seconds_ago(self) -> int:
        """Whole seconds, rounded up; whichever clock says more."""
        by_wall = (self._clock.now() - self._wall).total_seconds()
        return math.ceil(max(time.monotonic() - self._steady, by_wall, 0.0))

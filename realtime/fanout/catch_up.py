"""What the bus lost, the journal has: gaps are filled, and heads are asked for each second.

A gap waits 50 ms for its neighbour, then the journal is read. Each second the node asks for the
heads of its regions that moved in the last five: another process may have written (the worker on
SQLite, any node while Redis is away).
"""

from __future__ import annotations

import asyncio

import orjson

from realtime import metrics
from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.engine import event_frame
from realtime.errors import StorageFailed
from realtime.fanout.bus import Bus
from realtime.fanout.local import Local
from realtime.fanout.rendering import Rendered, Rendering
from realtime.journal import Head, heads, heads_of_regions, read_after, region_of
from realtime.logs import log_for

GAP_WAIT_SECONDS = 0.05
POLL_SECONDS = 1.0
MOVED_WITHIN_SECONDS = 5
HEADS_SECONDS = 20.0


class CatchUp:
    """Keeps the local delivery whole. `run` is a task of the app."""

    def __init__(self, db: Database, bus: Bus, rendering: Rendering, clock: Clock) -> None:
        self._db = db
        self._bus = bus
        self._rendering = rendering
        self._clock = clock
        self._gaps: set[str] = set()
        self._gap = asyncio.Event()
        self._rung: set[str] = set()
        self._bell = asyncio.Event()
        self.local = Local(self._note_gap)
        bus.listen(self.local.hear, self.ring)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._fill_gaps())
            tasks.create_task(self._answer_bell())
            tasks.create_task(self._poll_heads())
            tasks.create_task(self._tell_heads())

    def _note_gap(self, topic: str) -> None:
        self._gaps.add(topic)
        self._gap.set()

    def ring(self, reached: dict[str, int]) -> None:
        """Another node says that these topics moved: read those that would be news here."""
        for topic, seq in reached.items():
            cursor = self.local.cursor(topic)
            if cursor is not None and cursor < seq:
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
            await self._fill(topics, "gap")

    async def _poll_heads(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            regions = sorted({region_of(topic) or "" for topic in self.local.topics()} - {""})
            self._bus.follow(regions)
            behind: set[str] = set()
            for start in range(0, len(regions), 200):
                found = await self._moved(regions[start : start + 200])
                behind |= {head.topic for head in found if self._is_behind(head)}
            await self._fill(behind, "heads")

    async def _moved(self, regions: list[str]) -> list[Head]:
        try:
            return await self._db.read(
                heads_of_regions, regions, self._clock.now(), MOVED_WITHIN_SECONDS
            )
        except StorageFailed as error:
            log_for("fanout").warning("heads_unread", error=str(error))
            return []

    def _is_behind(self, head: Head) -> bool:
        cursor = self.local.cursor(head.topic)
        return cursor is not None and cursor < head.seq

    async def _fill(self, topics: set[str], by: str) -> None:
        """Read each topic from its cursor on and hear it; one too far behind skips ahead."""
        cursors = {topic: seq for topic in topics if (seq := self.local.cursor(topic)) is not None}
        if not cursors:
            return
        try:
            events, jumps = await self._db.read(self._read_after, cursors)
        except StorageFailed as error:
            log_for("fanout").warning("gap_unfilled", error=str(error))
            self._gaps |= topics
            self._gap.set()
            return
        metrics.GAPS.labels(by).inc(len(events))
        self.local.hear(events)
        for head in jumps:
            self.local.skip_to(head.topic, head.epoch, head.seq)

    def _read_after(self, tx: Tx, cursors: dict[str, int]) -> tuple[list[Rendered], list[Head]]:
        tops = heads(tx, list(cursors))
        positions = {topic: (tops[topic].epoch, seq) for topic, seq in cursors.items()}
        replay = read_after(tx, positions, tops)
        rendered = self._rendering.render(tx, replay.events, self._clock.now())
        return rendered, [tops[topic] for topic in replay.reload]

    async def _tell_heads(self) -> None:
        while True:
            await asyncio.sleep(HEADS_SECONDS)
            for topic, epoch, seq in self.local.take_moved():
                body = orjson.dumps({topic: [epoch, seq]})
                self.local.send(topic, event_frame("heads", body))

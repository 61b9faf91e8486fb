"""A member's device in the campaign: it writes, reads, loses its line and comes back elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from typing import Any

import socketio

from tests.faults.campaign.history import (
    FAMILIES,
    Applied,
    Changes,
    History,
    Joined,
    Reloaded,
    Sent,
    print_of,
)
from tests.support.clients import Client, CommandRefused, Json, new_key

ACK_PATIENCE = 3.0
LONGEST_WAIT_SECONDS = 2.0
# Of what is said: in groups and threads instead of the street; given other words, or taken back.
ELSEWHERE = 0.12
CHANGED = 0.08
_LOST = (
    socketio.exceptions.SocketIOError,
    CommandRefused,
    AssertionError,
    OSError,
    RuntimeError,
    AttributeError,
    TypeError,
    ValueError,
)


class Device(Client):
    """One device. `origins` are the near ends of the cables to the nodes."""

    def __init__(
        self, number: int, token: str, origins: list[str], history: History, transport: str
    ) -> None:
        super().__init__(random.choice(origins), token, transports=[transport])
        self.number = number
        self.topic = ""
        # Its groups and threads.
        self.rooms: list[str] = []
        self.is_over = False
        # Set before its writers are cancelled: the client library swallows a cancellation now and
        # then, and what is still written while the log is read would look lost.
        self.has_written = False
        self._origins = origins
        self._history = history
        self._count = 0
        self._is_syncing = False
        self._is_told = False
        self._ahead: Json = {}
        self._silence = asyncio.Event()
        self._asked: set[asyncio.Future[Json]] = set()
        self.live = asyncio.Event()

    # ---- The line

    async def keep_connected(self) -> None:
        """For as long as this task lives: connect, catch up, and again when the line breaks."""
        attempt = 0
        while not self.is_over:
            self._silence.clear()
            self._is_told = False
            try:
                await asyncio.wait_for(self.connect(), 8)
            except _LOST:
                await self.hang_up()
                await asyncio.sleep(random.random() * min(LONGEST_WAIT_SECONDS, 0.25 * 2**attempt))
                attempt += 1
                self.origin = random.choice(self._origins)
                continue
            attempt = 0
            self.live.set()
            await self._until_lost()
            self.live.clear()
            self._forget_asked()
            await self.hang_up()
            self.origin = random.choice(self._origins)

    async def _until_lost(self) -> None:
        """Silence where an ack was due counts as a lost line, and so does the end of the library's
        reading: a body torn in its middle ends that without a word."""
        waits = [asyncio.create_task(e.wait()) for e in (self.disconnected, self._silence)]
        reading: asyncio.Task[None] = self._sio.eio.read_loop_task
        try:
            await asyncio.wait([*waits, reading], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def hang_up(self) -> None:
        """Let go of a line that may be dead: nothing is waited for."""
        if self._sio is None:
            return
        for name in list(self._sio.handlers.get("/", {})):
            del self._sio.handlers["/"][name]
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self._sio.eio.disconnect(abort=True), 0.5)
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self._close_session(), 0.5)

    def describe(self) -> str:
        """For whoever looks into a failure."""
        eio = None if self._sio is None else self._sio.eio
        connected = None if eio is None else (self._sio.connected, eio.state, eio.read_loop_task)
        return (
            f"device {self.number} {self.transports} at {self.positions.get(self.topic)} live "
            f"{self.live.is_set()} syncing {self._is_syncing} told {self._is_told} "
            f"line {connected} lost {self.disconnected.is_set()} silence {self._silence.is_set()} "
            f"held {sorted(self._held.get(self.topic, ()))[:5]}"
        )

    def come_back(self) -> None:
        """Lose the line: what was gained meanwhile is told by `sync`."""
        self._silence.set()

    def end(self) -> None:
        """Hang up for good."""
        self.is_over = True
        self._silence.set()

    # ---- Writing

    async def write(self, pause: float, lanes: int, alert: Json) -> None:
        """An alert, and a conversation of its own; message after message, `lanes` at a time."""
        await self.say("area", "alert.raise", **alert)
        opening = await self.say(self.topic, to="street")
        if opening is None:
            return

        async def lane() -> None:
            while not self._is_done:
                if self.rooms and random.random() < ELSEWHERE:
                    room = random.choice(self.rooms)
                    said = await self.say(room, to=room)
                else:
                    said = await self.say(self.topic, reply_to=opening["id"])
                if said is not None and random.random() < CHANGED:
                    await self.change(said)
                await asyncio.sleep(pause * (0.5 + random.random()))

        async with asyncio.TaskGroup() as group:
            for _ in range(lanes):
                group.create_task(lane())

    async def say(self, topic: str, command: str = "message.post", **asked: Any) -> Json | None:
        """A message or an alert, tried with its key until it is acked; None when this member is
        out of the room, or the campaign over."""
        cid = new_key()
        words = "title" if command == "alert.raise" else "text"
        asked |= {"key": cid, words: f"{cid} {'x' * random.randrange(50)}".strip()}
        self._count += 1
        number, sent_at = self._count, 0.0
        tries = 0
        while not self._is_done and self._is_in(topic):
            await self.live.wait()
            tries += 1
            tried_at = time.monotonic()
            if not sent_at:
                sent_at = tried_at
                self._history.sent[cid] = Sent(cid, self.number, topic, number, sent_at)
            second = int(tried_at)
            self._history.attempts[second] = self._history.attempts.get(second, 0) + 1
            ack = await self._try(command, asked)
            if ack is not None:
                thing: Json = ack["message"] if "message" in ack else ack["alert"]
                self._history.ack(cid, thing.get("seq", 0), tries, tried_at)
                return thing
        return None

    async def change(self, message: Json) -> None:
        """Other words for what this member said, and half of those are taken back then."""
        cid = message["text"].partition(" ")[0]
        changes = Changes(cid, [message["text"]])
        self._history.changes[message["id"]] = changes
        changes.tried.append(f"{cid} {'y' * random.randrange(50)}y")
        edited = {"id": message["id"], "text": changes.tried[-1]}
        if await self.insist("message.edit", edited, message["topic"]):
            changes.kept = 1
            if random.random() < 0.5:
                changes.tried.append("")
                if await self.insist("message.delete", {"id": message["id"]}, message["topic"]):
                    changes.kept = 2

    async def insist(
        self, command: str, asked: Json, topic: str = "", *, over: str = ""
    ) -> Json | None:
        """What may be asked twice, until it is acked; None as for `say`.

        `over` is the refusal of who asks again for what was done.
        """
        while not self._is_done and self._is_in(topic):
            await self.live.wait()
            ack = await self._try(command, asked, over=over)
            if ack is not None:
                return ack
        return None

    async def _try(self, command: str, asked: Json, *, over: str = "") -> Json | None:
        """The ack of what was done; None after a pause when it was not, or nobody knows."""
        try:
            ack = await self._ask(command, asked)
        except (TimeoutError, *_LOST):
            self._silence.set()
            await asyncio.sleep(0.05)
            return None
        if ack.get("ok") or ack.get("code") == over:
            return ack
        await asyncio.sleep(0.2)
        return None

    def _is_in(self, topic: str) -> bool:
        return topic in self.rooms or topic.partition(":")[0] not in ("group", "direct")

    @property
    def _is_done(self) -> bool:
        return self.is_over or self.has_written

    async def _ask(self, command: str, asked: Json) -> Json:
        """The ack; OSError as soon as the line is lost."""
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._asked.add(answer)
        answer.add_done_callback(self._asked.discard)

        def take(ack: Json) -> None:
            if not answer.done():
                answer.set_result(ack)

        try:
            async with asyncio.timeout(ACK_PATIENCE):
                await self._sio.emit(command, asked, callback=take)
                ack = await answer
        finally:
            answer.cancel()
        if not ack:
            raise ConnectionError("the line is lost")
        return ack

    def _forget_asked(self) -> None:
        """What was asked over a line that is lost is not answered any more."""
        for answer in list(self._asked):
            if not answer.done():
                answer.set_result({})

    def stop_reading(self) -> asyncio.Transport | None:
        """Take nothing from the line any more; it has to be told to go on. None when polling."""
        eio = None if self._sio is None else self._sio.eio
        if eio is None or eio.ws is None or not self.live.is_set():
            return None
        with contextlib.suppress(*_LOST):
            transport: asyncio.Transport = eio.ws._response.connection.transport
            transport.pause_reading()
            return transport
        return None

    # ---- Reading

    async def sync(self) -> Json:
        self._is_syncing = True
        self._ahead.clear()
        try:
            ack = await super().sync()
        finally:
            self._is_syncing = False
        self._heed(self._ahead)
        return ack

    def _on_event(self, kind: str, *arguments: Any) -> None:
        if kind == "heads" and self._is_syncing:
            self._ahead |= arguments[0]  # whether it is news the answer will tell
        elif kind == "heads":
            self._heed(arguments[0])
        gaps = self.gaps
        super()._on_event(kind, *arguments)
        self._show_new()
        if self._is_syncing:
            self.gaps = gaps  # it came right behind the answer that is about to be read
        elif self.gaps > gaps:
            if self._is_one_line and not self._is_told:
                self._history.holes.append(f"device {self.number} was given {arguments[0]['seq']}")
            self._silence.set()  # the safety net: come back and `sync`

    def _heed(self, heads: Json) -> None:
        """Where the node says that a topic has gone on without us: come back and `sync`."""
        if any(
            topic in self.positions and seq > self.positions[topic][1]
            for topic, (_, seq) in heads.items()
        ):
            self._is_told = True
            self._silence.set()

    @property
    def _is_one_line(self) -> bool:
        """A poll whose answer is lost is asked again below us: what it brought is missing then."""
        return self.transports == ["websocket"]

    def _apply(self, event: Json) -> None:
        repeats = self.repeats
        super()._apply(event)
        if self.repeats > repeats and self._is_one_line and not self._is_told:
            self._history.repeats.append(f"device {self.number} was given {event['seq']}")

    def _note(self, event: Json) -> None:
        """Nobody waits for events here, and a million of them is too much to keep."""

    def _take_sync(self, ack: Json) -> None:
        known = set(self.positions)
        super()._take_sync(ack)
        for topic, state in self.topics.items():
            begins = Reloaded if topic in ack["reload"] else Joined
            if topic.startswith(FAMILIES) and (begins is Reloaded or topic not in known):
                self._history.applied.append(begins(self.number, topic, state["head"]))
        self._show_new()

    def _show_new(self) -> None:
        """Note what the log gained. Every room's: one that is not ours must stay empty."""
        for topic in [topic for topic in self.log if topic.startswith(FAMILIES)]:
            for event in self.log[topic]:
                now = time.monotonic()
                one = Applied(self.number, topic, event["seq"], print_of(event), now)
                self._history.applied.append(one)
            self.log[topic].clear()

"""A member's device in the campaign: it writes, reads, loses its line and comes back elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from typing import Any

import socketio

from tests.faults.campaign.history import Applied, History, Reloaded, Sent, fingerprint
from tests.support.clients import Client, CommandRefused, Json, new_key

ACK_PATIENCE = 3.0
LONGEST_WAIT_SECONDS = 2.0
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
                await self._hang_up()
                await asyncio.sleep(random.random() * min(LONGEST_WAIT_SECONDS, 0.25 * 2**attempt))
                attempt += 1
                self.origin = random.choice(self._origins)
                continue
            attempt = 0
            self.live.set()
            await self._until_lost()
            self.live.clear()
            self._forget_asked()
            await self._hang_up()
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

    async def _hang_up(self) -> None:
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

    def end(self) -> None:
        """Hang up for good."""
        self.is_over = True
        self._silence.set()

    # ---- Writing

    async def write(self, pause: float, lanes: int) -> None:
        """A conversation of its own; message after message, `lanes` at a time."""
        opening = await self.say(None)
        if opening is None:
            return

        async def lane() -> None:
            while not self._is_done:
                await self.say(opening["id"])
                await asyncio.sleep(pause * (0.5 + random.random()))

        async with asyncio.TaskGroup() as group:
            for _ in range(lanes):
                group.create_task(lane())

    async def say(self, conversation: str | None) -> Json | None:
        """One message, tried with its key until it is acked; None when this member is out."""
        cid = new_key()
        text = f"{cid} {'x' * random.randrange(200)}".strip()
        asked = {"key": cid, "text": text}
        asked |= {"to": "street"} if conversation is None else {"reply_to": conversation}
        tries = 0
        while not self._is_done:
            await self.live.wait()
            tries += 1
            tried_at = time.monotonic()
            if tries == 1:
                self._count += 1
                sent = Sent(cid, self.number, self.topic, self._count, tried_at)
                self._history.sent[cid] = sent
            second = int(tried_at)
            self._history.attempts[second] = self._history.attempts.get(second, 0) + 1
            try:
                ack = await self._post(asked)
            except (TimeoutError, *_LOST):
                self._silence.set()
                await asyncio.sleep(0.05)
                continue
            if ack.get("ok"):
                message: Json = ack["message"]
                self._history.ack(cid, message["seq"], tries, tried_at)
                return message
            await asyncio.sleep(0.2)
        return None

    @property
    def _is_done(self) -> bool:
        return self.is_over or self.has_written

    async def _post(self, asked: Json) -> Json:
        """The ack; OSError as soon as the line is lost."""
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._asked.add(answer)
        answer.add_done_callback(self._asked.discard)

        def take(ack: Json) -> None:
            if not answer.done():
                answer.set_result(ack)

        try:
            async with asyncio.timeout(ACK_PATIENCE):
                await self._sio.emit("message.post", asked, callback=take)
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
        super()._take_sync(ack)
        if self.topic in ack["reload"]:
            head = self.topics[self.topic]["head"]
            self._history.applied.append(Reloaded(self.number, self.topic, head))
        self._show_new()

    def _show_new(self) -> None:
        """Note what the log gained. Every street's: one that is not ours must stay empty."""
        for topic in [topic for topic in self.log if topic.startswith("street:")]:
            for event in self.log[topic]:
                words = fingerprint(event["message"]["text"])
                one = Applied(self.number, topic, event["seq"], words, time.monotonic())
                self._history.applied.append(one)
            self.log[topic].clear()

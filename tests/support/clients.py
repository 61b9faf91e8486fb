"""A member's app, as far as the wire goes: commands, events, and the safety net of the contract."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import aiohttp
import socketio

from realtime.ids import new_ulid

Json = dict[str, Any]
# Long enough for a busy machine; a test that waits this long has failed.
PATIENCE = 10.0
_EPHEMERAL = {"heads", "moving", "typing", "presence.changed"}


class CommandRefused(AssertionError):
    """The server answered a command with a refusal the test did not expect."""

    def __init__(self, name: str, ack: Json) -> None:
        super().__init__(f"{name}: {ack}")
        self.ack = ack


class Client:
    """One device of one member.

    `log` holds, per topic, every numbered event once and in order: what the device shows. It is
    kept by the contract's rule (seq ≤ last: drop; = last + 1: apply; beyond: hold and `sync`);
    how often the rule was needed is counted in `repeats` and `gaps`.
    """

    def __init__(self, origin: str, token: str, *, transports: Sequence[str] = ()) -> None:
        self.origin = origin
        self.token = token
        self.transports = list(transports) or ["websocket"]
        self.me: Json = {}
        self.topics: dict[str, Json] = {}
        self.events: list[Json] = []
        self.log: dict[str, list[Json]] = defaultdict(list)
        self.positions: dict[str, tuple[str, int]] = {}
        self.reloaded: list[str] = []
        self.repeats = 0
        self.gaps = 0
        self.disconnected = asyncio.Event()
        self._held: dict[str, dict[int, Json]] = defaultdict(dict)
        self._heard = asyncio.Condition()
        self._notes: set[asyncio.Task[None]] = set()
        self._sio: Any = None
        self._sessions: list[aiohttp.ClientSession] = []

    # ---- The connection

    async def connect(self, *, sync: bool = True) -> Client:
        """Connect (again); `sync` from the positions held."""
        if self._sio is not None:
            await self._close_session()
        self.disconnected = asyncio.Event()
        self._sio = socketio.AsyncClient(
            reconnection=False, handle_sigint=False, http_session=self._open_session
        )
        self._sio.on("*", self._on_event)
        self._sio.on("disconnect", self._on_disconnect)
        try:
            await self._sio.connect(
                self.origin,
                auth={"token": self.token},
                transports=self.transports,
                wait_timeout=PATIENCE,
            )
        except BaseException:
            await self._close_session()
            raise
        if sync:
            await self.sync()
        return self

    async def close(self) -> None:
        """Say goodbye."""
        if self._sio is not None:
            await self._sio.disconnect()
            await self._close_session()

    async def drop(self) -> None:
        """Lose the connection as in a lift: no goodbye."""
        eio = self._sio.eio
        if eio.ws is not None:
            with contextlib.suppress(Exception):
                eio.ws._response.connection.transport.abort()
        await asyncio.wait_for(self.disconnected.wait(), PATIENCE)
        await self._close_session()

    def _open_session(self) -> aiohttp.ClientSession:
        """Known to us: the library forgets one when its request is cut off."""
        self._sessions.append(aiohttp.ClientSession())
        return self._sessions[-1]

    async def _close_session(self) -> None:
        eio = self._sio.eio
        # First its loops: one that still polls would open another session in its place.
        loops = [loop for loop in (eio.read_loop_task, eio.write_loop_task) if loop is not None]
        for loop in loops:
            loop.cancel()
        if loops:
            await asyncio.wait(loops, timeout=PATIENCE)
        for session in self._sessions:
            await session.close()
        self._sessions.clear()

    async def __aenter__(self) -> Client:
        return await self.connect()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # ---- Commands

    async def command(self, name: str, payload: object = None, *, within: float = PATIENCE) -> Json:
        """The ack, done or refused. Raises TimeoutError when there is none."""
        try:
            ack = await self._sio.call(name, {} if payload is None else payload, timeout=within)
        except socketio.exceptions.TimeoutError as error:
            raise TimeoutError(f"no ack of {name} within {within} s") from error
        assert isinstance(ack, dict), f"{name} answered {ack!r}"
        return ack

    async def tell(self, name: str, payload: object) -> None:
        """A command whose ack nobody waits for."""
        await self._sio.emit(name, payload)

    async def ask(self, name: str, /, **payload: Any) -> Json:
        """The ack of a command that must be done."""
        ack = await self.command(name, payload)
        if ack.get("ok") is not True:
            raise CommandRefused(name, ack)
        return ack

    async def refused(self, name: str, /, **payload: Any) -> str:
        """The code of a command that must be refused."""
        ack = await self.command(name, payload)
        assert ack.get("ok") is False, f"{name} was not refused: {ack}"
        return str(ack["code"])

    async def post(self, to: str, text: str, **more: Any) -> Json:
        """Open a conversation in `to`, or write in a flat chat; the message."""
        ack = await self.ask("message.post", key=new_key(), to=to, text=text, **more)
        message: Json = ack["message"]
        return message

    async def reply(self, conversation: str, text: str) -> Json:
        ack = await self.ask("message.post", key=new_key(), reply_to=conversation, text=text)
        message: Json = ack["message"]
        return message

    async def sync(self) -> Json:
        """Catch up from the positions held; the last ack. A `reload` topic starts its log anew."""
        while True:
            ack = await self.ask("sync", positions={t: list(p) for t, p in self.positions.items()})
            self._take_sync(ack)
            if not ack["more"]:
                return ack

    def _take_sync(self, ack: Json) -> None:
        self.me = ack["me"]
        self.topics = {state["topic"]: state for state in ack["topics"]}
        for topic in ack["reload"]:
            self.reloaded.append(topic)
            self.log.pop(topic, None)
            self.positions.pop(topic, None)
            # What came right behind this answer goes on from it.
            epoch = self.topics[topic]["epoch"]
            held = self._held.pop(topic, {})
            self._held[topic] = {seq: one for seq, one in held.items() if one["epoch"] == epoch}
        for event in ack["events"]:
            self._apply(event)
        for topic, state in self.topics.items():
            self.positions.setdefault(topic, (state["epoch"], state["head"]))
            self._release(topic)

    # ---- Events

    async def wait_for(self, kind: str, *, within: float = PATIENCE, **match: Any) -> Json:
        """The first event of the kind, past or to come, whose fields (or its object's) match."""

        def find() -> Json | None:
            return next((e for e in self.events if e["kind"] == kind and _matches(e, match)), None)

        await self.wait_until(lambda: find() is not None, f"{kind} {match}", within=within)
        found = find()
        assert found is not None
        return found

    async def wait_until(
        self, happened: Callable[[], bool], what: str, *, within: float = PATIENCE
    ) -> None:
        """Until `happened()`, asked again after each event; fails, naming `what`, otherwise."""
        try:
            async with asyncio.timeout(within), self._heard:
                await self._heard.wait_for(happened)
        except TimeoutError:
            heard = [e["kind"] for e in self.events][-20:]
            raise AssertionError(f"not within {within} s: {what}; last heard {heard}") from None

    def heard(self, kind: str, **match: Any) -> list[Json]:
        """Events of the kind so far, as they came: repeats included."""
        return [e for e in self.events if e["kind"] == kind and _matches(e, match)]

    def texts(self, topic: str) -> list[str]:
        """The words in a topic's log, in seq order."""
        return [e["message"]["text"] for e in self.log[topic] if e["kind"] == "message.posted"]

    def assert_no_gap(self) -> None:
        """Every topic's log counts up by one, and nothing is still held back."""
        for topic, events in self.log.items():
            seqs = [event["seq"] for event in events]
            expected = list(range(seqs[0], seqs[0] + len(seqs))) if seqs else []
            assert seqs == expected, f"{topic}: {seqs}"
        held = {topic: sorted(events) for topic, events in self._held.items() if events}
        assert not held, f"held back, waiting for what is missing: {held}"

    def _on_event(self, kind: str, *arguments: Any) -> None:
        event: Json = arguments[0] if arguments and isinstance(arguments[0], dict) else {}
        if kind in _EPHEMERAL:
            self._note({"kind": kind, "body": event})
            return
        assert event.get("kind") == kind, f"{kind} carries {event!r}"
        if event["topic"] in self.positions:
            self._apply(event)
        else:
            # Live before the answer to `sync` was read: held until its head is known.
            self._held[event["topic"]][event["seq"]] = event
        self._note(event)

    def _note(self, event: Json) -> None:
        self.events.append(event)
        task = asyncio.ensure_future(self._tell())
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    async def _tell(self) -> None:
        async with self._heard:
            self._heard.notify_all()

    def _on_disconnect(self, *_: object) -> None:
        self.disconnected.set()

    def _apply(self, event: Json) -> None:
        topic, seq = event["topic"], event["seq"]
        epoch, last = self.positions.get(topic, (event["epoch"], seq - 1))
        if epoch != event["epoch"] or seq > last + 1:
            self.gaps += 1
            self._held[topic][seq] = event
        elif seq <= last:
            self.repeats += 1
        else:
            self.log[topic].append(event)
            self.positions[topic] = (epoch, seq)
            self._release(topic)

    def _release(self, topic: str) -> None:
        """Apply what was held and has become the next."""
        held = self._held.get(topic)
        if not held:
            return
        epoch, last = self.positions[topic]
        for seq in [seq for seq in held if seq <= last]:
            del held[seq]
        while (event := held.pop(self.positions[topic][1] + 1, None)) is not None:
            self.log[topic].append(event)
            self.positions[topic] = (epoch, event["seq"])


def new_key() -> str:
    """An idempotency key."""
    return new_ulid(datetime.now(UTC))


def _matches(event: Json, wanted: Json) -> bool:
    keys = ("message", "alert", "group", "me")
    inner: Json = next((event[k] for k in keys if isinstance(event.get(k), dict)), {})
    return all(event.get(k, inner.get(k)) == value for k, value in wanted.items())

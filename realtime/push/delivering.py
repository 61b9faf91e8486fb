"""Sends one batch: what may still ring is looked up again, encrypted, posted, and noted.

A job may come twice; a device that has its answer for this run is passed over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from realtime.clock import Clock
from realtime.db import Database, Tx
from realtime.errors import Refused
from realtime.keyring import Keyring, Unreadable
from realtime.logs import log_for
from realtime.push import store
from realtime.push.breaker import Breaker
from realtime.push.deliveries import store as deliveries
from realtime.push.encoding import encrypted
from realtime.push.endpoints import Allowed
from realtime.push.keys import Key, KeyRing
from realtime.push.model import PAGE_SHOWED, Run, Target
from realtime.push.outcomes import Answer, Outcome, gives_up_at, outcome_of
from realtime.push.payload import Content, Payload, headers_for
from realtime.push.results import Results, write_results
from realtime.push.runs.store import find_run
from realtime.push.sealing import opened, receipt_token
from realtime.push.sender import Sender
from realtime.push.store import Ringing

# A batch writes what it has after so many answers.
PIECE = 50
_FULL = timedelta(seconds=1)
# So young a decision is not asked about again.
_SURE_FOR = timedelta(minutes=1)
About = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run says now, and how urgently; absent where it must not ring any more."""

    content: Content
    urgency: str
    gives_up_early: bool = False


ContentOf = Callable[[Tx, Run, About, datetime], Wanted | None]
# Of accounts that a run was decided for, those whose business it is at this moment.
StillFor = Callable[[Tx, Run, Collection[str], datetime], set[str]]


@dataclass(slots=True)
class _Batch:
    run: Run
    wanted: Wanted
    targets: list[Ringing]
    payloads: dict[str, Payload]
    results: Results
    about: dict[str, Any]
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverer:
    """One per worker."""

    db: Database
    clock: Clock
    keyring: Keyring
    keys: KeyRing
    allowed: Allowed
    sender: Sender
    breaker: Breaker
    origin: str
    content_of: ContentOf
    still_for: StillFor

    async def deliver(self, about: About) -> None:
        """One batch: `{run, ids, tries}`."""
        batch = await self.db.read(self._load, about)
        if batch is None:
            return
        try:
            async with asyncio.TaskGroup() as tasks:
                for target in batch.targets:
                    tasks.create_task(self._send(batch, target))
        finally:
            # Out of time too: who has an answer is not asked again.
            await self._write(batch)

    def _load(self, tx: Tx, about: About) -> _Batch | None:
        """What is still wanted of a batch, at this moment."""
        now = self.clock.now()
        run = find_run(tx, str(about["run"]))
        if run is None or now >= run.expires_at:
            return None
        wanted = self.content_of(tx, run, about, now)
        if wanted is None:
            return None
        ids = [str(one) for one in about["ids"]]
        answered = deliveries.list_delivered(tx, run.id, ids)
        found = {one.id: one for one in store.list_targets(tx, ids) if one.id not in answered}
        if now - run.queued_at > _SURE_FOR:
            still = self.still_for(tx, run, {one.account for one in found.values()}, now)
            found = {one.id: one for one in found.values() if one.account in still}
        seen = deliveries.list_seen(tx, run.subject, [one.device for one in found.values()])
        results = Results(run)
        targets = []
        for one in (found[own_id] for own_id in ids if own_id in found):
            if (one.device, one.account) in seen:
                results.note(one.id, "expired", PAGE_SHOWED, vendor_of(one.origin))
            else:
                targets.append(one)
        tries = int(about.get("tries", 0)) + 1
        return _Batch(run, wanted, targets, {}, results, dict(about) | {"tries": tries}, tries)

    async def _send(self, batch: _Batch, one: Ringing) -> None:
        if not await self._room(batch, one):
            return
        try:
            outcome = await self._exchange(batch, one)
        finally:
            self.breaker.end(one.origin)
        self._note(batch, one, outcome)
        if len(batch.results.made) >= PIECE:
            await self._write(batch)

    async def _room(self, batch: _Batch, one: Ringing) -> bool:
        """Wait for a place at its push service; False when that is blocked, and it waits."""
        while True:
            blocked = self.breaker.blocked_for(one.origin, self.clock.now())
            if blocked is not None:
                self._postpone(batch, one, blocked, "blocked")
                return False
            if self.breaker.has_room(one.origin):
                self.breaker.begin(one.origin)
                return True
            free = asyncio.Event()
            wake = free.set
            self.breaker.when_room(one.origin, wake)
            try:
                await free.wait()
            except asyncio.CancelledError:
                self.breaker.give_up(one.origin, wake)
                raise

    async def _exchange(self, batch: _Batch, one: Ringing) -> Outcome:
        """Once, and once more in each way that an answer asks for."""
        tried: set[str] = set()
        key = self.keys.find(one.key) or self.keys.current
        while True:
            answer = await self._post(batch, one, key, tried)
            outcome = outcome_of(answer, batch.tries, self.clock.now())
            if outcome.meaning != "anew":
                if outcome.meaning == "accepted" and key.id != one.key:
                    batch.results.keys[one.id] = key.id
                return outcome
            other = self._other_key(key)
            if outcome.how in tried or (outcome.how == "other_key" and other is None):
                return Outcome("gone" if outcome.how == "other_key" else "failed", outcome.reason)
            tried.add(outcome.how)
            if outcome.how == "other_key" and other is not None:
                key = other

    def _other_key(self, used: Key) -> Key | None:
        return next((key for key in self.keys.keys if key.id != used.id), None)

    async def _post(self, batch: _Batch, one: Ringing, key: Key, tried: set[str]) -> Answer:
        now = self.clock.now()
        try:
            target = opened(self.keyring, one.id, one.sealed)
            # The second gate: an endpoint kept by an older version, or a setting that changed.
            self.allowed.origin_of(target.endpoint)
        except (Unreadable, Refused):
            return Answer(404)
        body = encrypted(target, self._plain(batch, one, small="small" in tried))
        headers = headers_for(
            one.origin,
            self.keys.header(one.origin, key, now),
            batch.wanted.content.tag,
            batch.wanted.urgency,
            batch.run.expires_at,
            now,
        )
        if "no_topic" in tried:
            del headers["Topic"]
        return await self.sender.post(target.endpoint, body, headers)

    def _plain(self, batch: _Batch, one: Ringing, *, small: bool) -> bytes:
        payload = batch.payloads.get(one.language)
        if payload is None:
            payload = Payload(batch.wanted.content, one.language, self.origin, batch.run.id)
            batch.payloads[one.language] = payload
        return payload.bytes_for(receipt_token(self.keyring, batch.run.id, one.id), small=small)

    def _note(self, batch: _Batch, one: Ringing, outcome: Outcome) -> None:
        vendor = vendor_of(one.origin)
        if outcome.meaning == "accepted":
            now = self.clock.now()
            self.breaker.succeeded(one.origin, now)
            batch.results.accept(one.id, vendor, now)
        elif outcome.meaning == "gone" or outcome.meaning == "failed":
            batch.results.note(one.id, outcome.meaning, outcome.reason, vendor)
        else:
            if outcome.meaning in ("blocked", "refused"):
                self._block(batch, one.origin, outcome)
            self._postpone(batch, one, outcome.wait, outcome.reason)

    def _block(self, batch: _Batch, origin: str, outcome: Outcome) -> None:
        is_refused = outcome.meaning == "refused"
        close = self.breaker.block if is_refused else self.breaker.throttle
        if not close(origin, self.clock.now() + outcome.wait):
            return
        if is_refused:
            batch.results.refusing.append(origin)
        level = "error" if is_refused else "warning"
        seconds = round(outcome.wait.total_seconds())
        getattr(log_for("push"), level)(
            "push_service_blocked", origin=origin, reason=outcome.reason, seconds=seconds
        )

    def _postpone(self, batch: _Batch, one: Ringing, wait: timedelta, reason: str) -> None:
        """Later, unless that is too late."""
        run = batch.run
        due = self.clock.now() + max(wait, _FULL)
        ends = gives_up_at(run.raised_at, run.expires_at, urgent=batch.wanted.gives_up_early)
        if due >= ends:
            batch.results.note(one.id, "expired", reason, vendor_of(one.origin))
        else:
            batch.results.postpone(one.id, due, reason)

    async def _write(self, batch: _Batch) -> None:
        taken = batch.results.take()
        if taken.made:
            await self.db.write(write_results, taken, batch.about, self.clock.now())


def vendor_of(origin: str) -> str:
    """A short name for metrics and logs."""
    host = origin.partition("://")[2]
    for end, name in _VENDORS:
        if host.endswith(end):
            return name
    return "other"


_VENDORS = (
    ("google.com", "google"),
    ("googleapis.com", "google"),
    ("mozilla.com", "mozilla"),
    ("apple.com", "apple"),
    ("windows.com", "microsoft"),
)
__all__ = ["ContentOf", "Deliverer", "StillFor", "Target", "Wanted", "vendor_of"]

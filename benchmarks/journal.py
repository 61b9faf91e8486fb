"""Durable messages per second, without sockets: `python -m benchmarks.journal [--seconds N]`.

Two rows a database and number of senders: `events` is one append per transaction, `messages` the
whole action of `message.post` (rights, key, conversation, message, append, rendering). Senders are
tasks of one process; each waits for its ack, then goes on. SQLite keeps FULL sync; PostgreSQL is a
cluster of its own with fsync and synchronous commit on.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from benchmarks.measures import fsyncs_per_second, in_milliseconds, machine
from realtime.clock import Clock
from realtime.db import Database, Tx, migrate, open_database
from realtime.fanout.bus import InProcessBus
from realtime.fanout.commit import Committer
from realtime.fanout.lanes import Lanes
from realtime.gateway.renderers import rendering_of
from realtime.ids import new_ulid
from realtime.journal import Changed, Event, append
from realtime.members.keys import digest_of, once
from realtime.members.model import Member
from realtime.rooms import actions
from realtime.wire.messages import MessagePost
from tests.support.processes import scratch
from tests.support.residents import RIGHTS, member, settle
from tests.support.servers import PostgresServer, postgres_owner

SENDERS = (1, 10, 100)
CELLS = 20
Send = Callable[[int], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run: messages per second, and the seconds each waited."""

    rate: float
    waits: list[float]
    cpu: float


def cells() -> list[str]:
    return [f"gbwc9{number // 10}{number % 10}" for number in range(CELLS)]


def events(db: Database, members: list[Member]) -> Send:
    """An append alone."""

    def write(tx: Tx, topic: str) -> None:
        append(tx, [Event(topic, "message.posted", "m")], datetime.now(UTC))

    return lambda sender: db.write(write, members[sender].home)


def messages(db: Database, members: list[Member]) -> Send:
    """`message.post` as the gateway runs it."""
    clock = Clock()
    committer = Committer(db, InProcessBus(), rendering_of(RIGHTS), clock)

    lanes = Lanes(committer, lambda tx, posts, now: None, _post)

    async def send(sender: int) -> object:
        me = members[sender]
        asked = MessagePost(key=new_ulid(clock.now()), to="street", text="Bonjour, voisins !" * 4)
        return await lanes.commit("street", me.account, (me, asked))

    return send


def _post(tx: Tx, known: None, posted: tuple[Member, MessagePost], now: datetime) -> Changed[str]:
    me, asked = posted
    digest = digest_of(asked.model_dump_json().encode())

    def act() -> Changed[str]:
        return actions.post(tx, me, RIGHTS, asked, {}, now)

    return once(tx, me.account, "message.post", asked.key, digest, act, now)


async def run(send: Send, senders: int, seconds: float) -> Outcome:
    waits: list[float] = []
    begun, cpu = time.perf_counter(), time.process_time()
    deadline = begun + seconds

    async def keep_sending(sender: int) -> None:
        while (sent := time.perf_counter()) < deadline:
            await send(sender)
            waits.append(time.perf_counter() - sent)

    await asyncio.gather(*(keep_sending(sender) for sender in range(senders)))
    took = time.perf_counter() - begun
    return Outcome(len(waits) / took, waits, (time.process_time() - cpu) / took)


async def measure(url: str, seconds: float, rounds: int) -> None:
    db = await asyncio.to_thread(open_database, url)
    members = [member(cells()[number % CELLS]) for number in range(max(SENDERS))]
    await db.write(settle, *members)
    for name, kind in (("events", events), ("messages", messages)):
        send = kind(db, members)
        await run(send, 10, 0.5)
        for senders in SENDERS:
            outcomes = [await run(send, senders, seconds) for _ in range(rounds)]
            rate = statistics.median(outcome.rate for outcome in outcomes)
            waits = [wait for outcome in outcomes for wait in outcome.waits]
            cpu = statistics.median(outcome.cpu for outcome in outcomes)
            print(
                f"{db.dialect:<10} {name:<8} {senders:>3} senders {rate:>8,.0f}/s"
                f"   {in_milliseconds(waits)} ms   {cpu:4.0%} of a core",
                flush=True,
            )
    await db.close()


@contextmanager
def databases(which: list[str]) -> Iterator[list[tuple[str, Path]]]:
    """Durable ones, each with its directory."""
    with scratch() as first, scratch(postgres_owner()) as second:
        found: list[tuple[str, Path]] = []
        server = None
        if "sqlite" in which:
            found.append((f"sqlite:///{first / 'palier.db'}", first))
        if "postgresql" in which:
            server = PostgresServer(second, durable=True)
            found.append((server.new_database(), second))
        for url, _ in found:
            migrate(url)
        yield found
        if server is not None:
            server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    asked = parser.parse_args()
    print(machine())
    with (
        databases(asked.databases) as found,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        for url, directory in found:
            print(f"the disk keeps {fsyncs_per_second(directory):,.0f} fsyncs/s", flush=True)
            runner.run(measure(url, asked.seconds, asked.rounds))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MiB")


if __name__ == "__main__":
    main()

"""What is measured over several nodes, one function each."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import partial

import redis

from benchmarks.fanout.crowd import Crowd, Listener
from benchmarks.fanout.processes import ROOT, Running, own_cpu
from benchmarks.nodes.clusters import Cluster, Watched

SENDERS = 50
WATCHED = 20
WARM_UP_SECONDS = 3.0


@dataclass(slots=True)
class Crossing:
    """One kind at one rate: from a socket of one node to the sockets of another."""

    name: str
    rate: int
    sent: int
    heard: int
    delays: list[float] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)


class WatchedCrowd(Crowd):
    member = Watched
    members: list[Watched]  # type: ignore[assignment]


async def cross(cluster: Cluster, rate: int, clients: int, seconds: float) -> Crossing:
    """`clients` on the second node hear what is sent on the first, `rate` times a second."""
    one, two = cluster.nodes[:2]
    senders = Crowd(one.host, one.dialect)
    watched = WatchedCrowd(two.host, two.dialect)
    crowd = Crowd(two.host, two.dialect)
    await senders.join(SENDERS, at_once=10)
    await watched.join(WATCHED, at_once=10)
    await crowd.join(max(0, clients - WATCHED), at_once=10)
    await _send(one, senders, rate, WARM_UP_SECONDS)
    await _until_quiet(watched)
    for member in watched.members:
        member.delays.clear()
    before, own, begun = _cpu(cluster), own_cpu(), time.perf_counter()
    sent = await _send(one, senders, rate, seconds)
    took = time.perf_counter() - begun
    after, own = _cpu(cluster), own_cpu() - own
    await _until_quiet(watched)
    delays = [delay for member in watched.members for delay in member.delays]
    cpu = {name: (after[name] - before[name]) / took for name in before} | {"generator": own / took}
    crossing = Crossing(cluster.name, rate, sent, len(delays) // WATCHED, delays, cpu)
    for one_crowd in (senders, watched, crowd):
        one_crowd.forget_all()
    return crossing


def _cpu(cluster: Cluster) -> dict[str, float]:
    found = {"sending node": cluster.cpu(0), "hearing node": cluster.cpu(1)}
    for name, pid in cluster.others.items():
        found[name] = Running(name, pid, "", cluster.nodes[0].dialect).cpu()
    return found


async def _send(node: Running, senders: Crowd, rate: int, seconds: float) -> int:
    """By the clock, whatever comes back: a slow server does not slow the asking."""
    begun, sent = time.perf_counter(), 0
    while (passed := time.perf_counter() - begun) < seconds:
        while sent < passed * rate:
            senders.members[sent % SENDERS].transport.write(node.dialect.post(sent))
            sent += 1
        await asyncio.sleep(0.002)
    return sent


async def _until_quiet(watched: WatchedCrowd, seconds: float = 30) -> None:
    """Until nothing came for half a second."""
    deadline = time.perf_counter() + seconds
    seen = -1
    while time.perf_counter() < deadline:
        now = sum(len(member.delays) for member in watched.members)
        if now == seen:
            return
        seen = now
        await asyncio.sleep(0.5)


async def idle_beside(cluster: Cluster, rate: int, seconds: float) -> dict[str, float]:
    """CPU of a node while another region rings `rate` times a second, and while none does."""
    node = cluster.nodes[0]
    members = Crowd(node.host, node.dialect)
    await members.join(20, at_once=5)
    await asyncio.sleep(3)
    quiet = node.cpu()
    await asyncio.sleep(seconds)
    quiet = node.cpu() - quiet
    argv = [sys.executable, "-m", "benchmarks.nodes.servers.ringing", str(cluster.redis.port)]
    ringing = subprocess.Popen(
        [*argv, str(rate), str(seconds + 4)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    await asyncio.sleep(3)
    busy = node.cpu()
    await asyncio.sleep(seconds)
    busy = node.cpu() - busy
    said, _ = await asyncio.to_thread(ringing.communicate, timeout=60)
    members.forget_all()
    return {
        "quiet": quiet / seconds,
        "beside": busy / seconds,
        "rings a second": int(said) / (seconds + 4),
    }


class Returning(Listener):
    """A client that says when its line is lost."""

    __slots__ = ("lost",)

    def __init__(self, crowd: Crowd, number: int) -> None:
        super().__init__(crowd, number)
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        try:
            super().data_received(data)
        except RuntimeError:  # refused for now
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.lost.done():
            self.lost.set_result(None)
        super().connection_lost(exc)
        self.ready_again.exception() if self.ready_again.done() else None


class ReturningCrowd(Crowd):
    member = Returning
    members: list[Returning]  # type: ignore[assignment]


async def return_after_kill(cluster: Cluster, clients: int) -> tuple[list[float], int]:
    """Everybody on the first node; it is killed; each comes back elsewhere and has all again."""
    crowds = [ReturningCrowd(node.host, node.dialect) for node in cluster.nodes]
    await crowds[0].join(clients, at_once=50)
    await asyncio.sleep(2)
    lines = list(crowds[0].members)
    retries = 0
    subprocess.run(["kill", "-9", str(cluster.nodes[0].pid)], check=True)
    killed = time.perf_counter()

    async def come_back(number: int, line: Returning) -> float:
        nonlocal retries
        await line.lost
        loop = asyncio.get_running_loop()
        for attempt in range(100):
            # As the web client: full jitter, doubling from half a second.
            await asyncio.sleep(random.random() * min(10.0, 0.5 * 2**attempt))
            crowd = crowds[1 + (number + attempt) % (len(crowds) - 1)]
            host, _, port = crowd.host.partition(":")
            try:
                async with asyncio.timeout(20):
                    _, member = await loop.create_connection(
                        partial(Returning, crowd, number), host, int(port)
                    )
                    await member.ready_again
                return time.perf_counter() - killed
            except (OSError, TimeoutError):
                retries += 1
        raise RuntimeError("a client did not come back")

    took = await asyncio.gather(*(come_back(n, line) for n, line in enumerate(lines)))
    return list(took), retries


class Hearing(Listener):
    """A client that counts what presence tells it."""

    __slots__ = ("told", "told_bytes")

    def __init__(self, crowd: Crowd, number: int) -> None:
        super().__init__(crowd, number)
        self.told = self.told_bytes = 0

    def _count(self, data: bytes) -> None:
        if b"presence.changed" in data:
            self.told += data.count(b"presence.changed")
            self.told_bytes += len(data)
        super()._count(data)


class HearingCrowd(Crowd):
    member = Hearing
    members: list[Hearing]  # type: ignore[assignment]


async def join_at_once(cluster: Cluster, clients: int) -> dict[str, float]:
    """`clients` of one street join two nodes at once: what presence says, and what it costs."""
    crowds = [HearingCrowd(node.host, node.dialect) for node in cluster.nodes[:2]]
    with redis.Redis(port=cluster.redis.port) as client:
        before, cpu = client.info("stats"), sum(node.cpu() for node in cluster.nodes[:2])
        took = await asyncio.gather(*(crowd.join(clients // 2, at_once=50) for crowd in crowds))
        joined = sum(node.cpu() for node in cluster.nodes[:2])
        await asyncio.sleep(10)
        after = client.info("stats")
    members = [member for crowd in crowds for member in crowd.members]
    return {
        "joined in s": max(took),
        "CPU s of both nodes, joining": joined - cpu,
        "CPU s of both nodes, 10 s after": sum(n.cpu() for n in cluster.nodes[:2]) - joined,
        "presence.changed a client": sum(one.told for one in members) / len(members),
        "bytes of it a client": sum(one.told_bytes for one in members) / len(members),
        "Redis KB in": (after["total_net_input_bytes"] - before["total_net_input_bytes"]) / 1024,
        "Redis KB out": (after["total_net_output_bytes"] - before["total_net_output_bytes"]) / 1024,
    }
